import { isMap, isScalar, parseDocument } from "yaml";

/** Where a stack file keeps the number of brokers. */
const path = ["config", "vernemq:broker", "replicas"];

/**
 * A stack file with another number of brokers. Where it names one, only those digits change; comments and layout stay.
 *
 * @returns undefined where the file is no mapping that could hold it
 */
export function withReplicas(text: string, replicas: number): string | undefined {
    const document = parseDocument(text);
    if (document.errors.length > 0 || !isMap(document.contents)) {
        return undefined;
    }
    const node = document.getIn(path, true);
    if (isScalar(node) && node.range) {
        const [start, end] = node.range;
        return text.slice(0, start) + replicas.toString() + text.slice(end);
    }
    for (const length of [1, 2]) {
        const holder = document.getIn(path.slice(0, length), true);
        if (holder !== undefined && !isMap(holder)) {
            return undefined;
        }
    }
    document.setIn(path, replicas);
    return document.toString({ lineWidth: 0 });
}
