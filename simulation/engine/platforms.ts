import { tables as aws } from "../aws/tables";
import { tables as azure } from "../azure/tables";
import { tables as digitalocean } from "../digitalocean/tables";
import { tables as google } from "../google/tables";
import { tables as kubernetes } from "../kubernetes/tables";
import type { ServiceTables } from "../tables";

const platforms: readonly ServiceTables[] = [aws, azure, digitalocean, google, kubernetes];

/** The inputs that two resources of a type cannot share; undefined where none is known. */
export function uniqueInputs(type: string): readonly string[] | undefined {
    return entry(platforms.map((platform) => platform.uniqueInputs[type]));
}

/** How long the creation of a type takes, in seconds. */
export function secondsOf(type: string): number {
    return entry(platforms.map((platform) => platform.seconds[type])) ?? 2;
}

/** What ids of a type begin with; undefined for those without a prefix. */
export function idPrefix(type: string): string | undefined {
    return entry(platforms.map((platform) => platform.idPrefixes?.[type]));
}

/** The output that says the id of a type; undefined where none does. */
export function idOutput(type: string): string | undefined {
    const rules = platforms.flatMap(({ idIsOutput = {} }) => Object.entries(idIsOutput));
    return rules.find(([, types]) => types.test(type))?.[0];
}

/** Whether a type is unique in the whole account, not in a region. */
export function isGlobal(type: string): boolean {
    return platforms.some(({ globalTypes }) => globalTypes?.test(type) === true);
}

function entry<T>(found: readonly (T | undefined)[]): T | undefined {
    return found.find((value) => value !== undefined);
}
