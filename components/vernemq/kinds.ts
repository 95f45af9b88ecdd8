import * as pulumi from "@pulumi/pulumi";
import { didYouMean } from "../common/closest";
import { isObject } from "../common/is-object";
import {
    VerneMqAffinity,
    type VerneMqArgs,
    VerneMqExposure,
    VerneMqIssuerKind,
    VerneMqTlsVersion,
    type VerneMqUser,
} from "./args";

/** What is wrong with an argument: the rule that it breaks and what to write instead. Never the value, which may be a secret. */
export interface ArgumentProblem {
    readonly propertyPath: string;
    readonly reason: string;
}

/** What a value has to be, in words, and whether one is. */
interface Kind {
    readonly what: string;
    readonly fits: (value: unknown) => boolean;
}

const text: Kind = { what: "a string", fits: (value) => typeof value === "string" };
const number: Kind = { what: "a number", fits: (value) => typeof value === "number" };
const flag: Kind = { what: "true or false", fits: (value) => typeof value === "boolean" };
const texts: Kind = { what: "a list of strings", fits: (value) => Array.isArray(value) && value.every(text.fits) };

function inputOf({ what, fits }: Kind): Kind {
    return {
        what,
        fits: (value) => fits(value) || pulumi.Output.isInstance(value) || value instanceof Promise,
    };
}

function mapOf({ fits }: Kind): Kind {
    return { what: "a map of strings", fits: (value) => isObject(value) && Object.values(value).every(fits) };
}

function oneOf(values: Readonly<Record<string, string>>): Kind {
    const known = Object.values(values);
    return { what: `one of ${known.join(", ")}`, fits: (value) => known.some((each) => each === value) };
}

const userKinds = { name: text, password: inputOf(text) } satisfies Record<keyof VerneMqUser, Kind>;

function isUser(value: unknown): boolean {
    return isObject(value) && text.fits(value["name"]) && misfits(value, userKinds).length === 0;
}

/** Of every argument. What may be an output says so. */
const kinds: Readonly<Record<keyof VerneMqArgs, Kind>> = {
    host: text,
    kubeconfig: inputOf(text),
    kubeContext: text,
    namespace: inputOf(text),
    replicas: number,
    maxReplicas: number,
    acceptLicense: flag,
    imageRepository: inputOf(text),
    imageTag: inputOf(text),
    imageMirror: text,
    imagePullSecrets: texts,
    imageRegistryUsername: inputOf(text),
    imageRegistryPassword: inputOf(text),
    chartSource: text,
    users: {
        what: "a list of users, each with a name and, where none is to be generated, a password",
        fits: (value) => Array.isArray(value) && value.every(isUser),
    },
    allowAnonymous: flag,
    acl: texts,
    settings: mapOf(text),
    secretSettings: mapOf(inputOf(text)),
    cpu: number,
    memoryGiB: number,
    maxConnections: number,
    maxMessageBytes: number,
    persistent: flag,
    volumeGiB: number,
    storageClass: inputOf(text),
    exposure: oneOf(VerneMqExposure),
    listeners: texts,
    affinity: oneOf(VerneMqAffinity),
    keepaliveSeconds: number,
    tcpKeepalive: flag,
    minimumTlsVersion: oneOf(VerneMqTlsVersion),
    allowedCidrs: texts,
    certificatePem: inputOf(text),
    privateKeyPem: inputOf(text),
    issuerName: inputOf(text),
    issuerKind: oneOf(VerneMqIssuerKind),
    selfSigned: flag,
    clientCaPem: text,
    // A program in another language may have them from its cloud: nothing is decided by them.
    serviceAnnotations: inputOf(mapOf(inputOf(text))),
    haproxyReplicas: number,
    haproxyImage: inputOf(text),
    haproxyMaxConnections: number,
};

/** Values that are there and are not what they have to be; a name that is not known has no kind. */
function misfits(
    values: Readonly<Record<string, unknown>>,
    known: Readonly<Record<string, Kind>>,
): readonly { readonly name: string; readonly kind: Kind | undefined }[] {
    return Object.entries(values)
        .filter(([name, value]) => value !== undefined && known[name]?.fits(value) !== true)
        .map(([name]) => ({ name, kind: known[name] }));
}

/** Arguments that are of another type, missing or unknown: JavaScript and YAML have no compiler that says so. */
export function kindProblems(args: VerneMqArgs): ArgumentProblem[] {
    const given: Readonly<Record<string, unknown>> = isObject(args) ? args : {};
    const wrong = misfits(given, kinds).map(({ name, kind }) => ({
        propertyPath: name,
        reason:
            kind === undefined
                ? `there is no such argument; ${didYouMean(name, Object.keys(kinds)) || "remove it"}`.trim()
                : pulumi.Output.isInstance(given[name])
                  ? "a preview has to know it, so it cannot be an output; only values inside it may be outputs or secrets"
                  : kind.what,
    }));
    return given["host"] === undefined ? [{ propertyPath: "host", reason: "it is required" }, ...wrong] : wrong;
}
