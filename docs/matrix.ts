import {
    affinityKeepers,
    type CertificateSource,
    defaultWishes,
    type EdgePlan,
    type EdgeWishes,
    tlsEnd,
} from "../components/edge/plan";
import { planEdge } from "../components/edge/planner";
import type { Target } from "../components/common/target";

/** Wishes that choose one row of the matrix; everything else is the default. */
interface Row {
    readonly target: Target;
    readonly when: string;
    readonly wishes: Partial<EdgeWishes>;
}

const pem = { certificateSource: "pem" as CertificateSource };
const keyVault = { certificateSource: "cloud" as CertificateSource, keyVaultCertificate: true };

const rows: readonly Row[] = [
    { target: "eks", when: "default (ACM)", wishes: {} },
    { target: "eks", when: "default, `tcpKeepalive: true`", wishes: { tcpKeepalive: true } },
    { target: "eks", when: "`terminateTls: haproxy`, mutual TLS, long keepalives", wishes: pem },
    { target: "gke", when: "default (Certificate Manager)", wishes: {} },
    { target: "gke", when: "`haproxy.tier: always` (stricter affinity)", wishes: { haproxyTier: "always" } },
    { target: "gke", when: "`affinity: client-id`", wishes: { affinity: "client-id" } },
    { target: "gke", when: "`terminateTls: haproxy`, internal", wishes: pem },
    { target: "aks", when: "default", wishes: pem },
    {
        target: "aks",
        when: "`terminateTls: cloud`, `affinity: client-id`",
        wishes: { ...keyVault, affinity: "client-id" },
    },
    { target: "doks", when: "default", wishes: pem },
    { target: "doks", when: "`loadBalancer: network`", wishes: { ...pem, loadBalancer: "network" } },
    { target: "existing", when: "MetalLB, layer 2", wishes: { ...pem, metallb: "l2" } },
    { target: "existing", when: "MetalLB, BGP", wishes: { ...pem, metallb: "bgp" } },
    { target: "existing", when: "`exposure: node-port`", wishes: { ...pem, exposure: "node-port" } },
];

/** Who ends TLS and who keeps affinity on each target, as planEdge decides it, with the sources of each hop's facts. */
export function edgeMatrix(): string {
    const notes: string[] = [];
    const lines = rows.map(({ target, when, wishes }) => {
        const plan = planned(target, wishes);
        const marks = plan.hops.flatMap((hop) => hop.sources).map((source) => noteFor(source, notes));
        return [
            target,
            when,
            plan.hops.map(({ title, sends }) => `${title}${sends === "none" ? "" : ` (PROXY ${sends})`}`).join(" → "),
            tlsEnd(plan)?.title ?? "nobody",
            affinityKeepers(plan)
                .map(({ title, affinity }) => `${title} (${affinity})`)
                .join(", "),
            keepaliveOf(target, wishes),
            [...new Set(marks)].join(" "),
        ];
    });
    const head = ["target", "when", "chain", "TLS ends at", "affinity kept by", "longest keepalive", "sources"];
    return [
        ...[head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`),
        "",
        ...notes.map((source, index) => `${(index + 1).toString()}. <${source}>`),
    ].join("\n");
}

function planned(target: Target, wishes: Partial<EdgeWishes>): EdgePlan {
    const decision = planEdge(target, { ...defaultWishes, ...wishes });
    if (!decision.ok) {
        throw new Error(`the matrix has a row that cannot be: ${JSON.stringify(decision.problems)}`);
    }
    return decision.plan;
}

/** The longest keepalive that is not refused, found by asking: the limit is the planner's own. */
function keepaliveOf(target: Target, wishes: Partial<EdgeWishes>): string {
    const holds = (keepaliveSeconds: number) => planEdge(target, { ...defaultWishes, ...wishes, keepaliveSeconds }).ok;
    const longestOfMqtt = 65_535;
    if (holds(longestOfMqtt)) {
        return "any";
    }
    let [held, refused] = [0, longestOfMqtt];
    while (refused - held > 1) {
        const middle = Math.floor((held + refused) / 2);
        [held, refused] = holds(middle) ? [middle, refused] : [held, middle];
    }
    return `${held.toString()} s`;
}

/** The number of a source in the list below the matrix. */
function noteFor(source: string, notes: string[]): string {
    if (!notes.includes(source)) {
        notes.push(source);
    }
    return `[${(notes.indexOf(source) + 1).toString()}]`;
}
