import type { RightsUse } from "../account";
import type { CapacityTable } from "./capacity";

/** What the account grants for each command, each right once; none where the stack creates nothing in one. */
export function rightsTable(
    rights: RightsUse | null,
    list: (rights: readonly string[]) => string = (all) => all.join(", "),
): CapacityTable | undefined {
    if (rights === null) {
        return undefined;
    }
    const { preview, up, destroy, unknown } = rights;
    const beyond = (command: string, fewer: readonly string[], all: readonly string[]) => {
        const more = all.filter((right) => !fewer.includes(right));
        return more.length === 0 ? `those of ${command}` : `those of ${command} and ${list(more)}`;
    };
    return {
        head: ["Command", "Rights"],
        rows: [
            ["preview", list(preview)],
            ["destroy", beyond("preview", preview, destroy)],
            ["up", beyond("destroy", destroy, up)],
            ...(unknown.length === 0 ? [] : [["not known", unknown.join(", ")]]),
        ],
    };
}

/** From this many rights on, a list is shorter as numbers by service. */
const mostListed = 12;

/** `63 actions: ec2 29, eks 15` where there are many rights with the name of their service in front. */
export function countedByService(rights: readonly string[]): string {
    if (rights.length <= mostListed) {
        return rights.join(", ");
    }
    const services = rights.map((right) => right.split(":")[0] ?? right);
    const counts = [...new Set(services)].map((service) => {
        const count = services.filter((other) => other === service).length;
        return `${service} ${count}`;
    });
    return `${rights.length} actions: ${counts.join(", ")}`;
}

/** Where the rights are from. */
export function rightsSource({ source, asOf }: RightsUse): string {
    return `By ${source} (${asOf}); --rights writes them as the cloud takes them.`;
}
