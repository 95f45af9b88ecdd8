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

/** `image`, and `bundlerImage` of VerneMQ's operator. */
const imageKey = /^(bundlerI|i)mage$/i;

const versionsArePinned: CheckRule = ({ resources }) => {
    const loose: string[] = [];
    let seen = 0;
    for (const resource of resources) {
        if (resource.type === "kubernetes:helm.sh/v3:Release") {
            seen++;
            loose.push(...(isExact(resource.inputs["version"]) ? [] : [`chart of ${resource.name}`]));
        }
        eachText(resource.inputs, [], (path, text) => {
            if (imageKey.test(path.at(-1) ?? "") && resource.type.startsWith("kubernetes:")) {
                seen++;
                loose.push(...(isPinnedImage(text) ? [] : [`${text} in ${resource.name}`]));
            }
            if (path.at(-1) === "tag" && imageKey.test(path.at(-2) ?? "") && text === "latest") {
                loose.push(`tag latest in ${resource.name}`);
            }
        });
    }
    return seen === 0
        ? undefined
        : assertion("Charts and images are pinned", loose, `${seen} exact version${seen === 1 ? "" : "s"}`);
};

function isExact(version: unknown): boolean {
    return typeof version === "string" && /^v?\d+\.\d+\.\d+([-+][\w.+-]+)?$/.test(version);
}

/** An image with a digest, or with a tag that is not `latest`. */
function isPinnedImage(image: string): boolean {
    const tag = image.slice(image.lastIndexOf("/") + 1).split(":")[1];
    return image.includes("@sha256:") || (tag !== undefined && tag !== "latest") || image.startsWith("${");
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
export const hygieneChecks: readonly CheckRule[] = [versionsArePinned, secretsAreSecret];
