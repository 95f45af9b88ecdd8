import type { ResourceModel, Rule } from "../provider";
import { isSymbolic } from "../rules";
import { eachEntry, entriesOf, extend } from "./object";

const secrets = "https://kubernetes.io/docs/concepts/configuration/secret/";
const configMaps = "https://kubernetes.io/docs/concepts/configuration/configmap/";

/** The API server takes no more than a mebibyte of data in one object. */
const mostBytes = 1_048_576;

/** What holds files in maps: a Secret or a ConfigMap. */
function filesIn(
    maps: readonly string[],
    sources: { readonly names: string; readonly size: string },
    rules: readonly Rule[] = [],
): ResourceModel {
    return extend({
        rules: [
            eachEntry(
                maps,
                "a key is at most 253 letters, digits, hyphens, underscores and dots",
                sources.names,
                (key) => /^[A-Za-z0-9._-]{1,253}$/.test(key),
            ),
            {
                text: "it holds at most 1 MiB of data",
                source: sources.size,
                brokenBy: ({ inputs }) => {
                    const bytes = maps
                        .flatMap((map) => entriesOf(inputs[map]))
                        .reduce(
                            (sum, [, value]) => sum + (typeof value === "string" ? Buffer.byteLength(value) : 0),
                            0,
                        );
                    return bytes > mostBytes ? maps.find((map) => inputs[map] !== undefined) : undefined;
                },
            },
            ...rules,
        ],
        changeRules: [
            // The provider would update what the API server refuses.
            {
                text: "what is immutable stays so until it is deleted",
                source: "https://kubernetes.io/docs/concepts/configuration/configmap/#configmap-immutable",
                brokenBy: (before, after) =>
                    before["immutable"] === true && after["immutable"] !== true ? "immutable" : undefined,
            },
        ],
        // What is immutable is recreated when its contents change. The rest is changed in place, because every provider of this program
        // says so (enableSecretMutable, enableConfigMapMutable; pulumi-kubernetes 4.34, provider/pkg/provider/diff.go).
        replaceOnWhen: ({ immutable }) => (immutable === true ? maps : []),
    });
}

function isBase64(text: string): boolean {
    return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

export const secret = filesIn(
    ["data", "stringData"],
    { names: `${secrets}#restriction-names-data`, size: `${secrets}#restriction-data-size` },
    [
        eachEntry(
            ["data"],
            "the values of a Secret's data are in base64; plain text belongs into stringData",
            secrets,
            (_, value) => typeof value !== "string" || isSymbolic(value) || isBase64(value),
        ),
    ],
);

export const configMap = filesIn(["data", "binaryData"], {
    names: `${configMaps}#configmap-object`,
    size: `${configMaps}#motivation`,
});
