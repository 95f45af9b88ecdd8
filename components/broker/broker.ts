import * as core from "@pulumi/kubernetes/core/v1";
import type * as helm from "@pulumi/kubernetes/helm/v3";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterHandle } from "../cluster/handle";
import type { Transform } from "../transform";
import { createAuth, createSecretSettings, createUsers } from "./auth";
import type { BrokerFacts } from "./facts";
import { type BrokerAccess, BrokerNetworkPolicy, type EgressTarget } from "./network-policy";
import { brokerPodLabels, brokerPorts } from "./ports";
import { createRelease } from "./release";
import { type ChartValuesInput, releaseName } from "./values";

export interface BrokerArgs extends Pick<
    ChartValuesInput,
    | "chartVersion"
    | "image"
    | "acceptLicense"
    | "replicas"
    | "allowAnonymous"
    | "maxConnections"
    | "maxMessageBytes"
    | "cpu"
    | "memoryGiB"
    | "persistence"
    | "expectsProxyHeader"
    | "settings"
> {
    readonly cluster: ClusterHandle;
    readonly namespace: string;
    /** Number of brokers that the edge is prepared for. */
    readonly maxReplicas: number;
    /** Users; a password that is left out is generated. None where anyone may connect or another plugin decides. */
    readonly users: readonly { readonly name: string; readonly password?: pulumi.Input<string> }[];
    /** Lines of vmq.acl. */
    readonly acl: readonly string[];
    /** Further keys of vernemq.conf whose values are secret. */
    readonly secretSettings: Readonly<Record<string, pulumi.Input<string>>>;
    /** VerneMQ's own Service. */
    readonly service: Pick<ChartValuesInput["service"], "type" | "nodePorts" | "allowedCidrs">;
    /** Who may reach which listeners. */
    readonly access: BrokerAccess;
    /** Where brokers may connect to beside DNS, the Kubernetes API and each other. */
    readonly egress: readonly EgressTarget[];
    /** Seconds that a stopping broker goes on serving, so that load balancers notice. */
    readonly drainSeconds: number;
    /** Changes to what is made: the way out where no setting fits. */
    readonly transform?: {
        readonly release?: Transform<helm.ReleaseArgs>;
        /** Values of the chart. */
        readonly values?: Transform<Record<string, unknown>>;
        readonly auth?: Transform<core.SecretArgs>;
    };
}

/** VerneMQ as a release of its official Helm chart, with its namespace, its users, its network rules and its Service for clients inside the cluster. */
export class Broker extends pulumi.ComponentResource implements BrokerFacts {
    readonly namespace: pulumi.Output<string>;
    readonly release = releaseName;
    readonly headlessService = `${releaseName}-headless`;
    /** Service that clients inside the cluster use: plain MQTT on port 1883. */
    readonly internalService = `${releaseName}-internal`;
    readonly podLabels = brokerPodLabels(releaseName);
    readonly replicas: number;
    readonly maxReplicas: number;
    readonly expectsProxyHeader: boolean;
    readonly ready: readonly pulumi.Resource[];
    /** Passwords that were generated, by user; a secret. */
    readonly passwords: pulumi.Output<Record<string, string>>;

    constructor(name: string, args: BrokerArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:broker:Broker", name, {}, opts);
        const inCluster = { parent: this, provider: args.cluster.provider };
        this.replicas = args.replicas;
        this.maxReplicas = args.maxReplicas;
        this.expectsProxyHeader = args.expectsProxyHeader;
        this.namespace = createNamespace(name, args, inCluster).metadata.name;
        const users = createUsers(name, args, { parent: this });
        this.passwords = pulumi.secret(
            pulumi.all(
                Object.fromEntries(users.filter((user) => user.generated).map((user) => [user.name, user.password])),
            ),
        );
        const auth = createAuth(name, args, this.namespace, users, inCluster);
        const network = new BrokerNetworkPolicy(
            `${name}-network`,
            { ...args, namespace: this.namespace, podLabels: this.podLabels },
            { parent: this },
        );
        const release = createRelease(
            name,
            args,
            { namespace: this.namespace, auth, settings: createSecretSettings(name, args, this.namespace, inCluster) },
            // The rules stand before the first broker does: until then its cluster ports would be open.
            { ...inCluster, dependsOn: [...network.ready] },
        );
        const internal = this.#createInternalService(name, inCluster);
        this.ready = [release, internal];
        this.registerOutputs({ namespace: this.namespace, passwords: this.passwords });
    }

    #createInternalService(name: string, opts: pulumi.CustomResourceOptions): core.Service {
        return new core.Service(
            `${name}-internal`,
            {
                metadata: { name: this.internalService, namespace: this.namespace },
                spec: {
                    type: "ClusterIP",
                    selector: this.podLabels,
                    sessionAffinity: "ClientIP",
                    ports: [
                        { name: "mqtt", protocol: "TCP", port: brokerPorts.mqtt, targetPort: brokerPorts.internal },
                    ],
                },
            },
            opts,
        );
    }
}

function createNamespace(name: string, args: BrokerArgs, opts: pulumi.CustomResourceOptions): core.Namespace {
    return new core.Namespace(
        `${name}-namespace`,
        { metadata: { name: args.namespace } },
        { ...opts, dependsOn: [...args.cluster.ready] },
    );
}
