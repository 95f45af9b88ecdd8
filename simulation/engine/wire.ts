import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { isObject } from "../../components/common/is-object";
import {
    holdsSecret,
    isSecret,
    secretSignature,
    signatureKey,
    unknownValue,
} from "../../components/common/protocol-values";
import type { Properties } from "../provider";
import { unknownSymbol } from "../rules";

/** Values as the engine's provider protocol carries them (pulumi/pulumi: sdk/nodejs/runtime/rpc.ts, sdk/go/common/resource/plugin/rpc.go). */

/** A value marked as secret; one that is secret already stays as it is. */
export function asSecret(value: unknown): unknown {
    return isSecret(value) ? value : { [signatureKey]: secretSignature, value };
}

/**
 * A resource's outputs: its inputs with what the cloud adds. What was secret going in is secret coming out, as the engine and providers
 * that accept secrets promise.
 */
export function outputsOf(inputs: Properties, computed: Properties, secretOutputs: readonly string[]): Properties {
    const entries = Object.entries({ ...inputs, ...computed }).map(([key, value]) => {
        const isClosed = secretOutputs.includes(key) || (key in computed && holdsSecret(inputs[key]));
        return [key, isClosed ? asSecret(openSecrets(value)) : value] as const;
    });
    return Object.fromEntries(entries);
}

/** A value with its secrets opened, at any depth. */
export function openSecrets(value: unknown): unknown {
    return isSecret(value) ? openSecrets(value.value) : mapParts(value, openSecrets);
}

/** Inputs as a cloud's rules see them: secrets opened, unknown values symbolic. */
export function forRules(value: unknown): unknown {
    const opened = openSecrets(value);
    const replace = (part: unknown): unknown => (part === unknownValue ? unknownSymbol : mapParts(part, replace));
    return replace(opened);
}

/** A value with each of its direct parts mapped, given the part at the same place of another value; a plain value as it is. */
export function mapParts(
    value: unknown,
    change: (part: unknown, beside: unknown) => unknown,
    other?: unknown,
): unknown {
    if (Array.isArray(value)) {
        return value.map((part, index) => change(part, Array.isArray(other) ? other[index] : undefined));
    }
    const besides = isObject(other) ? other : {};
    return isObject(value)
        ? Object.fromEntries(Object.entries(value).map(([key, part]) => [key, change(part, besides[key])]))
        : value;
}

/** Values with the same secrets as a former state had at the same places. */
export function closeLike(values: Properties, former: Properties): Properties {
    return mapParts(values, closeValueLike, former) as Properties;
}

function closeValueLike(value: unknown, former: unknown): unknown {
    if (isSecret(former)) {
        return asSecret(openSecrets(value));
    }
    return isSecret(value) ? value : mapParts(value, closeValueLike, former);
}

export function fromStruct(struct: Struct | undefined): Properties {
    return struct?.toJavaScript() ?? {};
}

export function toStruct(value: Properties): Struct {
    return Struct.fromJavaScript(value as Record<string, JavaScriptValue>);
}
