import type * as core from "@pulumi/kubernetes/core/v1";
import type * as helm from "@pulumi/kubernetes/helm/v3";
import type * as networking from "@pulumi/kubernetes/networking/v1";
import type * as scheduling from "@pulumi/kubernetes/scheduling/v1";
import type * as pulumi from "@pulumi/pulumi";
import type { ClusterHandle } from "../common/cluster-handle";
import { withDefaults } from "../common/defaults";
import { type ImageSources, mirroredInput } from "../common/images";
import type { Transform } from "../common/transform";
import { type Authentication, decidedBy, defaultAcl } from "./access/authentication";
import type { ConfSetting } from "./config/conf";
import { apiServerPorts, brokerDefaults, brokerResourceDefaults, maxReplicasOf } from "./defaults";
import type { ZoneSpread } from "./helm/pod-additions";
import type { ChartValuesInput, SecretFile } from "./helm/values";
import type { BrokerAccess, EgressTarget } from "./network-rules";
import type { Image } from "./operator/custom-resource";
import type { Priority } from "./priority-class";
import type { ChartVersion } from "./versions";

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

/** A user of vmq.passwd. */
export interface BrokerUser {
    /** Name that the client sends in CONNECT. */
    readonly name: string;
    /** A secret of at least 12 characters. Default: one of 32 characters is generated and given by `passwords`. */
    readonly password?: pulumi.Input<string>;
}

export interface BrokerArgs {
    /** The cluster, as any cluster component of this package gives it. */
    readonly cluster: ClusterHandle;
    /**
     * Version of the official Helm chart; both published ones that keep data through a restart are known.
     *
     * @default "2.1.2"
     */
    readonly chartVersion?: ChartVersion;
    /** The broker's image. Default: the official one, `vernemq/vernemq`, with the tag that belongs to `chartVersion`. */
    readonly image?: { readonly repository?: pulumi.Input<string>; readonly tag?: pulumi.Input<string> };
    /** Where images are pulled from, and with what. Default: where their publishers push them. */
    readonly images?: ImageSources;
    /** Where the chart is from: a Helm repository, an address `oci://.../vernemq` or the path of `vernemq-VERSION.tgz`. Default: its publisher's repository. */
    readonly chartSource?: string;
    /**
     * You accept the end user license agreement of the official image. An open-source build refuses to start with it.
     *
     * @default false
     */
    readonly acceptLicense?: boolean;
    /**
     * Number of brokers, one per node.
     *
     * @default 3
     */
    readonly replicas?: number;
    /** Number of brokers that the edge is prepared for. Default: 9, or `replicas` where that is more. */
    readonly maxReplicas?: number;
    /**
     * Kubernetes namespace, which is created.
     *
     * @default "messaging"
     */
    readonly namespace?: pulumi.Input<string>;
    /** Users; a password that is left out is generated. Default: none, where anyone may connect or another plugin decides. */
    readonly users?: readonly BrokerUser[];
    /** An existing Secret with a vmq.passwd, instead of users. Default: none. */
    readonly usersFrom?: SecretFile;
    /**
     * Let anyone in without a password.
     *
     * @default false
     */
    readonly allowAnonymous?: boolean;
    /** A database or webhooks that say who may connect, beside users. Default: none. */
    readonly authentication?: Authentication;
    /** Lines of vmq.acl. Default: every client may use every topic that nothing else decides about; none where `aclFrom` has them. */
    readonly acl?: readonly string[];
    /** An existing Secret with a vmq.acl, instead of lines. Default: none. */
    readonly aclFrom?: SecretFile;
    /**
     * Connections that one listener of one broker takes; further ones hang.
     *
     * @default 100000
     */
    readonly maxConnections?: number;
    /**
     * Largest message in bytes; 0 sets no limit.
     *
     * @default 0
     */
    readonly maxMessageBytes?: number;
    /** Cores that a broker reserves. Default: 6 on nodes that a cluster component of this package creates, 0.5 on a cluster that exists already. */
    readonly cpu?: number;
    /** Memory that a broker reserves and is limited to, in GiB. Default: 24 on nodes that were created for it, 1 on a cluster that exists already. */
    readonly memoryGiB?: number;
    /** Volumes: by default 20 GiB for each broker, of the cluster's encrypted storage class, which stay when a broker is scaled away. */
    readonly persistence?: Partial<ChartValuesInput["persistence"]>;
    /** Further keys of vernemq.conf. Default: none. */
    readonly settings?: Readonly<Record<string, ConfSetting>>;
    /** Further keys of vernemq.conf whose values are secret. Default: none. */
    readonly secretSettings?: Readonly<Record<string, pulumi.Input<string>>>;
    /** VerneMQ's own Service. Default: a ClusterIP that everyone in the cluster may use. */
    readonly service?: Partial<Omit<ChartValuesInput["service"], "webSocket">>;
    /** Who may reach which listeners. Default: pods of the cluster may reach MQTT. */
    readonly access?: Partial<BrokerAccess>;
    /**
     * The edge sends PROXY headers: MQTT clients that send none are refused at its listeners.
     *
     * @default false
     */
    readonly expectsProxyHeader?: boolean;
    /** Where brokers may connect to beside DNS, the Kubernetes API and each other. Default: nowhere. */
    readonly egress?: readonly EgressTarget[];
    /**
     * `generated`: a random Erlang cookie of this cluster's own. `image`: the one in the image's vm.args, which for the official image is `vmq`.
     *
     * @default "generated"
     */
    readonly cookie?: "generated" | "image";
    /**
     * Whether a broker may start in a zone that has one while another zone has none: `preferred` lets it, `required` does not.
     *
     * @default "preferred"
     */
    readonly zoneSpread?: ZoneSpread;
    /** Name of a PriorityClass, or a number for which one is created. Default: the cluster's default priority. */
    readonly priorityClass?: Priority;
    /**
     * Seconds that a broker may take to answer its first health check before it is restarted.
     *
     * @default 180
     */
    readonly startupSeconds?: number;
    /**
     * Seconds that a stopping broker goes on serving, so that load balancers notice.
     *
     * @default 15
     */
    readonly drainSeconds?: number;
    /** What comes before the release and goes after it, for example what serves a load balancer of its Service. Default: nothing. */
    readonly after?: readonly pulumi.Resource[];
    /** Annotations of the broker pods, for example the ones by which Prometheus finds them. Default: none. */
    readonly podAnnotations?: Readonly<Record<string, string>>;
    /** Deploy by upstream's operator. Default: by the official Helm chart. */
    readonly operator?: OperatorSettings | undefined;
    /** Changes to what is created: the way out where no setting fits. */
    readonly transform?: {
        readonly release?: Transform<helm.ReleaseArgs>;
        /** Values of the chart. */
        readonly values?: Transform<Record<string, unknown>>;
        readonly auth?: Transform<core.SecretArgs>;
        /** The Secret with the settings that are secret. */
        readonly secretSettings?: Transform<core.SecretArgs>;
        /** The Secret with the Erlang cookie. */
        readonly cookie?: Transform<core.SecretArgs>;
        /** The Secret with the registry's credentials. */
        readonly imageRegistry?: Transform<core.SecretArgs>;
        /** The Service for clients inside the cluster. */
        readonly internalService?: Transform<core.ServiceArgs>;
        /** Who may reach the brokers, and whom they may reach. */
        readonly brokerNetworkPolicy?: Transform<networking.NetworkPolicyArgs>;
        /** The PriorityClass that a number creates. */
        readonly priorityClass?: Transform<scheduling.PriorityClassArgs>;
        /** For example to give a namespace with your own pods another Pod Security level. */
        readonly namespace?: Transform<core.NamespaceArgs>;
    };
}

/** A broker's arguments with every default filled in. */
export type FullBrokerArgs = ReturnType<typeof normalizeBrokerArgs>;

/** Fills in the defaults. Pure. */
export function normalizeBrokerArgs(args: BrokerArgs) {
    const { imageRepository, persistence, service, ...plain } = brokerDefaults;
    const nodes = args.cluster.hasManagedControlPlane ? "created" : "adopted";
    return {
        ...withDefaults(args, {
            ...plain,
            ...brokerResourceDefaults[nodes],
            maxReplicas: maxReplicasOf({ ...args, replicas: args.replicas ?? plain.replicas }),
            users: [],
            acl: args.aclFrom === undefined ? defaultAcl(decidedBy(args.authentication)) : [],
            settings: {},
            secretSettings: {},
            expectsProxyHeader: false,
            egress: [],
            podAnnotations: {},
        }),
        image: {
            ...args.image,
            repository: mirroredInput(args.image?.repository ?? imageRepository, args.images?.mirror),
        },
        persistence: withDefaults(args.persistence ?? {}, persistence),
        service: withDefaults(args.service ?? {}, { type: service.type, allowedCidrs: ["0.0.0.0/0"] }),
        access: withDefaults<Partial<BrokerAccess>, BrokerAccess>(args.access ?? {}, {
            listeners: ["mqtt"],
            edge: [{ kind: "cluster" }],
            health: [],
            apiServerPorts: apiServerPorts[nodes],
        }),
    };
}
