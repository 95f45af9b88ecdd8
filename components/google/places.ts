import { join } from "node:path";
import { type Places, readPlaces } from "../common/places";

/** The series of a machine type: `n2` of `n2-standard-8`. */
function familyOf(size: string): string | undefined {
    return /^([a-z]\d+[a-z]*)-/.exec(size)?.[1];
}

/** Regions, machines and versions of Google Cloud. */
export const googlePlaces: Places = { title: "Google Cloud", familyOf, ...readPlaces(join(__dirname, "places.json")) };
