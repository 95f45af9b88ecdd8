import { join } from "node:path";
import { type CloudCatalog, readCatalog } from "../common/catalog";

/** The plan of a Droplet: `g` of `g-8vcpu-32gb`. */
export function familyOf(size: string): string | undefined {
    return /^([a-z][a-z0-9_]*)-\d/.exec(size)?.[1];
}

/** Regions, machines and versions of DigitalOcean. */
export const digitalOceanCatalog: CloudCatalog = {
    title: "DigitalOcean",
    familyOf,
    ...readCatalog(join(__dirname, "catalog.json")),
};
