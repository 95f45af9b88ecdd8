import { isObject } from "./is-object";

/** Values as the engine's protocol carries them (pulumi/pulumi: sdk/nodejs/runtime/rpc.ts). The marker that it puts into objects with a special meaning. */
export const signatureKey = "4dabf18193072939515e22adb298388d";
export const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
/** The text that stands for a value that is not known yet. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export function isSecret(value: unknown): value is { value: unknown } {
    return isObject(value) && value[signatureKey] === secretSignature;
}

/** Whether a value is a secret or has one inside. */
export function holdsSecret(value: unknown): boolean {
    return typeof value === "object" && value !== null && (isSecret(value) || Object.values(value).some(holdsSecret));
}

/** Every text in a value. */
export function textsIn(value: unknown): string[] {
    if (typeof value === "string") {
        return [value];
    }
    return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** Every text inside secrets, so that what is shown can be searched for them. */
export function secretTexts(value: unknown): string[] {
    if (isSecret(value)) {
        return textsIn(value.value);
    }
    return typeof value === "object" && value !== null ? Object.values(value).flatMap(secretTexts) : [];
}
