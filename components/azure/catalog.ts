import { join } from "node:path";
import { type CloudCatalog, readCatalog } from "../common/catalog";

/** The family of a VM size, with its options and version: `Dsv5` of `Standard_D8s_v5`. Constrained cores (`-2`) are no part of it. */
export function familyOf(size: string): string | undefined {
    const [, series, options = "", version = ""] =
        /^Standard_([A-Z]+)\d+(?:-\d+)?([a-z]*)(?:_[A-Za-z0-9]+)??(?:_(v\d+))?$/.exec(size) ?? [];
    return series === undefined ? undefined : `${series}${options}${version}`;
}

/** Regions, machines and versions of Azure. */
export const azureCatalog: CloudCatalog = { title: "Azure", familyOf, ...readCatalog(join(__dirname, "catalog.json")) };
