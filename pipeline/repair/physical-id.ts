import { valueOf } from "../../components/common/property-path";
import { idTemplates } from "../../plan/roles";

type Inputs = Readonly<Record<string, unknown>>;

/** What a physical id is written with. */
export interface Origin {
    readonly type: string;
    readonly inputs: Inputs;
    /** Settings of the resource's provider: its project and subscription, where the inputs do not say them. */
    readonly provider: Inputs;
}

/** The physical id that a resource with these inputs has; undefined where only the cloud knows it. */
export function physicalId(origin: Origin): string | undefined {
    for (const template of idTemplates(origin.type)) {
        const id = filled(template, origin);
        if (id !== undefined) {
            return id;
        }
    }
    return undefined;
}

/** A template with its keys filled in; undefined where one has no value. */
function filled(template: string, { inputs, provider }: Origin): string | undefined {
    const keys = [...template.matchAll(/\{([^}]+)\}/g)].map(([, key = ""]) => key);
    const values = new Map(keys.map((key) => [key, textAt(key, inputs) ?? textAt(key, provider)]));
    return [...values.values()].includes(undefined)
        ? undefined
        : template.replace(/\{([^}]+)\}/g, (_, key: string) => values.get(key) ?? "");
}

/** The engine's word for a value that is not known before an update, and this project's for a secret. */
const hidden = new Set(["04da6b54-80e4-46f7-96ec-b56ff0331ba9", "[secret]", ""]);

function textAt(key: string, inputs: Inputs): string | undefined {
    const [path = "", fallback] = key.split("|=");
    const value = valueOf(inputs, path);
    return typeof value === "string" && !hidden.has(value) ? value : fallback;
}
