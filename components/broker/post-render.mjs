#!/usr/bin/env node
// Helm's post-renderer: puts into the chart's StatefulSet what the chart has no values for. What that is stands in the manifest itself, in
// an annotation that is taken out again, so that a preview shows all of it among the release's values and nothing is hidden in here.
// Helm runs it without arguments, gives it the manifests of a release and takes what it prints (https://helm.sh/docs/topics/advanced/#post-rendering).
// Plain JavaScript, because it runs from the Kubernetes provider, without the program's loader.
import { readFileSync } from "node:fs";
import { isMap, isScalar, isSeq, parseDocument, visit } from "yaml";

const annotation = "vernemq.io/additions";

/** Where the groups of an addition belong. */
const places = {
    spec: ["spec"],
    pod: ["spec", "template", "spec"],
    container: ["spec", "template", "spec", "containers", 0],
};

class Refusal extends Error {}

/** Every scalar stays the text that it is: no number, date or `on` is read, and so none is written in another way. */
const asText = { schema: "failsafe" };

/** The documents of a stream, each with the line that starts it: a line that begins with `---` is in no scalar. */
function documentsOf(stream) {
    return stream.split(/^(?=---(?:\s|$))/m);
}

function parse(text) {
    const document = parseDocument(text, asText);
    if (document.errors.length > 0) {
        throw new Refusal(
            `a manifest of the chart is not YAML: ${document.errors[0].message.split("\n")[0].replace(/:$/, "")}`,
        );
    }
    return document;
}

/** The additions of a StatefulSet's annotation, checked. */
function additionsOf(text) {
    let additions;
    try {
        additions = JSON.parse(text);
    } catch {
        throw new Refusal("it is not JSON");
    }
    if (!isObject(additions)) {
        throw new Refusal("it is not a JSON object");
    }
    for (const [group, fields] of Object.entries(additions)) {
        if (!Object.hasOwn(places, group)) {
            throw new Refusal(`it knows ${Object.keys(places).join(", ")}, and not ${group}`);
        }
        if (!isObject(fields)) {
            throw new Refusal(`${group} is not an object`);
        }
    }
    if (additions.container?.env !== undefined && !Array.isArray(additions.container.env)) {
        throw new Refusal("container.env is not a list");
    }
    return additions;
}

function isObject(value) {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value as YAML nodes: JSON is YAML, its strings are quoted for every reader, and block style makes it readable. */
function nodeOf(value) {
    const { contents } = parseDocument(JSON.stringify(value), asText);
    visit(contents, {
        Collection: (_key, node) => {
            node.flow = node.items.length === 0;
        },
    });
    return contents;
}

function apply(document, additions) {
    for (const [group, fields] of Object.entries(additions)) {
        const target = document.getIn(places[group]);
        if (!isMap(target)) {
            throw new Refusal(`the StatefulSet has no ${places[group].join(".")}`);
        }
        for (const [field, value] of Object.entries(fields)) {
            if (group === "container" && field === "env") {
                addVariables(target, value);
            } else {
                target.set(field, nodeOf(value));
            }
        }
    }
}

/** Variables come to those that the chart writes; of two with one name the last would win without a word. */
function addVariables(container, variables) {
    const present = container.get("env");
    const list = isSeq(present) ? present : nodeOf([]);
    const names = new Set(list.items.map((item) => (isMap(item) ? item.get("name") : undefined)));
    for (const variable of variables) {
        if (names.has(variable?.name)) {
            throw new Refusal(`the container already has the variable ${variable.name}`);
        }
        names.add(variable?.name);
        list.add(nodeOf(variable));
    }
    list.flow = false;
    container.set("env", list);
}

/** The StatefulSet with its additions; undefined where a document is none or asks for none. */
function withAdditions(text) {
    if (!/^kind:\s*["']?StatefulSet["']?\s*$/m.test(text)) {
        return undefined;
    }
    const document = parse(text);
    const annotations = document.getIn(["metadata", "annotations"]);
    const value = isMap(annotations) ? annotations.get(annotation, true) : undefined;
    if (value === undefined) {
        return undefined;
    }
    if (!isScalar(value)) {
        throw new Refusal(`the annotation ${annotation}: it is not a text`);
    }
    try {
        apply(document, additionsOf(String(value.value)));
    } catch (error) {
        throw error instanceof Refusal ? new Refusal(`the annotation ${annotation}: ${error.message}`) : error;
    }
    annotations.delete(annotation);
    if (annotations.items.length === 0) {
        document.deleteIn(["metadata", "annotations"]);
    }
    const rendered = document.toString({ lineWidth: 0 });
    return text.startsWith("---") && !rendered.startsWith("---") ? `---\n${rendered}` : rendered;
}

function postRender(stream) {
    let applied = 0;
    const documents = documentsOf(stream).map((text) => {
        const changed = withAdditions(text);
        applied += changed === undefined ? 0 : 1;
        return changed ?? text;
    });
    if (applied !== 1) {
        throw new Refusal(
            `${applied === 0 ? "no" : applied} StatefulSet of the release has the annotation ${annotation}; exactly one has to, or its settings would be lost`,
        );
    }
    return documents.join("");
}

try {
    process.stdout.write(postRender(readFileSync(0, "utf8")));
} catch (error) {
    if (!(error instanceof Refusal)) {
        throw error;
    }
    console.error(`post-render: ${error.message}`);
    process.exitCode = 1;
}
