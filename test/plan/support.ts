import { type EdgePlan, type Hop, tlsTerminator, affinityKeepers } from "../../components/edge/plan";
import { summarizeEdge } from "../../components/edge/summary";
import { capacityOf } from "../../plan/capacity";
import { checkPlan } from "../../plan/checks";
import type { PlannedResource } from "../../plan/graph";
import type { Plan } from "../../plan/plan";

export const stackUrn = "urn:pulumi:test::vernemq::pulumi:pulumi:Stack::vernemq-test";

/** A resource of a small graph: what the test is about, and nothing else. */
export function resource(
    type: string,
    name: string,
    inputs: Readonly<Record<string, unknown>> = {},
    other: Partial<PlannedResource> = {},
): PlannedResource {
    return {
        urn: urn(type, name),
        type,
        name,
        parent: component.urn,
        provider: null,
        dependencies: [],
        inputs,
        protect: false,
        custom: true,
        outputs: null,
        propertyDependencies: {},
        options: {},
        ...other,
    };
}

export function urn(type: string, name: string): string {
    return `urn:pulumi:test::vernemq::${type}::${name}`;
}

export const stack: PlannedResource = {
    urn: stackUrn,
    type: "pulumi:pulumi:Stack",
    name: "vernemq-test",
    parent: null,
    provider: null,
    dependencies: [],
    inputs: {},
    protect: false,
    custom: false,
    outputs: {},
    propertyDependencies: {},
    options: {},
};

export const component: PlannedResource = {
    ...stack,
    urn: urn("vernemq:test:Part", "part"),
    type: "vernemq:test:Part",
    name: "part",
    parent: stackUrn,
};

/** A hop that does nothing but what the test says. */
export function hop(kind: Hop["kind"], other: Partial<Hop> = {}): Hop {
    return {
        kind,
        title: kind,
        terminatesTls: false,
        affinity: "none",
        sends: "none",
        keepsClientAddress: true,
        idleTimeoutSeconds: null,
        sources: [],
        ...other,
    };
}

/** HAProxy that terminates TLS and keeps affinity, before VerneMQ. */
export const edge: EdgePlan = {
    target: "existing",
    exposure: "public",
    listeners: [{ name: "mqtts", port: 8883, tls: true, broker: "mqtt" }],
    hops: [
        hop("haproxy", { terminatesTls: true, affinity: "source-ip", sends: "v2", idleTimeoutSeconds: 120 }),
        hop("vernemq"),
    ],
    affinity: "source-ip",
    certificateSource: "pem",
    clientCertificates: false,
    minimumTlsVersion: "1.2",
    allowedCidrs: ["0.0.0.0/0"],
    keepaliveSeconds: 60,
    idleTimeoutSeconds: 120,
    tcpKeepaliveSeconds: null,
    warnings: [],
};

/** A plan of a few resources in one component. */
export function planWith(resources: readonly PlannedResource[], edgePlan: EdgePlan = edge): Plan {
    const all = [stack, component, ...resources];
    return {
        stack: "test",
        project: "vernemq",
        target: edgePlan.target,
        edge: {
            ...edgePlan,
            summary: summarizeEdge(edgePlan),
            tlsTerminatedBy: tlsTerminator(edgePlan)?.title ?? null,
            affinityKeptBy: affinityKeepers(edgePlan).map(({ title }) => title),
        },
        checks: checkPlan({ edge: edgePlan, resources: all }),
        capacity: capacityOf({ edge: edgePlan, resources: all }),
        quotas: [],
        rights: null,
        warnings: [],
        resources: all,
    };
}
