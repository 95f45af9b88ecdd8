import { createHash } from "node:crypto";
import * as apps from "@pulumi/kubernetes/apps/v1";
import * as core from "@pulumi/kubernetes/core/v1";
import * as networking from "@pulumi/kubernetes/networking/v1";
import * as policy from "@pulumi/kubernetes/policy/v1";
import * as pulumi from "@pulumi/pulumi";
import type { BrokerInfo } from "../../broker/info";
import type { ClusterCertificate } from "../../common/server-certificate";
import type { ClusterHandle } from "../../common/cluster-handle";
import { withDefaults } from "../../common/defaults";
import { type ImageSources, mirroredInput } from "../../common/images";
import { Component } from "../../common/component";
import type { Transform } from "../../common/transform";
import type { EdgePlan } from "../plan";
import { haproxyConfig } from "./config";
import { haproxyDefaults } from "./defaults";
import { files, onlyCertificate, type ServedCertificateFiles } from "./folder";
import { haproxyName, haproxyPodLabels } from "./labels";
import { haproxyNetworkPolicy, type WebSource } from "./network-policy";
import { haproxyPod } from "./pod";
import { haproxyPorts, openPorts } from "./ports";
import { sessionTicketsLua } from "./session-tickets";
import { certificateRenewal, longestRenewalBytes } from "./tls";

/** A certificate beside the first one. */
export interface FurtherCertificate {
    /** Name of the folder of its files. */
    readonly folder: string;
    readonly certificate: ClusterCertificate;
    /** For clients that name no host, too: the same names as the first one, for another kind of key. */
    readonly isDefault: boolean;
}

export interface HaproxyTierArgs {
    readonly cluster: ClusterHandle;
    readonly broker: BrokerInfo;
    readonly plan: EdgePlan;
    /** Certificate with key; required where HAProxy terminates TLS. */
    readonly certificate?: ClusterCertificate;
    /** Served beside it, picked by the name that a client asks for and by the kind of key that it knows. Default: none. */
    readonly furtherCertificates?: readonly FurtherCertificate[];
    /**
     * Number of pods.
     *
     * @default 2
     */
    readonly replicas?: number;
    /**
     * Image of HAProxy, 2.6 or newer, with its tag or digest.
     *
     * @default "docker.io/haproxytech/haproxy-alpine:3.3.10"
     */
    readonly image?: pulumi.Input<string>;
    /** Where the image is pulled from; the Secrets for it are the broker's. Default: where its publisher pushes it. */
    readonly images?: Pick<ImageSources, "mirror">;
    /**
     * Connections that one pod takes; further ones are closed at once. Its memory and CPU follow from it.
     *
     * @default 50000
     */
    readonly maxConnections?: number;
    /**
     * New connections that one source address may open in a second at one pod.
     *
     * @default 200
     */
    readonly connectionsPerSourcePerSecond?: number;
    /** TLS handshakes that one pod begins in a second, where it terminates TLS. Default: follows from `maxConnections`. */
    readonly handshakesPerSecond?: number;
    /**
     * How long a device may resume its TLS session, at whichever pod it meets, in seconds, where HAProxy terminates TLS. Default: not at all
     * but at the same pod within five minutes.
     */
    readonly sessionSeconds?: number;
    /** How long a broker may have to ask others before it answers a CONNECT, in seconds: its webhooks' timeouts. Default: 0. */
    readonly signInSeconds?: number;
    /** Let pods run on VerneMQ's own nodes. Default: no where a cluster component created them, yes on a cluster that exists already. */
    readonly onBrokerNodes?: boolean;
    /** Annotations of the pods beside the program's own. Default: none. */
    readonly podAnnotations?: Readonly<Record<string, string>>;
    /** Clients must show a certificate (mutual TLS). Default: they need none. */
    readonly clientCertificates?: {
        /** Certificates of the authorities whose clients are let in, in PEM form. */
        readonly ca: string;
        /** Revoked certificates, in PEM form. Once its next update is overdue, no client is let in. */
        readonly crl?: string;
        /** VerneMQ takes the common name for the user name (on mqtts; it does not do so for WebSocket). */
        readonly commonNameAsUser?: boolean;
    };
    /** With `plan.webSocket`: where the ingress controller or Gateway connects from. An empty list lets no client in. Required there. */
    readonly webSources?: readonly WebSource[];
    /** Changes to the children's arguments; what is set here wins. */
    readonly transform?: {
        readonly configMap?: Transform<core.ConfigMapArgs>;
        readonly deployment?: Transform<apps.DeploymentArgs>;
        readonly podDisruptionBudget?: Transform<policy.PodDisruptionBudgetArgs>;
        readonly networkPolicy?: Transform<networking.NetworkPolicyArgs>;
    };
}

/** HAProxy inside the cluster: terminates TLS where the load balancer cannot, and keeps each client on its broker. */
export class HaproxyTier extends Component {
    readonly podLabels: Readonly<Record<string, string>> = haproxyPodLabels;
    /** Name of the Deployment; its pods are `${deploymentName}-HASH-ID`. */
    readonly deploymentName = haproxyName;
    /** Container ports by listener, for Services and target groups. */
    readonly ports = haproxyPorts;
    readonly namespace: pulumi.Output<string>;
    readonly ready: readonly pulumi.Resource[];

    constructor(name: string, given: HaproxyTierArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:edge:HaproxyTier", name, opts);
        const args = normalizeHaproxyTierArgs(given);
        const { plan, broker, transform = {} } = args;
        const { provider } = args.cluster;
        const metadata = { name: haproxyName, namespace: broker.namespace };
        const data = configFiles(args);
        const configOptions = { provider, transform: transform.configMap };
        const config = this.childWith(configOptions, core.ConfigMap, "config", { metadata, data });
        const policyOptions = { provider, transform: transform.networkPolicy };
        const networkPolicy = this.childWith(policyOptions, networking.NetworkPolicy, "network-policy", {
            metadata,
            spec: haproxyNetworkPolicy({
                plan,
                ports: openPorts(plan),
                brokerPodLabels: broker.podLabels,
                webSources: args.webSources,
            }),
        });
        const deployment = this.childWith(
            { provider, transform: transform.deployment, dependsOn: [...broker.ready, networkPolicy] },
            apps.Deployment,
            "deployment",
            deploymentArgs(args, metadata, config.metadata.name, data),
        );
        const budgetOptions = { provider, transform: transform.podDisruptionBudget };
        const disruptionBudget = this.childWith(budgetOptions, policy.PodDisruptionBudget, "disruption-budget", {
            metadata,
            spec: {
                selector: { matchLabels: haproxyPodLabels },
                maxUnavailable: 1,
                // A pod that is not ready serves no client and must not hold up a node's drain.
                unhealthyPodEvictionPolicy: "AlwaysAllow",
            },
        });
        this.namespace = broker.namespace;
        this.ready = [deployment, disruptionBudget];
        this.registerOutputs({ namespace: this.namespace });
    }
}

type FullHaproxyTierArgs = ReturnType<typeof normalizeHaproxyTierArgs>;

/** Fills in the defaults. Pure. */
function normalizeHaproxyTierArgs(args: HaproxyTierArgs) {
    const { replicas, image, maxConnections, connectionsPerSourcePerSecond } = haproxyDefaults;
    return withDefaults(args, {
        replicas,
        image,
        maxConnections,
        connectionsPerSourcePerSecond,
        onBrokerNodes: !args.cluster.hasManagedControlPlane,
    });
}

function deploymentArgs(
    args: FullHaproxyTierArgs,
    metadata: { readonly name: string; readonly namespace: pulumi.Output<string> },
    configMapName: pulumi.Output<string>,
    data: pulumi.Output<Record<string, string>>,
): apps.DeploymentArgs {
    return {
        metadata,
        spec: {
            replicas: args.replicas,
            // One new pod at a time, and none of the old ones goes before it serves.
            strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
            selector: { matchLabels: haproxyPodLabels },
            template: {
                metadata: {
                    labels: haproxyPodLabels,
                    // HAProxy reads its configuration once, so a change to it has to change the pods.
                    annotations: { ...args.podAnnotations, "vernemq.io/config-checksum": data.apply(checksum) },
                },
                spec: haproxyPod({
                    image: mirroredInput(args.image, args.images?.mirror),
                    imagePullSecrets: args.broker.imagePullSecrets,
                    maxConnections: args.maxConnections,
                    configMapName,
                    certificateSecretName: args.certificate?.secretName,
                    furtherCertificates: args.furtherCertificates?.map(({ folder, certificate }) => ({
                        folder,
                        secretName: certificate.secretName,
                    })),
                    ports: openPorts(args.plan),
                    onBrokerNodes: args.onBrokerNodes,
                    brokerPlacement: args.cluster.brokerPlacement,
                    brokerPodLabels: args.broker.podLabels,
                }),
            },
        },
    };
}

const renewedFiles: ReadonlySet<string> = new Set([files.clientCa, files.clientCrl]);

/** The files of the ConfigMap. They hold no secret. */
function configFiles(args: FullHaproxyTierArgs): pulumi.Output<Record<string, string>> {
    const { clientCertificates } = args;
    return args.broker.namespace.apply((namespace): Record<string, string> => ({
        [files.config]: haproxyConfig({
            ...args,
            broker: { ...args.broker, namespace },
            certificates: servedFiles(args),
            clientCertificates:
                clientCertificates === undefined
                    ? undefined
                    : {
                          revocation: clientCertificates.crl !== undefined,
                          commonNameAsUser: clientCertificates.commonNameAsUser ?? haproxyDefaults.commonNameAsUser,
                      },
        }),
        ...(args.certificate === undefined ? {} : { [files.certificateRenewal]: certificateRenewal }),
        ...(args.sessionSeconds === undefined ? {} : { [files.sessionTickets]: sessionTicketsLua }),
        ...(clientCertificates === undefined ? {} : { [files.clientCa]: clientCertificates.ca }),
        ...(clientCertificates?.crl === undefined ? {} : { [files.clientCrl]: clientCertificates.crl }),
    }));
}

/**
 * The certificates in HAProxy's order. Where one is for another kind of key it comes before the first one: that is RSA, which every client
 * knows, and HAProxy before 3.0 serves nothing else to clients that name no host.
 */
function servedFiles({
    furtherCertificates = [],
}: Pick<HaproxyTierArgs, "furtherCertificates">): readonly ServedCertificateFiles[] {
    return [
        ...furtherCertificates.filter(({ isDefault }) => isDefault),
        ...onlyCertificate,
        ...furtherCertificates.filter(({ isDefault }) => !isDefault),
    ].map(({ folder, isDefault }) => ({ folder, isDefault }));
}

/** Of what HAProxy reads at its start alone. It takes over a client CA and a revocation list while it runs, unless they are too long. */
function checksum(data: Readonly<Record<string, string>>): string {
    const readAtStart = Object.entries(data).filter(
        ([name, contents]) => !renewedFiles.has(name) || Buffer.byteLength(contents) > longestRenewalBytes,
    );
    return createHash("sha256").update(JSON.stringify(readAtStart.sort())).digest("hex");
}
