import { readFileSync } from "node:fs";
import type { Origin } from "./catalog";

/** What operating a type of resource takes of an account: actions, roles or scopes, in the cloud's own words. */
export interface Rights {
    /** For `pulumi preview --refresh`, and for everything else too. */
    readonly read: readonly string[];
    /** For `pulumi up`, to create and to change. */
    readonly write: readonly string[];
    /** For `pulumi destroy`, and for `up` where something goes. */
    readonly delete: readonly string[];
}

/** The rights for each type of a cloud's resources. */
export interface RightsTable extends Origin {
    readonly byType: Readonly<Record<string, Rights>>;
}

/** What a quota counts. */
export interface Demand {
    /** Resources of a type. */
    readonly count: (type: string) => number;
    /** Each resource of a type. */
    readonly of: (type: string) => readonly NamedResource[];
    readonly nodes: number;
    /** Of all nodes together; undefined where a machine is not known. */
    readonly vcpus: number | undefined;
    /** Volumes of brokers and of what else claims any, each once. */
    readonly claims: readonly Claim[];
    /** Services that the cloud gives a load balancer. */
    readonly loadBalancerServices: number;
}

/** A volume that a pod asks for. */
export interface Claim {
    /** Undefined for the cluster's default. */
    readonly storageClass: string | undefined;
    readonly gibibytes: number;
}

/** What an account has of a quota by default: `differs by account` where the source says so, `not verified` where none was found. */
export type QuotaDefault = number | "differs by account" | "not verified";

/** A limit of an account that can be raised. */
export interface Quota extends Origin {
    /** As the cloud names it. */
    readonly name: string;
    readonly default: QuotaDefault;
    /** What a stack uses of it; undefined where that is not known. */
    readonly uses: (demand: Demand) => number | undefined;
}

/** Writes the quotas of a table that was read in one month. */
export function quotasAsOf(asOf: string) {
    return (name: string, standard: QuotaDefault, source: string, uses: Quota["uses"]): Quota => ({
        name,
        default: standard,
        source,
        asOf,
        uses,
    });
}

/** A quota of vCPUs that machines of some families share. */
export type MachineQuota = Omit<Quota, "uses">;

/** What a cloud's account has to give. */
export interface AccountNeeds {
    readonly rights: RightsTable;
    readonly quotas: readonly Quota[];
    /** The quota that the vCPUs of a machine count against; null where the cloud has none by family. */
    readonly machineQuota: ((size: string) => MachineQuota) | null;
    /** The file that grants the rights: policies, a list of roles or of scopes. */
    readonly document: (needed: NeededRights, resources: readonly NamedResource[]) => unknown;
}

/** What a file of rights reads of a plan's resource: what it is called, before there is any. */
export interface NamedResource {
    /** Pulumi's type token. */
    readonly type: string;
    /** Pulumi's name of it. */
    readonly name: string;
    readonly inputs: Readonly<Record<string, unknown>>;
}

/** Rights by the command that takes them, each sorted and without repeats. */
export interface NeededRights {
    readonly preview: readonly string[];
    readonly up: readonly string[];
    readonly destroy: readonly string[];
}

/** Reads a table that test/components/regenerate-rights.ts wrote. */
export function readRights(file: string): RightsTable {
    return JSON.parse(readFileSync(file, "utf8")) as RightsTable;
}

/** The same rights for everything that is done to a type. */
export function roles(read: readonly string[], write: readonly string[]): Rights {
    return { read, write, delete: write };
}
