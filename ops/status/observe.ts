import { certificateSecretName } from "../../components/common/server-certificate";
import { haproxyPodLabels } from "../../components/edge/haproxy/labels";
import { certificateState, type CertificateState } from "../certificate";
import {
    ApiError,
    type Claim,
    collections,
    ConnectionError,
    hasStatus,
    type Kube,
    type KubernetesObject,
    listAt,
    type Pod,
    type PodState,
    podStateOf,
    recordAt,
    type StatefulSet,
    textAt,
    unless,
} from "../kubernetes/client";
import { type Listener, type Member, type VmqAdmin, vmqAdmin, VmqAdminError } from "../vmq-admin/index";

export interface BrokerState {
    readonly ordinal: number;
    readonly pod: Pod | undefined;
    /** Zone of its node; undefined where the node has none, may not be read or was not asked. */
    readonly zone?: string | undefined;
    readonly claims: readonly Claim[];
    /** What it says of itself, or why it says nothing. */
    readonly view: BrokerView | { readonly problem: string };
}

export interface BrokerView {
    readonly members: readonly Member[];
    readonly listeners: readonly Listener[];
    /** Clients that are connected now. */
    readonly connections: number | undefined;
    /** Sessions whose queue is here, offline ones too. */
    readonly sessions: number | undefined;
    /** Netsplits that were not resolved. */
    readonly netsplits: number;
}

/** A stack's brokers as they are found. */
export interface ObservedBrokers {
    readonly statefulSet: StatefulSet;
    /** By ordinal: those that are wanted, and those that are there all the same. */
    readonly brokers: readonly BrokerState[];
    /** Claims of brokers that are neither wanted nor there. */
    readonly spareClaims: readonly Claim[];
}

/** A stack's brokers and their edge, as they are found. */
export interface Observation extends ObservedBrokers {
    readonly haproxy: readonly PodState[];
    /** The stack's certificate first; none where they are kept outside the cluster. */
    readonly certificates: readonly ServedCertificate[];
}

export interface ServedCertificate {
    readonly secret: string;
    /** A text says why it cannot be read. */
    readonly state: CertificateState | string;
}

/** Looks at everything. Of what may not be read (nodes, Secrets) the rest is seen all the same. */
export async function observe(kube: Kube, now: Date): Promise<Observation> {
    const observed = await observeBrokers(kube);
    const [zones, haproxy] = await Promise.all([readZones(kube), kube.list(collections.pods, haproxyPodLabels)]);
    const certificates = await Promise.all(
        servedSecrets(haproxy).map(async (secret) => ({ secret, state: await readCertificate(kube, secret, now) })),
    );
    return {
        ...observed,
        brokers: observed.brokers.map((broker) => ({ ...broker, zone: zones.get(broker.pod?.node ?? "") })),
        haproxy: haproxy.map(podStateOf),
        certificates: certificates.filter((one): one is ServedCertificate => one.state !== undefined),
    };
}

/** Looks at the brokers alone, without their nodes' zones. */
export async function observeBrokers(kube: Kube): Promise<ObservedBrokers> {
    const admin = vmqAdmin(kube);
    const statefulSet = await kube.statefulSet();
    const [pods, claims] = await Promise.all([kube.pods(), kube.claims()]);
    const ordinals = new Set([
        ...Array.from({ length: statefulSet.replicas }, (_, ordinal) => ordinal),
        ...pods.map(({ ordinal }) => ordinal),
    ]);
    const brokers = await Promise.all(
        [...ordinals]
            .sort((a, b) => a - b)
            .map(async (ordinal): Promise<BrokerState> => {
                const pod = pods.find((candidate) => candidate.ordinal === ordinal);
                return {
                    ordinal,
                    pod,
                    claims: claims.filter((claim) => claim.ordinal === ordinal),
                    view: await viewOf(admin, pod),
                };
            }),
    );
    return {
        statefulSet,
        brokers,
        spareClaims: claims.filter(({ ordinal }) => ordinal !== undefined && !ordinals.has(ordinal)),
    };
}

/** Asks a broker about itself: one command after another, since each starts an Erlang VM beside it. */
async function viewOf(admin: VmqAdmin, pod: Pod | undefined): Promise<BrokerView | { problem: string }> {
    if (pod === undefined) {
        return { problem: "there is no pod" };
    }
    if (pod.phase !== "Running") {
        return { problem: pod.waitingReason ?? `the pod is ${pod.phase}` };
    }
    try {
        const members = await admin.clusterShow(pod.ordinal);
        const listeners = await admin.listeners(pod.ordinal);
        const metrics = await admin.metrics(pod.ordinal);
        const tcp = metrics["active_mqtt_connections"];
        const webSocket = metrics["active_mqttws_connections"];
        return {
            members,
            listeners,
            connections: tcp === undefined && webSocket === undefined ? undefined : (tcp ?? 0) + (webSocket ?? 0),
            sessions: metrics["queue_processes"],
            netsplits: Math.max(0, (metrics["netsplit_detected"] ?? 0) - (metrics["netsplit_resolved"] ?? 0)),
        };
    } catch (error) {
        // One that hangs, as on a node that is gone, must not hide the others.
        if (error instanceof ApiError || error instanceof ConnectionError || error instanceof VmqAdminError) {
            return { problem: error.message };
        }
        throw error;
    }
}

/** Zone by node. A user of one namespace may not read nodes, and then no zone is shown. */
async function readZones(kube: Kube): Promise<ReadonlyMap<string, string>> {
    const nodes = await unless(403, [], kube.list(collections.nodes));
    return new Map(
        nodes.flatMap(({ metadata }) => {
            const zone = metadata.labels?.["topology.kubernetes.io/zone"];
            return zone === undefined ? [] : [[metadata.name, zone] as const];
        }),
    );
}

/** Secrets with certificates: those that the HAProxy pods mount, and that of the stack, which an Ingress serves too. */
function servedSecrets(haproxy: readonly KubernetesObject[]): readonly string[] {
    const mounted = haproxy
        .flatMap((pod) => listAt(recordAt(pod, "spec"), "volumes"))
        .flatMap((volume) => listAt(recordAt(volume, "projected"), "sources"))
        .flatMap((source) => textAt(recordAt(source, "secret"), "name") ?? []);
    return [...new Set([certificateSecretName, ...mounted])];
}

/** Of the Secret only the certificate is looked at. */
async function readCertificate(
    kube: Kube,
    secretName: string,
    now: Date,
): Promise<CertificateState | string | undefined> {
    try {
        const secret = await kube.find(collections.secrets, secretName);
        const pem = secret === undefined ? undefined : textAt(recordAt(secret, "data"), "tls.crt");
        return pem === undefined ? undefined : certificateState(Buffer.from(pem, "base64").toString("utf8"), now);
    } catch (error) {
        if (hasStatus(error, 403)) {
            return `Secret ${secretName} may not be read`;
        }
        if (error instanceof ApiError || !(error instanceof Error)) {
            throw error;
        }
        return `Secret ${secretName} holds no certificate`;
    }
}
