import type { Origin } from "./catalog";
/** What a resource is to those who run brokers, whatever cloud it is of. plan/changes/losses.ts says what is lost with each. */
export type Role =
    /** A managed Kubernetes cluster. */
    | "cluster"
    | "node pool"
    /** A disk, or a claim on one. */
    | "volume"
    /** An address that devices or their DNS records hold on to. */
    | "address"
    | "load balancer"
    | "StatefulSet"
    | "namespace"
    /** What groups a cloud's resources, and takes them along when it goes. */
    | "resource group"
    | "storage class"
    /** A kind of Kubernetes object. */
    | "custom resource definition"
    /** A key that a cloud encrypts data with. */
    | "encryption key"
    /** What deploys VerneMQ. */
    | "brokers"
    | "log group"
    /** A certificate that devices trust others by. */
    | "certificate authority"
    | "Helm release"
    /** Pods without stable names and volumes. */
    | "workload"
    /** A Service, which has a load balancer where its type says so. */
    | "Service"
    /** What an update creates again as it was: no data, no address, nothing that devices hold on to. */
    | "stateless"
    /** No table knows the type, so it may hold data. */
    | "unknown";

type Inputs = Readonly<Record<string, unknown>>;

/** What the plan, the guards and the comment know of a resource type. Paths lead to inputs; `*` goes into each item. */
export interface ResourceRole {
    readonly role: Role;
    readonly cluster?: {
        /** Networks that may reach the Kubernetes API. */
        readonly apiNetworks: string;
        /** Input that says that no client outside reaches the API at all, with the value that says so. */
        readonly privateApi?: { readonly path: string; readonly value: unknown };
        /** Input that keeps the cloud from deleting it. */
        readonly deletionProtection?: string;
        /** Whether its inputs have Kubernetes' Secrets encrypted, where the cloud does not see to that anyway. */
        readonly encryptsSecrets?: (inputs: Inputs) => boolean;
    };
    readonly nodePool?: NodePoolInputs;
    /** Ports that it opens to clients: numbers, ranges (`1000-2000`), or `true` for every port. */
    readonly openPorts?: readonly string[];
    /** Where disks say that they are encrypted, on the clouds that do not encrypt every disk anyway. */
    readonly disks?: { readonly path: string; readonly encrypted: string };
    /** Tags or labels. */
    readonly tags?: string;
    /** Whether the inputs of what spreads connections over targets bring those of a client to the same one. */
    readonly keepsAffinity?: (inputs: Inputs) => boolean;
    /** Where TLS is terminated: the lowest version that is accepted. */
    readonly lowestTls?: LowestTls;
    /** Where a load balancer's targets say that they see the client's address: with any other value they see the load balancer's, and each takes `most` connections. */
    readonly keepsClientAddress?: Origin & {
        readonly path: string;
        readonly value: unknown;
        readonly most: number;
    };
}

/**
 * The lowest TLS version that a resource's inputs accept (`1.2`; empty where they name none that is known), with the input that says so;
 * undefined where it terminates no TLS, or another resource says it.
 */
export type LowestTls = (inputs: Inputs) => { readonly path: string; readonly version: string } | undefined;

export interface NodePoolInputs {
    readonly labels: string;
    readonly count: string;
    /** Where the count is per zone: the zones. */
    readonly zones?: string;
    /** Where its nodes may be: zones, or subnets of one zone each. Left out where no setting says it. */
    readonly places?: string;
}

/** Roles by type token; Azure's without API version. */
export type ResourceRoles = Readonly<Record<string, ResourceRole>>;

/**
 * Templates of physical ids by type token, as the section "Import" of each type's documentation writes them
 * (https://www.pulumi.com/registry/packages/aws/api-docs/eks/addon/#import, and so on; the SDKs carry the same text, which a test reads).
 * `{key}` is an input, `{key|=text}` one with a default, and a key that no input has is looked up in the provider's settings. A type that
 * has no row gets its id from the cloud (a VPC, a load balancer's ARN, a DigitalOcean UUID), so only the cloud can tell it.
 */
export type PhysicalIds = Readonly<Record<string, string>>;

/** Types that an update creates again as they were. */
export function stateless(...types: readonly string[]): ResourceRoles {
    return Object.fromEntries(types.map((type) => [type, { role: "stateless" }]));
}

/** The same, for types whose tags are in the input `tags`. */
export function statelessWithTags(...types: readonly string[]): ResourceRoles {
    return Object.fromEntries(types.map((type) => [type, { role: "stateless", tags: "tags" }]));
}
