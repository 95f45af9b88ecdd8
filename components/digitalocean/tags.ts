import { physicalName } from "../common/names";
import { stackTags } from "../common/tags";

const tagKeys = { project: "project", stack: "stack", managedBy: "managed-by" } as const;

/** What a tag of DigitalOcean may hold (https://github.com/digitalocean/openapi, tags.yml): no spaces, dots or slashes. */
const tagPattern = /^[a-zA-Z0-9_\-:]{1,255}$/;

/** A tag of the settings as DigitalOcean has it: one text. */
function asTag(key: string, value: string): string {
    return value === "" ? key : `${key}:${value}`;
}

/** The tags of the settings that DigitalOcean would refuse, by key. */
export function refusedTags(tags: Readonly<Record<string, string>>): string[] {
    return Object.entries(tags)
        .filter(([key, value]) => !tagPattern.test(asTag(key, value)))
        .map(([key]) => key);
}

/** Tags for everything that a stack makes: the user's, and those that tell where it comes from. Sorted, so that none differs by accident. */
export function digitalOceanTags(of: {
    readonly project: string;
    readonly stack: string;
    readonly tags: Readonly<Record<string, string>>;
}): string[] {
    const origin = {
        project: physicalName([of.project], { max: 200 }),
        stack: physicalName([of.stack], { max: 200 }),
    };
    return [
        ...Object.entries({ ...stackTags(tagKeys, origin), ...of.tags }).map(([key, value]) => asTag(key, value)),
    ].sort();
}
