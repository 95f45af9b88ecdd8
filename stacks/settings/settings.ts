import type { EdgePlan } from "../../components/edge/plan";
import type { BrokerSettings } from "./schema/broker";
import type { CertificateSettings, DnsSettings, EdgeSettings } from "./schema/edge";
import type { ObservabilitySettings } from "./schema/observability";
import type { SourceSettings } from "./schema/sources";

/** A stack's configuration as it was written, from the Pulumi engine or from a `Pulumi.<stack>.yaml`. */
export interface RawConfig {
    readonly project: string;
    readonly stack: string;
    /** Full keys (`vernemq:broker`, `aws:region`) with their values; encrypted values are `Secret`. */
    readonly values: Readonly<Record<string, unknown>>;
    /**
     * Keys whose value the engine decrypted, whole or in part. It does not say which part, so texts there are taken for encrypted.
     * Empty for a stack file, where each encrypted value is a `Secret` already.
     */
    readonly keysWithDecryptedValues: ReadonlySet<string>;
}

/** `vernemq:cluster`: what several targets have, and further settings of each target. */
export interface ClusterSettings {
    /** Networks that may reach the Kubernetes API. */
    readonly apiAllowedCidrs?: readonly string[];
    /** VerneMQ's node pool. */
    readonly brokerNodes?: { readonly count?: number | undefined };
    /** Number of nodes that VerneMQ can run on, where the program does not create them. */
    readonly nodes?: number | undefined;
    readonly [setting: string]: unknown;
}

/** What the groups parse to, before the checks across them. `C` is the cluster's settings of one target. */
export interface ParsedGroups<C extends ClusterSettings = ClusterSettings> {
    /** Name of the target; stacks/targets/registry.ts has its record. */
    readonly target: string;
    /** The cloud's own config keys, for example `region` for `aws:region`; one that is missing or wrong is left out. */
    readonly cloud: Readonly<Record<string, string>>;
    readonly cluster: C;
    readonly broker: BrokerSettings;
    /** Settings of `vernemq:broker` that were written and are no default: `replicas`, and of groups also `persistence.enabled`. */
    readonly writtenBrokerSettings: readonly string[];
    readonly edge: EdgeSettings;
    readonly certificate: CertificateSettings;
    readonly dns: DnsSettings | undefined;
    readonly observability: ObservabilitySettings;
    readonly sources: SourceSettings;
}

/** Everything that a stack needs to know, complete and checked. `K` names the config keys of one target's cloud. */
export interface Settings<C extends ClusterSettings = ClusterSettings, K extends string = string> extends Omit<
    ParsedGroups<C>,
    "writtenBrokerSettings"
> {
    readonly project: string;
    readonly stack: string;
    /** The cloud's own config keys, for example `region` for `aws:region`. */
    readonly cloud: Readonly<Record<K, string>>;
    readonly edge: NamedEdge;
    readonly usedCertificate: UsedCertificate;
    readonly edgePlan: EdgePlan;
    /** What is allowed and yet deserves attention. */
    readonly warnings: readonly string[];
}

/** Where the stack's certificate comes from, with what its source takes. A cloud's is validated by DNS or in a key vault; `none` is served where no listener uses TLS. */
export type UsedCertificate =
    | { readonly source: "pem"; readonly pem: NonNullable<CertificateSettings["pem"]> }
    | { readonly source: "cert-manager"; readonly issuer: NonNullable<CertificateSettings["issuer"]> }
    | { readonly source: "acme" | "dns-validated"; readonly dns: DnsSettings }
    | { readonly source: "key-vault"; readonly secretId: string; readonly vaultId: string }
    | { readonly source: "private-ca" | "self-signed" | "none" };

/** The settings of an edge that has a name to dial, or of none. */
type NamedEdge = EdgeSettings &
    (
        | { readonly exposure: "none" }
        | { readonly exposure: Exclude<EdgeSettings["exposure"], "none">; readonly host: string }
    );

export function hasName(edge: EdgeSettings): edge is NamedEdge {
    return edge.exposure === "none" || edge.host !== undefined;
}
