import { join } from "node:path";
import { type CloudCatalog, readCatalog } from "../common/catalog";

/** The family of an EC2 instance type: `m7i` of `m7i.large`. */
export function familyOf(size: string): string | undefined {
    return /^([a-z][a-z0-9-]*)\.[a-z0-9-]+$/.exec(size)?.[1];
}

/**
 * Zone of ca-central-1 in which EKS takes no subnets: cac1-az3, which is `c` for every account because the region names its zones alike for
 * all (https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html, https://github.com/eksctl-io/eksctl, pkg/az). Read 2026-11.
 */
const withoutEks: Readonly<Record<string, readonly string[]>> = { "ca-central-1": ["c"] };

/**
 * Regions from before December 2012, which give each account its own letters (https://docs.aws.amazon.com/global-infrastructure/latest/regions/az-ids.html,
 * read 2026-11). A letter says nothing there, so none is known to be wrong.
 */
const lettersByAccount: ReadonlySet<string> = new Set([
    "ap-northeast-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "eu-west-1",
    "sa-east-1",
    "us-east-1",
    "us-gov-west-1",
    "us-west-1",
    "us-west-2",
]);

/** Letters that newer accounts do not have (seen in public issues), so that a default is none of them. Read 2026-11. */
const closed: Readonly<Record<string, readonly string[]>> = { "ap-northeast-1": ["b"] };

/** Ids of zones in which EKS takes no subnets, by region whose letters differ by account; same sources as above. */
export const zoneIdsWithoutEks: Readonly<Record<string, string>> = {
    "us-east-1": "use1-az3",
    "us-west-1": "usw1-az2",
};

const tables = readCatalog(join(__dirname, "catalog.json"));

function without(zones: Readonly<Record<string, readonly string[]>>, taken: typeof closed): typeof closed {
    return Object.fromEntries(
        Object.entries(zones).map(([region, letters]) => [
            region,
            letters.filter((letter) => taken[region]?.includes(letter) !== true),
        ]),
    );
}

/** Regions, machines and versions of AWS. */
export const awsCatalog: CloudCatalog = {
    title: "AWS",
    familyOf,
    ...tables,
    regions: { ...tables.regions, zones: without(without(tables.regions.zones, withoutEks), closed) },
    zonesDifferByAccount: lettersByAccount,
};
