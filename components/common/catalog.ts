import { readFileSync } from "node:fs";

/** Where a table of facts comes from. Every table says it, and test/components/tables.spec.ts holds all to it. */
export interface Origin {
    /** Pages, packages or repositories with their version. */
    readonly source: string;
    /** When it was read, as year and month. */
    readonly asOf: string;
}

/** The end of support of a Kubernetes version, each as a day: `2027-03-27`. */
export interface SupportEnd {
    readonly standard: string;
    /** Until then the cloud goes on for a fee; null where it does not. */
    readonly extended: string | null;
}

/** Zones by region, as the settings name them. */
export type Zones = Readonly<Record<string, readonly string[]>>;

/** A cloud's regions, families of machines and Kubernetes versions. */
export interface CloudCatalog {
    /** The cloud's own name. */
    readonly title: string;
    /** Zones that clusters may be in; none for a region without zones. */
    readonly regions: Origin & { readonly zones: Zones };
    /** Families of machines: `m7i`, `n2`, `Dsv5`, `g`. */
    readonly families: Origin & { readonly names: readonly string[] };
    /** Kubernetes versions (`1.35`); null where the settings name none. */
    readonly versions: (Origin & { readonly ends: Readonly<Record<string, SupportEnd>> }) | null;
    /** Zones that a region has and the cloud's Kubernetes service does not take. */
    readonly zonesWithoutService?: Origin & { readonly letters: Zones };
    /** Regions whose zones have other names in each account, so that no name is known to be wrong. */
    readonly zonesDifferByAccount?: ReadonlySet<string>;
    /** The family of a machine; undefined for what is no name of one. */
    familyOf(size: string): string | undefined;
}

/** What test/components/regenerate-catalogs.ts writes. */
export type CatalogTables = Pick<CloudCatalog, "regions" | "families" | "versions">;

/** Reads the tables of a cloud. */
export function readCatalog(file: string): CatalogTables {
    return JSON.parse(readFileSync(file, "utf8")) as CatalogTables;
}

/** What is known of a zone in a region: whether it is there, is not, or neither. */
export type ZoneKnowledge = "has it" | "has it not" | "unknown";

/**
 * A region names its zones in order and does not come back to one that it left out: `a` of europe-west1 is known to be none, while `e` may
 * have come since the table was read.
 */
export function zoneKnowledge(catalog: CloudCatalog, region: string, zone: string): ZoneKnowledge {
    const zones = zonesOf(catalog, region);
    if (zones === undefined || zones.includes(zone)) {
        return zones === undefined ? "unknown" : "has it";
    }
    const last = [...zones].sort().at(-1);
    const isKnown = catalog.zonesDifferByAccount?.has(region) !== true && (last === undefined || zone < last);
    return isKnown ? "has it not" : "unknown";
}

/** The zones of a region; undefined for a region that the table does not know. */
export function zonesOf(catalog: CloudCatalog, region: string): readonly string[] | undefined {
    return Object.hasOwn(catalog.regions.zones, region) ? catalog.regions.zones[region] : undefined;
}

/** The zones that a region's cluster has by default: the first three, or none where the region is unknown. */
export function firstZones(catalog: CloudCatalog, region: string): readonly string[] | undefined {
    return zonesOf(catalog, region)?.slice(0, 3);
}
