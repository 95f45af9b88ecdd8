import type * as core from "@pulumi/kubernetes/core/v1";
import type * as helm from "@pulumi/kubernetes/helm/v3";
import type * as pulumi from "@pulumi/pulumi";
import type { ClusterHandle } from "../common/cluster-handle";
import type { Transform } from "../common/transform";
import type { Authentication } from "./access/authentication";
import type { ZoneSpread } from "./helm/pod-additions";
import type { ChartValuesInput, SecretFile } from "./helm/values";
import type { BrokerAccess, EgressTarget } from "./network-rules";
import type { Image } from "./operator/custom-resource";
import type { Priority } from "./priority-class";

/** How upstream's operator is run. */
export interface OperatorSettings {
    /** The operator's own image. */
    readonly image: Image;
    /** Image of the plugin bundler, from which each broker fetches its plugins at its start. */
    readonly bundlerImage: Image;
    /** Version of VerneMQ, 1.7 or a later 1.x. */
    readonly version: string;
    /** The operator's preStop hook leaves the cluster at each stop of a pod, as upstream's does. */
    readonly leavesOnStop: boolean;
}

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
    /** Changes to what is created: the way out where no setting fits. */
    readonly transform?: {
        readonly release?: Transform<helm.ReleaseArgs>;
        /** Values of the chart. */
        readonly values?: Transform<Record<string, unknown>>;
        readonly auth?: Transform<core.SecretArgs>;
        /** For example to give a namespace with your own pods another Pod Security level. */
        readonly namespace?: Transform<core.NamespaceArgs>;
    };
}
