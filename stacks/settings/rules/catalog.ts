import { compact } from "../../../components/common/compact";
import { awsNodeLimits } from "../../../components/aws/limits";
import { azureNodeLimits } from "../../../components/azure/limits";
import type { NodeLimits } from "../../../components/common/node-limits";
import {
    type CloudCatalog,
    type SupportEnd,
    firstZones,
    zoneKnowledge,
    zonesOf,
} from "../../../components/common/catalog";
import { isObject } from "../../../components/common/is-object";
import type { Problem } from "../../../components/common/problem";
import { digitaloceanNodeLimits } from "../../../components/digitalocean/limits";
import { googleNodeLimits } from "../../../components/google/limits";
import { targetOf } from "../../targets/registry";
import type { Target, TargetCatalog } from "../../targets/target";
import type { ParsedGroups } from "../settings";

const clouds: readonly NodeLimits[] = [awsNodeLimits, googleNodeLimits, azureNodeLimits, digitaloceanNodeLimits];

/** The settings' words for a machine, each of one cloud. */
const words: Readonly<Record<string, NodeLimits>> = {
    instanceType: awsNodeLimits,
    machineType: googleNodeLimits,
    vmSize: azureNodeLimits,
    size: digitaloceanNodeLimits,
};

const pools = ["systemNodes", "brokerNodes"] as const;

/** A machine whose name is formed as another cloud forms names. */
export function foreignMachines({ cluster }: Pick<ParsedGroups, "cluster">): Problem[] {
    return compact(
        pools.flatMap((pool) =>
            Object.entries(words).map(([word, own]) => {
                const name = machineOf(cluster, pool, word);
                const owner = clouds.find((cloud) => name !== undefined && cloud.isSizeName(name));
                return (
                    owner !== undefined &&
                    owner !== own && {
                        key: `vernemq:cluster.${pool}.${word}`,
                        value: name,
                        rule: `it is a machine of ${owner.title}, and this cluster is on ${own.title}`,
                        remedy: `name a machine of ${own.title}`,
                    }
                );
            }),
        ),
    );
}

/** The name of a pool's machine; undefined where the pool has none of this word. */
function machineOf(
    cluster: Readonly<Record<string, unknown>>,
    pool: (typeof pools)[number],
    word: string,
): string | undefined {
    const name = ((cluster[pool] ?? {}) as Readonly<Record<string, unknown>>)[word];
    return typeof name === "string" ? name : undefined;
}

/**
 * The cluster's group as it was written, with the zones that its region has where none are written: the schema's own default is that of
 * most regions.
 */
export function withZonesOfRegion(target: Target, cloud: Readonly<Record<string, string>>, written: unknown): unknown {
    const { catalog } = target;
    const setting = catalog?.zones ?? undefined;
    if (catalog === null || setting === undefined || !isObject(written)) {
        return written;
    }
    const region = regionOf(target, catalog, cloud, written);
    const zones = region === undefined ? undefined : firstZones(catalog.known, region);
    const isDecided = catalog.zonesFollowFrom !== undefined && catalog.zonesFollowFrom in written;
    return zones === undefined || isDecided ? written : { [setting]: zones, ...written };
}

const clusterKey = "vernemq:cluster.";

function regionOf(
    { configKeys }: Target,
    { regionKey }: TargetCatalog,
    cloud: Readonly<Record<string, string>>,
    cluster: Readonly<Record<string, unknown>>,
): string | undefined {
    if (regionKey.startsWith(clusterKey)) {
        const region = cluster[regionKey.slice(clusterKey.length)];
        return typeof region === "string" ? region : undefined;
    }
    const name = configKeys.find(({ key }) => key === regionKey)?.name;
    return name === undefined ? undefined : cloud[name];
}

/** What the settings choose from a cloud's catalog. */
interface Chosen {
    /** The service's own name. */
    readonly title: string;
    readonly catalog: TargetCatalog;
    readonly region: string | undefined;
    readonly cluster: Readonly<Record<string, unknown>>;
    readonly zones: readonly { readonly zone: string; readonly setting: string }[];
}

function chosenOf({ target: name, cloud, cluster }: ParsedGroups): Chosen | undefined {
    const target = targetOf(name);
    const { catalog } = target;
    if (catalog === null) {
        return undefined;
    }
    const isDecided = catalog.zonesFollowFrom !== undefined && cluster[catalog.zonesFollowFrom] !== undefined;
    const setting = isDecided ? null : catalog.zones;
    const zones = setting === null ? [] : (cluster[setting] as readonly string[]).map((zone) => ({ zone, setting }));
    return { title: target.title, catalog, cluster, zones, region: regionOf(target, catalog, cloud, cluster) };
}

/** A zone that the region is known not to have. */
export function zoneProblems(groups: ParsedGroups): Problem[] {
    const chosen = chosenOf(groups);
    if (chosen?.region === undefined) {
        return [];
    }
    const { title, catalog, region, zones } = chosen;
    const { known } = catalog;
    const refused = known.zonesWithoutService;
    return zones
        .filter(({ zone }) => zoneKnowledge(known, region, zone) === "has it not")
        .map(({ zone, setting }) => ({
            key: `${clusterKey}${setting}`,
            value: zone,
            rule:
                refused?.letters[region]?.includes(zone) === true
                    ? `${title} takes no subnets in zone ${zone} of ${region} (${refused.source}, ${refused.asOf})`
                    : `${region} of ${known.title} has no zone ${zone} (${known.regions.source}, ${known.regions.asOf})`,
            remedy: remedyFor(zonesOf(known, region) ?? []),
        }));
}

function remedyFor(zones: readonly string[]): string {
    return zones.length === 0 ? "leave it out: the region has no zones" : `use some of ${zones.join(", ")}`;
}

/** Regions, zones and machines that no table knows, and versions whose support ends. Without `now` no date counts. */
export function catalogWarnings(groups: ParsedGroups, now: Date | undefined): string[] {
    const chosen = chosenOf(groups);
    return chosen === undefined
        ? []
        : [...regionWarnings(chosen), ...machineWarnings(chosen), ...versionWarnings(chosen, now)];
}

function unknown(what: string, asOf: string, title: string, key: string): string {
    return `${what} is not in this version's tables (as of ${asOf}); ${title} may have it (${key}).`;
}

function regionWarnings({ catalog: { known, regionKey }, region, zones }: Chosen): string[] {
    if (region === undefined) {
        return [];
    }
    const { asOf } = known.regions;
    return zonesOf(known, region) === undefined
        ? [unknown(`Region ${region}`, asOf, known.title, regionKey)]
        : zones
              .filter(({ zone }) => zoneKnowledge(known, region, zone) === "unknown")
              .map(({ zone, setting }) =>
                  unknown(`Zone ${zone} of ${region}`, asOf, known.title, `cluster.${setting}`),
              );
}

function machineWarnings({ catalog: { known, machine }, cluster }: Chosen): string[] {
    const { names, asOf } = known.families;
    return pools.flatMap((pool) => {
        const size = machineOf(cluster, pool, machine);
        const family = size === undefined ? undefined : known.familyOf(size);
        return size === undefined || (family !== undefined && names.includes(family))
            ? []
            : [unknown(`Machine ${size}`, asOf, known.title, `cluster.${pool}.${machine}`)];
    });
}

function versionWarnings({ catalog, cluster }: Chosen, now: Date | undefined): string[] {
    const { known, version: setting } = catalog;
    const version = setting === null ? undefined : /^1\.\d+/.exec(String(cluster[setting]))?.[0];
    if (setting === null || known.versions === null || version === undefined) {
        return [];
    }
    const { ends, asOf } = known.versions;
    const today = now?.toISOString().slice(0, 10) ?? "";
    const [oldest] = Object.entries(ends).sort(([a], [b]) => byMinor(a, b));
    // Support ends in the order of the versions.
    if (oldest !== undefined && byMinor(version, oldest[0]) < 0 && today > lastDay(oldest[1])) {
        return [ended(version, known, `before that of ${oldest[0]} did, on ${lastDay(oldest[1])}`)];
    }
    const end = Object.hasOwn(ends, version) ? ends[version] : undefined;
    return end === undefined
        ? [unknown(`Kubernetes ${version}`, asOf, known.title, `cluster.${setting}`)]
        : supportWarnings(version, end, catalog, cluster, today);
}

function byMinor(a: string, b: string): number {
    return Number(a.slice(2)) - Number(b.slice(2));
}

function lastDay({ standard, extended }: SupportEnd): string {
    return extended ?? standard;
}

function ended(version: string, known: CloudCatalog, when: string): string {
    return `Support of Kubernetes ${version} on ${known.title} ended ${when}: no new cluster is created with it, and the cloud upgrades an old one by itself (cluster.version).`;
}

function supportWarnings(
    version: string,
    end: SupportEnd,
    { known, extendedSupport: setting }: TargetCatalog,
    cluster: Readonly<Record<string, unknown>>,
    today: string,
): string[] {
    const { standard, extended } = end;
    if (today <= standard) {
        return [];
    }
    if (today > lastDay(end)) {
        return [ended(version, known, `on ${lastDay(end)}`)];
    }
    const since = `Standard support of Kubernetes ${version} on ${known.title} ended on ${standard}`;
    return [
        extended !== null && setting !== undefined && cluster[setting] === true
            ? `${since}; until ${extended} it continues for a fee (cluster.version).`
            : `${since}, and this cluster has no extended support: name a newer version (cluster.version)${setting === undefined ? "" : `, or set cluster.${setting}`}.`,
    ];
}
