import { join } from "node:path";
import { type CloudCatalog, type Origin, readCatalog, type Zones } from "../common/catalog";

/** The family of an EC2 instance type: `m7i` of `m7i.large`. */
export function familyOf(size: string): string | undefined {
    return /^([a-z][a-z0-9-]*)\.[a-z0-9-]+$/.exec(size)?.[1];
}

/** Zones in which EKS takes no subnets. */
export const zonesWithoutEks: Origin & { readonly letters: Zones; readonly ids: Readonly<Record<string, string>> } = {
    /** cac1-az3 is `c` for every account, because its region names zones alike for all. */
    letters: { "ca-central-1": ["c"] },
    /** Ids, by region whose letters differ by account. */
    ids: { "us-east-1": "use1-az3", "us-west-1": "usw1-az2" },
    source: "https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html (https://github.com/awsdocs/amazon-eks-user-guide, latest/ug/networking/network-reqs.adoc, commit 4d52b4d0)",
    asOf: "2026-11",
};

/** Regions from before December 2012, which give each account its own letters. A letter says nothing there, so none is known to be wrong. */
export const lettersByAccount: Origin & { readonly regions: ReadonlySet<string> } = {
    regions: new Set([
        "ap-northeast-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "eu-west-1",
        "sa-east-1",
        "us-east-1",
        "us-gov-west-1",
        "us-west-1",
        "us-west-2",
    ]),
    source: "https://docs.aws.amazon.com/global-infrastructure/latest/regions/az-ids.html",
    asOf: "2026-11",
};

/** Letters that newer accounts do not have, so that a default is none of them. */
export const closedZones: Origin & { readonly letters: Zones } = {
    letters: { "ap-northeast-1": ["b"] },
    source: "https://github.com/aws-samples/saas-reference-architecture-ecs/issues/12",
    asOf: "2026-11",
};

const tables = readCatalog(join(__dirname, "catalog.json"));

function without(zones: Zones, taken: Zones): Zones {
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
    regions: {
        ...tables.regions,
        zones: without(without(tables.regions.zones, zonesWithoutEks.letters), closedZones.letters),
    },
    zonesWithoutService: zonesWithoutEks,
    zonesDifferByAccount: lettersByAccount.regions,
};
