import { join } from "node:path";
import { type CloudCatalog, readCatalog } from "../common/catalog";

/** The series of a machine type: `n2` of `n2-standard-8`. */
function familyOf(size: string): string | undefined {
    return /^([a-z]\d+[a-z]*)-/.exec(size)?.[1];
}

/** Regions, machines and versions of Google Cloud. */
export const googleCatalog: CloudCatalog = {
    title: "Google Cloud",
    familyOf,
    ...readCatalog(join(__dirname, "catalog.json")),
};
