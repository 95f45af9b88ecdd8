import { compact, type Maybe } from "../../../components/common/compact";
import { confKind } from "../../../components/broker/config/keys";
import { operatedKeyProblem, operatedValueProblem } from "../../../components/broker/operator/conf";
import type { Problem } from "../../../components/common/problem";
import type { ParsedGroups } from "../settings";
import { propertyPath } from "../schema/problems";

/** The namespace that upstream's operator looks after (vmq-operator, main.go l.69). */
const operatorNamespace = "messaging";

/** Settings of `vernemq:broker` that the VerneMQ resource, or what stands beside it, can carry. */
const carried: readonly string[] = [
    "engine",
    "operator",
    "image",
    "acceptLicense",
    "replicas",
    "maxReplicas",
    "namespace",
    "users",
    "usersFrom",
    "allowAnonymous",
    "acl",
    "aclFrom",
    "cookie",
    "priorityClass",
    "maxConnections",
    "maxMessageBytes",
    "persistence",
    "resources",
    "egress",
    "settings",
    "secretSettings",
];

/** Settings of the Helm engine with the reason why they do nothing here, where there is more to say than that no field carries them. */
const reasons: Readonly<Record<string, string>> = {
    authentication:
        "it follows from settings of VerneMQ 2.1; those of 1.x belong in vernemq:broker.settings and secretSettings",
    chartVersion: "the operator uses no chart",
    "persistence.whenScaled":
        "the operator keeps volume claims as Kubernetes does by default, also those of brokers that are scaled away",
    service: "VerneMQ's own Service is the guide's vernemq-k8s, a ClusterIP; other listeners are vernemq:edge's",
    zoneSpread:
        "the VerneMQ resource has no field for topology spread constraints; the pods prefer different zones by their affinity",
    startupSeconds: "the operator sets the probes itself: it waits 600 s for a broker to be ready",
};

/** What cannot work, or would do nothing, with upstream's operator. */
export function operatorProblems({ broker, writtenBrokerSettings }: ParsedGroups): Problem[] {
    const { engine, operator, persistence } = broker;
    if (engine !== "operator") {
        return compact([
            operator && {
                key: "vernemq:broker.operator",
                rule: `it takes effect with engine operator only, and engine is ${engine}`,
                remedy: "leave it out, or set vernemq:broker.engine to operator",
            },
        ]);
    }
    return compact([
        operator === undefined && {
            key: "vernemq:broker.operator",
            rule: "no published image of the operator or of its plugin bundler works: the one in upstream's manifests was never pushed (vmq-operator#37), and the bundler builds from source that was deleted (vmq-operator#39)",
            remedy: "use engine helm, or name image, bundlerImage and version of your builds (docs/guides/operator.md)",
        },
        versionFitsImage(broker),
        ...settingsAreCarried(writtenBrokerSettings),
        broker.namespace !== operatorNamespace && {
            key: "vernemq:broker.namespace",
            value: broker.namespace,
            rule: `the operator watches namespace ${operatorNamespace} only: the name is compiled into it (vmq-operator, main.go)`,
            remedy: "leave it out, or use engine helm",
        },
        operator?.leavesOnStop === true &&
            persistence.enabled && {
                key: "vernemq:broker.persistence.enabled",
                value: true,
                rule: "the operator's brokers leave the cluster at every stop, and one that left and starts again with its data is a silent, separate cluster",
                remedy: "set it to false (a stopping broker hands its queued messages to the others), or set vernemq:broker.operator.leavesOnStop to false for your own operator that does not leave",
            },
        ...secretNames(broker),
        ...conf(broker),
    ]);
}

/** The upstream state, and what follows from it. */
export function operatorWarnings({ broker }: ParsedGroups): string[] {
    if (broker.engine !== "operator") {
        return [];
    }
    return [
        "VerneMQ's operator is no longer maintained: its last functional change dates from October 2023, it supports VerneMQ 1.x only, no published image of it works, and as published it never applies a change to brokers that run (https://github.com/vernemq/vmq-operator; docs/guides/operator.md). Prefer the Helm chart.",
        "The operator creates the StatefulSet vernemq-k8s, the Service vernemq-k8s-service, the Deployment vernemq-k8s-deployment with its Service and two Secrets: they are in no plan, and an update ends before the brokers run.",
    ];
}

/** The operator configures by the version, so an image of another one would run with the wrong settings. */
function versionFitsImage({ operator, image }: ParsedGroups["broker"]): Maybe<Problem> {
    const tagged = image.tag === undefined ? undefined : /^v?(\d+\.\d+\.\d+)/.exec(image.tag)?.[1];
    return (
        operator !== undefined &&
        tagged !== undefined &&
        tagged !== operator.version && {
            key: "vernemq:broker.image.tag",
            value: image.tag,
            rule: `the operator configures this image as VerneMQ ${operator.version} (vernemq:broker.operator.version)`,
            remedy: tagged.startsWith("1.")
                ? "name the same version in both"
                : "name an image of that version; the operator takes 1.x only",
        }
    );
}

function settingsAreCarried(written: readonly string[]): Problem[] {
    return written
        .filter((path) => path in reasons || (!path.includes(".") && !carried.includes(path)))
        .map((name) => ({
            key: `vernemq:broker.${name}`,
            rule: `it would have no effect with engine operator: ${reasons[name] ?? "the VerneMQ resource has no field for it"}`,
            remedy: "leave it out, or use engine helm",
        }));
}

/** Longest name of a Secret whose volume, `vernemq-secret-NAME-db`, is a label of 63 characters (vmq-operator, utils.go, volumeName). */
const longestSecretName = 63 - "vernemq-secret--db".length;

/** Pods are refused whose volume has a longer name (https://kubernetes.io/docs/concepts/storage/volumes/). */
function secretNames(broker: ParsedGroups["broker"]): Problem[] {
    return compact(
        (["usersFrom", "aclFrom"] as const).map((setting) => {
            const secret = broker[setting]?.secret;
            return (
                secret !== undefined &&
                (secret.length > longestSecretName || secret.includes(".")) && {
                    key: `vernemq:broker.${setting}.secret`,
                    value: secret,
                    rule: `the operator derives a volume's name from it, which allows ${longestSecretName} characters and no dots`,
                    remedy: "use a shorter name without dots",
                }
            );
        }),
    );
}

function conf({ settings, secretSettings }: ParsedGroups["broker"]): Problem[] {
    const plain = Object.entries(settings).map(([name, value]) => {
        const problem = operatedKeyProblem(name) ?? operatedValueProblem(value);
        const shown = confKind(name) === undefined ? undefined : value;
        return problem && { key: `vernemq:broker.settings${propertyPath(name)}`, value: shown, ...problem };
    });
    const secret = Object.keys(secretSettings).map((key) => {
        const problem = operatedKeyProblem(key);
        return problem && { key: `vernemq:broker.secretSettings${propertyPath(key)}`, ...problem };
    });
    return compact([...plain, ...secret]);
}
