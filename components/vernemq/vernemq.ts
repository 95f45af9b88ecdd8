import * as pulumi from "@pulumi/pulumi";
import { Broker } from "../broker/broker";
import { brokerPorts } from "../broker/ports";
import type { ClusterHandle } from "../common/cluster-handle";
import type { ImageSources } from "../common/images";
import type { ClusterCertificate } from "../common/server-certificate";
import { haproxyPodLabels } from "../edge/haproxy/labels";
import { HaproxyTier } from "../edge/haproxy/tier";
import { brokerExpectsProxyHeader, brokerListeners, type EdgePlan } from "../edge/plan";
import { summarizeEdge } from "../edge/summary";
import { CertManagerCertificate } from "../kubernetes/cert-manager/certificate";
import { ExistingCluster } from "../kubernetes/cluster";
import { ServiceEndpoint } from "../kubernetes/load-balancer";
import { PemSecret } from "../kubernetes/pem-secret";
import { SelfSignedCertificate } from "../kubernetes/self-signed";
import type { VerneMqArgs, VerneMqOptions, VerneMqTransform } from "./args";
import { planVerneMqEdge } from "./edge";

/** The children of a VerneMq component, for what its outputs do not have. */
export interface VerneMqNodes {
    readonly broker: Broker;
    readonly haproxy: HaproxyTier;
    readonly service: ServiceEndpoint;
    readonly plan: EdgePlan;
}

/** Not fields: those are outputs in every language, and these are TypeScript's alone. */
const nodesOf = new WeakMap<VerneMq, VerneMqNodes>();

/**
 * VerneMQ with its edge on a Kubernetes cluster that exists already: brokers with their namespace, users, volumes and network rules, HAProxy
 * that terminates TLS and sends a device that reconnects to the same broker, and the Service that devices connect to.
 */
export class VerneMq extends pulumi.ComponentResource {
    /** URLs that devices dial, by listener; empty for those whose port only the cluster knows (node ports). */
    readonly endpoints: pulumi.Output<{ [listener: string]: string }>;
    /** Address of the load balancer, for the DNS record of `host`; empty where there is none. */
    readonly address: pulumi.Output<string>;
    /** URL of plain MQTT for clients inside the cluster. */
    readonly endpointInsideCluster: pulumi.Output<string>;
    /** Passwords that were generated, by user; a secret. */
    readonly passwords: pulumi.Output<{ [user: string]: string }>;
    /** CA of a self-signed certificate in PEM form, to give to clients; empty with any other. */
    readonly caPem: pulumi.Output<string>;
    /** Kubernetes namespace of the brokers and the edge. */
    readonly namespace: pulumi.Output<string>;
    /** The connection path in one line: who terminates TLS and who keeps affinity. */
    readonly edge: pulumi.Output<string>;

    /**
     * @throws InvalidArgumentsError naming everything that is wrong with the arguments at once, before anything is created
     */
    constructor(name: string, args: VerneMqArgs, opts: VerneMqOptions = {}) {
        const { transform = {}, ...options } = opts;
        const plan = planVerneMqEdge(name, args);
        super("vernemq:index:VerneMq", name, {}, options);
        const cluster = createCluster(name, args, this, options);
        const broker = createBroker(name, args, { cluster, plan, transform, parent: this });
        const certificate = createCertificate(name, args, { cluster, broker, plan, transform, parent: this });
        const haproxy = createHaproxy(name, args, { cluster, broker, certificate, plan, transform, parent: this });
        const service = new ServiceEndpoint(
            `${name}-edge`,
            { cluster, plan, haproxy, annotations: args.serviceAnnotations, transform: { service: transform.service } },
            { parent: this },
        );
        nodesOf.set(this, { broker, haproxy, service, plan });
        this.endpoints = pulumi.output(endpointUrls(args.host, plan));
        this.address = service.address ?? pulumi.output("");
        this.endpointInsideCluster = pulumi.interpolate`mqtt://${broker.names.internalService}.${broker.namespace}.svc:${brokerPorts.mqtt}`;
        this.passwords = broker.passwords;
        this.caPem = certificate?.caPem ?? pulumi.output("");
        this.namespace = broker.namespace;
        this.edge = pulumi.output(summarizeEdge(plan));
        this.registerOutputs({
            endpoints: this.endpoints,
            address: this.address,
            endpointInsideCluster: this.endpointInsideCluster,
            passwords: this.passwords,
            caPem: this.caPem,
            namespace: this.namespace,
            edge: this.edge,
        });
    }

    /** The children, for what the outputs do not have. */
    get nodes(): VerneMqNodes {
        const nodes = nodesOf.get(this);
        if (nodes === undefined) {
            throw new Error("the component has no children yet");
        }
        return nodes;
    }
}

interface Parts {
    readonly cluster: ClusterHandle;
    readonly plan: EdgePlan;
    readonly transform: VerneMqTransform;
    readonly parent: pulumi.Resource;
}

/**
 * The cluster of the options' provider, else of the kubeconfig with a provider of this component's, which changes a ConfigMap or Secret in
 * place instead of deleting it under the pods that mount it.
 */
function createCluster(
    name: string,
    { kubeconfig, kubeContext }: VerneMqArgs,
    parent: pulumi.Resource,
    options: pulumi.ComponentResourceOptions,
): ClusterHandle {
    const given = [options.provider, options.providers, options.parent].some((option) => option !== undefined);
    if (kubeconfig === undefined && kubeContext === undefined && given) {
        return {
            hasManagedControlPlane: false,
            clusterName: pulumi.output("existing"),
            provider: undefined,
            kubeconfig: undefined,
            network: undefined,
            brokerPlacement: { nodeSelector: {}, tolerations: [] },
            storageClassName: undefined,
            ready: [],
        };
    }
    return new ExistingCluster(`${name}-cluster`, { kubeconfig, context: kubeContext }, { parent });
}

function createBroker(name: string, args: VerneMqArgs, { cluster, plan, transform, parent }: Parts): Broker {
    const { imageRepository, imageTag, persistent, volumeGiB, storageClass } = args;
    return new Broker(
        `${name}-broker`,
        {
            // What the brokers have of the arguments goes by the same names.
            ...args,
            cluster,
            image: { repository: imageRepository, tag: imageTag },
            images: imageSources(args),
            persistence: { enabled: persistent, sizeGiB: volumeGiB, storageClass },
            expectsProxyHeader: brokerExpectsProxyHeader(plan),
            access: { listeners: brokerListeners(plan), edge: [{ kind: "pods", labels: haproxyPodLabels }] },
            transform,
        },
        { parent },
    );
}

function imageSources(args: VerneMqArgs): ImageSources {
    const { imageMirror: mirror, imagePullSecrets, imageRegistryUsername, imageRegistryPassword } = args;
    return {
        mirror,
        pullSecrets: imagePullSecrets,
        credentials:
            imageRegistryUsername === undefined
                ? undefined
                : { username: imageRegistryUsername, password: pulumi.secret(imageRegistryPassword ?? "") },
    };
}

/** The certificate for HAProxy; undefined where no listener uses TLS. */
function createCertificate(
    name: string,
    args: VerneMqArgs,
    parts: Parts & { readonly broker: Broker },
): ClusterCertificate | undefined {
    const { host, issuerName, certificatePem, privateKeyPem } = args;
    const { cluster, plan, transform, parent } = parts;
    const { namespace } = parts.broker;
    if (plan.certificateSource === null) {
        return undefined;
    }
    if (issuerName !== undefined) {
        const issuer = { name: issuerName, kind: args.issuerKind ?? "ClusterIssuer" };
        const issued = { cluster, namespace, host, issuer, transform };
        return new CertManagerCertificate(`${name}-certificate`, issued, { parent });
    }
    const pem =
        certificatePem === undefined || privateKeyPem === undefined
            ? new SelfSignedCertificate(`${name}-certificate`, { host }, { parent })
            : {
                  certificatePem: pulumi.output(certificatePem),
                  privateKeyPem: pulumi.secret(privateKeyPem),
                  caPem: undefined,
              };
    return new PemSecret(`${name}-certificate-secret`, { cluster, namespace, pem, transform }, { parent });
}

function createHaproxy(
    name: string,
    args: VerneMqArgs,
    parts: Parts & { readonly broker: Broker; readonly certificate: ClusterCertificate | undefined },
): HaproxyTier {
    const { parent, ...rest } = parts;
    return new HaproxyTier(
        `${name}-haproxy`,
        {
            ...rest,
            replicas: args.haproxyReplicas,
            image: args.haproxyImage,
            images: { mirror: args.imageMirror },
            maxConnections: args.haproxyMaxConnections,
            clientCertificates: args.clientCaPem === undefined ? undefined : { ca: args.clientCaPem },
        },
        { parent },
    );
}

function endpointUrls(host: string, plan: EdgePlan): Record<string, string> {
    return plan.exposure === "node-port"
        ? {}
        : Object.fromEntries(
              plan.listeners.map(({ name, port }) => [
                  name,
                  `${name}://${host}:${port}${name === "wss" ? "/mqtt" : ""}`,
              ]),
          );
}
