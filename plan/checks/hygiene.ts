import { type PlannedResource, secretMark } from "../graph";
import { valueOf } from "../../components/common/property-path";
import { isSensitiveName } from "../values";
import { assertion, type CheckRule } from "./check";

/** Calls back for every text inside a value, with its path. */
function eachText(
    value: unknown,
    path: readonly string[],
    visit: (path: readonly string[], text: string) => void,
): void {
    if (typeof value === "string") {
        visit(path, value);
    } else if (typeof value === "object" && value !== null) {
        for (const [key, item] of Object.entries(value)) {
            eachText(item, [...path, key], visit);
        }
    }
}

const pemPrivateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

const secretsAreSecret: CheckRule = ({ resources }) => {
    let secrets = 0;
    const open = resources.flatMap((resource) => {
        const found: string[] = [];
        eachText(resource.inputs, [], (path, text) => {
            secrets += text === secretMark ? 1 : 0;
            if (text !== secretMark && text !== "" && isOpenSecret(resource, path, text)) {
                found.push(`${resource.name}: ${path.join(".")}`);
            }
        });
        return found;
    });
    return assertion("No secret stands in plain text", open, `${secrets} values are closed`);
};

function isOpenSecret(resource: PlannedResource, path: readonly string[], text: string): boolean {
    const key = path.at(-1) ?? "";
    // An environment variable carries its name beside its value.
    const sibling = key === "value" ? valueOf(resource.inputs, [...path.slice(0, -1), "name"].join(".")) : undefined;
    return (
        pemPrivateKey.test(text) ||
        (isSensitiveName(key) && !isReference(path)) ||
        (typeof sibling === "string" && isSensitiveName(sibling))
    );
}

/** Places where a name like `secret` holds the name of a Kubernetes object and not a secret. */
function isReference(path: readonly string[]): boolean {
    return ["volumes", "secretRef", "secretMounts", "volumeMounts", "existingSecret"].some((key) => path.includes(key));
}

/** The checks that any infrastructure should stand up to. */
export const hygieneChecks: readonly CheckRule[] = [secretsAreSecret];
