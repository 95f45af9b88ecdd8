import { at, type ChangeRule, type Properties, type ResourceModel, type Rule } from "../provider";
import { entriesOf, extend } from "./object";

const secrets = "https://kubernetes.io/docs/concepts/configuration/secret/";
const configMaps = "https://kubernetes.io/docs/concepts/configuration/configmap/";

/** The API server takes no more than a mebibyte of data in one object. */
const mostBytes = 1_048_576;

function keysAreFileNames(fields: readonly string[], source: string): Rule {
    return {
        text: "a key is at most 253 letters, digits, hyphens, underscores and dots",
        source,
        brokenBy: ({ inputs }) => {
            for (const field of fields) {
                const broken = entriesOf(inputs[field]).find(([key]) => !/^[A-Za-z0-9._-]{1,253}$/.test(key));
                if (broken !== undefined) {
                    return `${field}["${broken[0]}"]`;
                }
            }
            return undefined;
        },
    };
}

function fitsInOneMebibyte(fields: readonly string[], source: string): Rule {
    return {
        text: "it holds at most 1 MiB of data",
        source,
        brokenBy: ({ inputs }) => {
            const bytes = fields
                .flatMap((field) => entriesOf(inputs[field]))
                .reduce((sum, [, value]) => sum + (typeof value === "string" ? Buffer.byteLength(value) : 0), 0);
            return bytes > mostBytes ? fields.find((field) => inputs[field] !== undefined) : undefined;
        },
    };
}

function isBase64(text: string): boolean {
    return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

/**
 * What is immutable is recreated when its contents change. The rest is changed in place, because every provider of this program says so
 * (enableSecretMutable, enableConfigMapMutable; pulumi-kubernetes 4.34, provider/pkg/provider/diff.go).
 */
function contentsOfImmutable(fields: readonly string[]) {
    return (inputs: Properties): readonly string[] => (inputs["immutable"] === true ? fields : []);
}

/** The provider would update what the API server refuses. */
const staysImmutable: ChangeRule = {
    text: "what is immutable stays so until it is deleted",
    source: "https://kubernetes.io/docs/concepts/configuration/configmap/#configmap-immutable",
    brokenBy: (before, after) =>
        before["immutable"] === true && after["immutable"] !== true ? "immutable" : undefined,
};

export const secret: ResourceModel = extend({
    rules: [
        keysAreFileNames(["data", "stringData"], `${secrets}#restriction-names-data`),
        fitsInOneMebibyte(["data", "stringData"], `${secrets}#restriction-data-size`),
        {
            text: "the values of a Secret's data are in base64; plain text belongs into stringData",
            source: secrets,
            brokenBy: ({ inputs }) => {
                const broken = entriesOf(at(inputs, "data")).find(
                    ([, value]) => typeof value === "string" && !value.includes("${") && !isBase64(value),
                );
                return broken === undefined ? undefined : `data["${broken[0]}"]`;
            },
        },
    ],
    changeRules: [staysImmutable],
    replaceOnWhen: contentsOfImmutable(["data", "stringData"]),
});

export const configMap: ResourceModel = extend({
    rules: [
        keysAreFileNames(["data", "binaryData"], `${configMaps}#configmap-object`),
        fitsInOneMebibyte(["data", "binaryData"], `${configMaps}#motivation`),
    ],
    changeRules: [staysImmutable],
    replaceOnWhen: contentsOfImmutable(["data", "binaryData"]),
});
