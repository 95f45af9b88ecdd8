import type { World } from "../provider";
import { entries, textAt } from "../rules";

const tagging = "https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html";

/** Tags of any resource. */
export const tagRule = entries(
    "tags",
    50,
    "tags; keys have 1 to 128 characters, values at most 256, and keys do not start with aws:",
    tagging,
    (key, value) => key.length >= 1 && key.length <= 128 && value.length <= 256 && !/^aws:/i.test(key),
);

/** The zones of subnets, as far as they are known: those of an adopted VPC are not. */
export function zonesOf(subnetIds: readonly unknown[], world: World): readonly string[] {
    return subnetIds.flatMap((id) => textAt(world.resolve(id)?.inputs, "availabilityZone") ?? []);
}

/** Whether a role, where the program creates it, lets a service take it for all these actions. */
export function trusts(roleArn: unknown, service: string, actions: readonly string[], world: World): boolean {
    const policy = textAt(world.resolve(roleArn)?.inputs, "assumeRolePolicy");
    return policy === undefined || [service, ...actions].every((part) => policy.includes(`"${part}"`));
}
