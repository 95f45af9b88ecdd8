import * as core from "@pulumi/kubernetes/core/v1";
import type * as helm from "@pulumi/kubernetes/helm/v3";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterHandle } from "../common/cluster-handle";
import type { Transform } from "../common/transform";
import { createAuth, createSecretSettings, createUsers } from "./access/users";
import type { Authentication } from "./access/authentication";
import type { BrokerFacts } from "./facts";
import { type BrokerAccess, BrokerNetworkPolicy, type EgressTarget } from "./network-policy";
import type { ZoneSpread } from "./helm/pod-additions";
import { type BrokerNames, brokerNames, listenerHealthPaths } from "./names";
import { createOperated, operatedNetwork, type OperatorSettings } from "./operator/engine";
import { brokerPorts } from "./ports";
import type { Priority } from "./priority-class";
import { createRelease } from "./helm/release";
import type { ChartValuesInput, SecretFile } from "./helm/values";

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
    /** An existing Secret with a vmq.passwd, instead of users. */
    readonly usersFrom?: SecretFile;
    /** A database or webhooks that say who may connect, beside users. */
    readonly authentication?: Authentication;
    /** Lines of vmq.acl. None where another plugin decides, or `aclFrom` has them. */
    readonly acl: readonly string[];
    /** An existing Secret with a vmq.acl, instead of lines. */
    readonly aclFrom?: SecretFile;
    /** Further keys of vernemq.conf whose values are secret. */
    readonly secretSettings: Readonly<Record<string, pulumi.Input<string>>>;
    /** VerneMQ's own Service. */
    readonly service: Omit<ChartValuesInput["service"], "webSocket">;
    /** Who may reach which listeners. */
    readonly access: BrokerAccess;
    /** Where brokers may connect to beside DNS, the Kubernetes API and each other. */
    readonly egress: readonly EgressTarget[];
    /** `generated`: a random Erlang cookie of this cluster's own. `image`: the one in the image's vm.args, which for the official image is `vmq`. */
    readonly cookie: "generated" | "image";
    /** Whether a broker may start in a zone that has one while another zone has none. */
    readonly zoneSpread: ZoneSpread;
    /** Default: the cluster's default priority. */
    readonly priorityClass?: Priority;
    /** Seconds that a broker may take to answer its first health check before it is restarted. */
    readonly startupSeconds: number;
    /** Seconds that a stopping broker goes on serving, so that load balancers notice. */
    readonly drainSeconds: number;
    /** What comes before the release and goes after it, for example what serves a load balancer of its Service. */
    readonly after?: readonly pulumi.Resource[];
    /** Annotations of the broker pods, for example the ones by which Prometheus finds them. */
    readonly podAnnotations: Readonly<Record<string, string>>;
    /** Deploy by upstream's operator. Default: by the official Helm chart. */
    readonly operator?: OperatorSettings | undefined;
    /** Changes to what is made: the way out where no setting fits. */
    readonly transform?: {
        readonly release?: Transform<helm.ReleaseArgs>;
        /** Values of the chart. */
        readonly values?: Transform<Record<string, unknown>>;
        readonly auth?: Transform<core.SecretArgs>;
    };
}

/**
 * VerneMQ as a release of its official Helm chart or as what upstream's operator makes, with its namespace, its users, its network rules and
 * its Service for clients inside the cluster.
 */
export class Broker extends pulumi.ComponentResource implements BrokerFacts {
    readonly namespace: pulumi.Output<string>;
    /** What the brokers' objects are called. */
    readonly names: BrokerNames;
    readonly release: string;
    readonly headlessService: string;
    readonly podLabels: Readonly<Record<string, string>>;
    readonly healthPath: string;
    readonly replicas: number;
    readonly maxReplicas: number;
    readonly expectsProxyHeader: boolean;
    readonly ready: readonly pulumi.Resource[];
    /** Passwords that were generated, by user; a secret. */
    readonly passwords: pulumi.Output<Record<string, string>>;

    constructor(name: string, args: BrokerArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:broker:Broker", name, {}, opts);
        const inCluster = { parent: this, provider: args.cluster.provider };
        const engine = args.operator === undefined ? "helm" : "operator";
        this.names = brokerNames[engine];
        this.healthPath = listenerHealthPaths[engine];
        this.release = this.names.workload;
        this.headlessService = this.names.headlessService;
        this.podLabels = this.names.podLabels;
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
            {
                ...args,
                namespace: this.namespace,
                podLabels: this.podLabels,
                ...(args.operator === undefined ? {} : operatedNetwork(args.access)),
            },
            { parent: this },
        );
        const made = {
            namespace: this.namespace,
            auth,
            settings: createSecretSettings(name, args, this.namespace, inCluster),
        };
        this.ready =
            args.operator === undefined
                ? this.#createReleased(name, args, made, network, inCluster)
                : createOperated(name, args, args.operator, { ...made, network: network.ready }, inCluster);
        this.registerOutputs({ namespace: this.namespace, passwords: this.passwords });
    }

    #createReleased(
        name: string,
        args: BrokerArgs,
        made: Parameters<typeof createRelease>[2],
        network: BrokerNetworkPolicy,
        opts: pulumi.CustomResourceOptions,
    ): readonly pulumi.Resource[] {
        // The rules stand before the first broker does: until then its cluster ports would be open.
        const release = createRelease(name, args, made, {
            ...opts,
            dependsOn: [...network.ready, ...(args.after ?? [])],
        });
        return [release, this.#createInternalService(name, opts)];
    }

    #createInternalService(name: string, opts: pulumi.CustomResourceOptions): core.Service {
        return new core.Service(
            `${name}-internal`,
            {
                metadata: { name: this.names.internalService, namespace: this.namespace },
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
