import { mirrored } from "../../common/image-names";
import * as pulumi from "@pulumi/pulumi";
import type { FullBrokerArgs, OperatorSettings } from "../args";
import { createCookie } from "../cookie";
import type { BrokerAccess, BrokerNetwork } from "../network-rules";
import { brokerPorts } from "../ports";
import { priorityClassName } from "../priority-class";
import type { BrokerObjects } from "../helm/release";
import type { SecretFile } from "../helm/values";
import { OperatedBrokers } from "./brokers";
import { customResourceSpec, type Image } from "./custom-resource";
import { bundlerLabels, bundlerPort } from "./manifests";
import { VerneMqOperator } from "./operator";

/** Seconds for a stop that leaves the cluster: queued messages move to other brokers meanwhile. */
const leaveSeconds = 600;

/** Seconds for a stop that does not: VerneMQ's own, as with the Helm chart. */
const stopSeconds = 75;

/**
 * What the brokers' NetworkPolicy has to allow when the operator deploys them: a second listener for the inside and the plugin bundler. They
 * learn of their peers from a Secret that the operator writes, and not from the Kubernetes API.
 */
export function operatedNetwork(access: BrokerAccess): Partial<BrokerNetwork> {
    return {
        access: { ...access, apiServerPorts: [] },
        insidePorts: [brokerPorts.internal, brokerPorts.internalWs],
        neededPods: [{ labels: bundlerLabels, port: bundlerPort }],
    };
}

/** Deploys the operator and, through it, the brokers. Gives what the edge waits for. */
export function createOperated(
    name: string,
    args: FullBrokerArgs,
    operator: OperatorSettings,
    made: BrokerObjects & {
        /** Network rules, which stand before the first broker does. */
        readonly network: readonly pulumi.Resource[];
    },
    opts: { readonly parent: pulumi.Resource; readonly provider: pulumi.ProviderResource | undefined },
): readonly pulumi.Resource[] {
    const { cluster, replicas } = args;
    const { namespace } = made;
    const running = new VerneMqOperator(
        `${name}-operator`,
        {
            cluster,
            namespace,
            image: inMirror(operator.image, args),
            imagePullSecrets: made.imagePullSecrets,
            apiServerPorts: args.access.apiServerPorts,
        },
        { parent: opts.parent },
    );
    const cookie =
        args.cookie === "generated" ? createCookie(name, namespace, opts, args.transform?.cookie) : undefined;
    const priority =
        args.priorityClass === undefined
            ? undefined
            : priorityClassName(name, args.priorityClass, opts, args.transform?.priorityClass);
    const spec = pulumi
        .output({
            cookieSecretName: cookie?.metadata.name,
            priorityClassName: priority,
            // The Secret with users and rules that this program keeps.
            ownSecretName: made.auth.metadata.name,
            settingsSecretName: made.settings?.metadata.name,
            storageClass: storageClass(args),
            repository: args.image.repository,
            tag: args.image.tag,
        })
        .apply(({ ownSecretName, settingsSecretName, storageClass, repository, tag, ...names }) => {
            const ownFile = (key: string): SecretFile => ({ secret: ownSecretName, key });
            return customResourceSpec({
                ...args,
                ...names,
                version: operator.version,
                image: { repository, tag: tag ?? `${operator.version}-alpine` },
                bundlerImage: inMirror(operator.bundlerImage, args),
                persistence: { ...args.persistence, storageClass },
                placement: cluster.brokerPlacement,
                users: args.usersFrom ?? (args.users.length > 0 ? ownFile("vmq.passwd") : undefined),
                acl: args.aclFrom ?? (args.acl.length > 0 ? ownFile("vmq.acl") : undefined),
                secretSettings:
                    settingsSecretName === undefined
                        ? undefined
                        : { secretName: settingsSecretName, keys: Object.keys(args.secretSettings) },
                stopSeconds: operator.leavesOnStop ? leaveSeconds : stopSeconds,
            });
        });
    const brokers = new OperatedBrokers(
        `${name}-brokers`,
        {
            cluster,
            namespace,
            replicas,
            spec,
            imagePullSecrets: made.imagePullSecrets,
            after: [...running.ready, ...made.network],
        },
        { parent: opts.parent },
    );
    return brokers.ready;
}

function inMirror(image: Image, { images }: Pick<FullBrokerArgs, "images">): Image {
    return { ...image, repository: mirrored(image.repository, images?.mirror) };
}

/** The class that was chosen, else the cluster's encrypted one; undefined for the cluster's default. */
function storageClass({ persistence, cluster }: FullBrokerArgs): pulumi.Input<string> | undefined {
    return typeof persistence.storageClass === "string" ? persistence.storageClass : cluster.storageClassName;
}
