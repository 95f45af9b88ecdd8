import { type PlannedResource, secretMark } from "../graph";
import { valueOf } from "../../components/common/property-path";
import { isSensitiveName, partsOf } from "../values";
import { assertion, type CheckRule } from "./check";

const pemPrivateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

const secretsAreSecret: CheckRule = ({ resources }) => {
    const texts = resources.flatMap((resource) =>
        partsOf(resource.inputs, (part) => typeof part === "string").map(({ path, part }) => ({
            resource,
            path: path.map(({ key }) => key),
            text: part,
        })),
    );
    const open = texts.filter(
        ({ resource, path, text }) => text !== secretMark && text !== "" && isOpenSecret(resource, path, text),
    );
    return assertion(
        "No secret is in plain text",
        open.map(({ resource, path }) => `${resource.name}: ${path.join(".")}`),
        `${texts.filter(({ text }) => text === secretMark).length} values are masked`,
    );
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
