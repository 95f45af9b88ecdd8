import { Secret } from "../components/common/secret";
import { certificateSecretName, certificateSecretOf } from "../components/common/server-certificate";
import { UserError } from "../plan/common/errors";
import { forPlanning, readStackFile } from "../plan/stack-file";
import { parseSettings } from "../stacks/settings/parse";
import type { Settings } from "../stacks/settings/settings";
import { ownHosts, sourceIn } from "../stacks/settings/hosts";
import type { Options } from "./options";
import { type BrokerAccess, type CertificateOrigin, isWebSocket, nameEndpoints, type VerifyTarget } from "./target";
import { sentence } from "../plan/common/sentence";

/** What the command line says beside the stack's name. */
export interface StackFlags extends Partial<Pick<Options, "endpoint" | "address" | "user" | "kubeconfig" | "context">> {
    readonly stack: string;
    /** In place of the password in the stack's outputs. */
    readonly password?: Secret;
    /** A check runs that is little without a user. */
    readonly needsUser: boolean;
    /** In place of the CA in the stack's outputs. */
    readonly ca?: string;
    readonly clientCertificate?: VerifyTarget["clientCertificate"];
    readonly topicPrefix: string;
    /** Why no way past the edge is looked for. */
    readonly withoutAccess?: string;
}

/** How reading a stack's outputs ended. */
interface ReadOutputs {
    /** `succeeded`, or why not. */
    readonly status: string;
    readonly error?: string;
    readonly outputs?: Readonly<Record<string, { readonly value?: unknown }>>;
}

/** Where a stack's outputs and a connection to its brokers come from. */
export interface StackSources {
    /** The outputs of the last update with their secrets. They stay in this process. */
    readonly outputs: (stack: string, folder: string) => Promise<ReadOutputs>;
    /** Default: through the Kubernetes API. */
    readonly access?: (flags: StackFlags, folder: string, kubeconfig: string | undefined) => Promise<BrokerAccess>;
}

/**
 * What a stack says of itself: its settings, and the outputs of its last update.
 *
 * @throws UserError where the stack gives too little to verify it, ConfigurationError where its settings are wrong.
 */
export async function targetOfStack(flags: StackFlags, folder: string, sources: StackSources): Promise<VerifyTarget> {
    const settings = parseSettings(forPlanning(readStackFile(folder, flags.stack)));
    const run = await sources.outputs(flags.stack, folder);
    if (run.status !== "succeeded") {
        throw new UserError(
            `${sentence(`The outputs of stack ${flags.stack} cannot be read: ${run.error?.split("\n")[0] ?? run.status}`)} Without them, name its endpoints instead of --stack: --endpoint mqtts://HOST:8883 --ca FILE`,
        );
    }
    const outputs = outputsOf(run);
    const { endpoint = [] } = flags;
    const urls = endpoint.length > 0 ? endpoint : Object.values(outputs.endpoints ?? {});
    if (urls.length === 0) {
        throw new UserError(
            `Stack ${flags.stack} has no endpoint that can be reached from here (output endpoints). Set host of vernemq:edge, or add one to --stack: --endpoint mqtts://HOST:8883, with --address 127.0.0.1 for a port-forward`,
        );
    }
    const ca = flags.ca ?? outputs.ca;
    const credentials = credentialsOf(flags, settings, outputs.passwords ?? {});
    const policy = settings.broker.settings["shared_subscription_policy"];
    const { address, clientCertificate, topicPrefix, stack } = flags;
    return {
        name: stack,
        endpoints: nameEndpoints(urls).map((each) => {
            const isForeign = isWebSocket(each) && hasForeignCertificate(settings);
            const origin = isForeign ? undefined : originOf(each.host, settings);
            return {
                ...each,
                publicCa: isForeign && flags.ca === undefined ? true : undefined,
                origin,
            };
        }),
        address,
        connectionsPerSourcePerSecond: settings.edge.haproxy.connectionsPerSourcePerSecond,
        ca,
        credentials,
        clientCertificate,
        sharedSubscriptionPolicy: policy === undefined ? undefined : String(policy),
        allowAnonymous: settings.broker.allowAnonymous,
        minimumTlsVersion: settings.edgePlan.minimumTlsVersion,
        affinity: settings.edgePlan.affinity,
        topicPrefix,
        access: await accessOf(flags, folder, outputs.kubeconfig, sources),
    };
}

/** Where the certificate of a name comes from. */
function originOf(host: string, settings: Settings): CertificateOrigin | undefined {
    const { broker, edgePlan, stack } = settings;
    const own = ownHosts(settings).find(({ name }) => name === host);
    const source = own?.pem === undefined ? sourceIn(edgePlan) : "pem";
    return source === null
        ? undefined
        : {
              source,
              namespace: broker.namespace,
              secret: own === undefined ? certificateSecretName : certificateSecretOf(host),
              stack,
          };
}

/** An ingress controller or Gateway shows WebSocket clients a certificate that this program did not make. */
function hasForeignCertificate({ edge: { webSocket }, edgePlan }: Settings): boolean {
    return (
        webSocket !== undefined &&
        (webSocket.tlsSecretName !== undefined || edgePlan.webSocket?.certificateSource === null)
    );
}

function credentialsOf(
    { user, password, needsUser, stack }: StackFlags,
    { broker }: Settings,
    passwords: Readonly<Record<string, string>>,
): VerifyTarget["credentials"] {
    const username =
        user ?? broker.users.find(({ name }) => passwords[name] !== undefined)?.name ?? broker.users[0]?.name;
    if (username === undefined) {
        if (needsUser && !broker.allowAnonymous) {
            throw new UserError(
                `Stack ${stack} keeps its users elsewhere (${broker.usersFrom === undefined ? "authentication" : "usersFrom"} of vernemq:broker), so none is known here. Name one with --user, and give its password with --password-file FILE, or in the environment as VERNEMQ_PASSWORD`,
            );
        }
        return undefined;
    }
    const known = passwords[username];
    const found = password ?? (known === undefined ? undefined : new Secret(known));
    if (found === undefined && !needsUser) {
        return undefined;
    }
    if (found === undefined) {
        throw new UserError(
            `The password of ${username} is not in the outputs of stack ${stack}. Give it with --password-file FILE, or in the environment as VERNEMQ_PASSWORD`,
        );
    }
    return { username, password: found };
}

/** That there is no way to the brokers keeps nothing but the checks that need it. */
async function accessOf(
    flags: StackFlags,
    folder: string,
    kubeconfig: string | undefined,
    sources: StackSources,
): Promise<VerifyTarget["access"]> {
    if (flags.withoutAccess !== undefined) {
        return { missing: flags.withoutAccess };
    }
    try {
        return await (sources.access ?? clusterAccess)(flags, folder, kubeconfig);
    } catch (error) {
        const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
        return { missing: `the brokers cannot be reached past the edge: ${reason ?? ""}` };
    }
}

/** The outputs that matter here, each only if it has its type. */
function outputsOf({ outputs = {} }: ReadOutputs) {
    const text = (name: string) => {
        const value = outputs[name]?.value;
        return typeof value === "string" ? value : undefined;
    };
    const texts = (name: string) => {
        const value = outputs[name]?.value;
        return typeof value === "object" && value !== null
            ? Object.fromEntries(
                  Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
              )
            : undefined;
    };
    return {
        endpoints: texts("endpoints"),
        ca: text("ca"),
        passwords: texts("passwords"),
        kubeconfig: text("kubeconfig"),
    };
}

/** Port-forwards; the Kubernetes client is loaded when it is used. */
async function clusterAccess(flags: StackFlags, folder: string, kubeconfig: string | undefined): Promise<BrokerAccess> {
    const { localMqttPorts } = await import("../components/broker/names");
    const { resolveTarget } = await import("../ops/target");
    const { connect } = await import("../ops/kubernetes/client");
    const { portForwardAccess } = await import("./access/port-forward");
    const target = await resolveTarget(flags, folder, () => Promise.resolve({ kubeconfig }));
    return portForwardAccess(await connect(target), localMqttPorts[target.engine]);
}
