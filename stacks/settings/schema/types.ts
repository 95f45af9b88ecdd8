import * as z from "zod";
import { parseNetwork } from "../../../components/common/addresses";
import { Secret } from "../../../components/common/secret";

/** A check with its rule and its remedy, so that an error says both. */
export function rule<T extends z.ZodType>(
    schema: T,
    holds: (value: z.output<T>) => boolean,
    text: { readonly rule: string; readonly remedy: string },
): T {
    return schema.refine((value) => holds(value), { error: text.rule, params: { remedy: text.remedy } });
}

/** What a check finds. A value that may be a secret is not quoted. */
interface Finding {
    readonly rule: string;
    readonly remedy: string;
    readonly secret?: boolean;
}

/** A check that finds its own words: undefined where the value is fine. */
export function checked<T extends z.ZodType>(schema: T, findingOf: (value: z.output<T>) => Finding | undefined): T {
    return schema.superRefine((value, context) => {
        reportProblem(context, [], findingOf(value));
    });
}

/** A check that finds the rule which a value breaks, always with the same remedy. */
export function named<T extends z.ZodType>(
    schema: T,
    ruleOf: (value: z.output<T>) => string | undefined,
    remedy: string,
): T {
    return checked(schema, (value) => {
        const broken = ruleOf(value);
        return broken === undefined ? undefined : { rule: broken, remedy };
    });
}

/** A string of a form; the error says which one. */
export function matching(form: RegExp, error: string): z.ZodString {
    return z.string().regex(form, { error });
}

/** A block of settings each of which has a default or may be left out, so that the block may be too. */
export function block<S extends z.core.$ZodLooseShape>(description: string, settings: S) {
    return z
        .strictObject(settings)
        .prefault({} as z.input<z.ZodObject<S>>)
        .describe(description);
}

/** A block of settings that is undefined where it is left out. */
export function optionalBlock<S extends z.core.$ZodLooseShape>(description: string, settings: S) {
    return z.strictObject(settings).optional().describe(description);
}

/** A setting that is on or off. */
export function flag(standard: boolean) {
    return z.boolean().prefault(standard);
}

/** One of several names. */
export function choice<const T extends readonly string[]>(names: T, standard: T[number]) {
    return z.enum(names).prefault(standard);
}

/** A string that is not empty. */
export function text() {
    return z.string().min(1);
}

/** A string that is kept secret: whatever comes in, it leaves as `Secret`, which never prints. */
export function secretString(): z.ZodType<Secret, Secret | string> {
    return z
        .union([z.instanceof(Secret), z.string().transform((text) => new Secret(text, { foundInPlainText: true }))], {
            error: "a secret string",
        })
        .meta({ secret: true });
}

/**
 * Public text in PEM form. It may be encrypted all the same: the engine does not tell which part of a key it decrypted. What it holds is
 * looked at in stacks/settings/rules/pem.ts.
 */
export function pemText(): z.ZodType<string, Secret | string> {
    return z
        .union([z.instanceof(Secret).transform((secret) => secret.reveal()), z.string()], {
            error: "a string in PEM form",
        })
        .meta({ pem: true });
}

export function integer(lowest: number, highest: number): z.ZodInt;
export function integer(lowest: number, highest: number, standard: number): z.ZodPrefault<z.ZodInt>;
export function integer(lowest: number, highest: number, standard?: number): z.ZodInt | z.ZodPrefault<z.ZodInt> {
    const schema = z
        .int({ error: (issue) => (issue.code === "invalid_type" ? undefined : "a whole number") })
        .min(lowest, { error: `at least ${lowest}` })
        .max(highest, { error: `at most ${highest}` });
    return standard === undefined ? schema : schema.prefault(standard);
}

/** An IPv4 or IPv6 network, for example `203.0.113.0/24`. */
export function cidr(): z.ZodType<string, string> {
    return z.string().refine((value) => parseNetwork(value) !== undefined, {
        error: "an IPv4 or IPv6 network in CIDR notation, for example 203.0.113.0/24",
    });
}

/** An IPv4 network whose address has no bits beyond the prefix. Clouds refuse `10.0.0.1/16`. */
export function networkCidr(shortestPrefix: number, longestPrefix: number): z.ZodType<string, string> {
    return named(
        z.string(),
        (value) => {
            if (/(^|\.)0\d/.test(value)) {
                return "an IPv4 network without leading zeros, which some programs read as octal numbers";
            }
            const network = parseNetwork(value);
            if (network?.version !== 4) {
                return "an IPv4 network in CIDR notation, for example 10.0.0.0/16";
            }
            if (network.prefix < shortestPrefix || network.prefix > longestPrefix) {
                return `a prefix from /${shortestPrefix} to /${longestPrefix}`;
            }
            return network.isCanonical ? undefined : "a network address: no bits set beyond the prefix";
        },
        "write the network's first address with a prefix in that range",
    );
}

/** A host name that certificates and DNS accept: lower-case labels of letters, digits and hyphens, and a dot. */
export function hostName(): z.ZodString {
    return z
        .string()
        .max(253, { error: "a DNS name has at most 253 characters" })
        .regex(/^(?=.)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, {
            error: "a fully qualified DNS name in lower case, for example mqtt.example.com",
        });
}

/** A name of a Kubernetes object (RFC 1123 label). */
export function kubernetesName(): z.ZodString {
    return matching(
        /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
        "a Kubernetes name: at most 63 lower-case letters, digits and hyphens, starting and ending with a letter or digit",
    );
}

/** A name of an object that is an RFC 1123 subdomain, as issuers of cert-manager have. */
export function subdomainName(): z.ZodString {
    return matching(
        /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/,
        "a name of a Kubernetes object: lower-case letters, digits, hyphens and dots, starting and ending with a letter or digit",
    );
}

/** A key of a label or taint: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
export function labelKey(): z.ZodString {
    return matching(
        /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/,
        "a label's key: a name of at most 63 letters, digits, `-`, `_` and `.`, with a DNS name and a slash before it or without",
    );
}

export function labelValue(): z.ZodString {
    return matching(
        /^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/,
        "a label's value: at most 63 letters, digits, `-`, `_` and `.`, starting and ending with a letter or digit",
    );
}

/** A repository of images: https://pkg.go.dev/github.com/distribution/reference */
export function imageRepository(): z.ZodString {
    return matching(
        /^[A-Za-z0-9.-]+(:\d+)?(\/[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*)*$/,
        "an image's repository, for example vernemq/vernemq or registry.example.com:5000/vernemq",
    );
}

export function imageTag(): z.ZodString {
    return matching(/^\w[\w.-]{0,127}$/, "an image's tag: letters, digits, `.`, `_` and `-`");
}

/** The ports that a Kubernetes API server gives to NodePort Services by default. */
export function nodePort(): z.ZodInt {
    return z
        .int()
        .min(30_000, { error: "a node port is between 30000 and 32767" })
        .max(32_767, { error: "a node port is between 30000 and 32767" });
}

export function tags(): z.ZodType<Record<string, string>, Record<string, string>> {
    return named(
        z.record(z.string().min(1).max(63), z.string().max(63)),
        // @pulumi/pulumi, runtime/rpc.ts, safeToString: String() of an input whose toString is no function throws.
        (value) =>
            Object.hasOwn(value, "toString") ? "a tag cannot be called toString: Pulumi's SDK fails on it" : undefined,
        "choose another name",
    );
}

/** Adds what a check found, if anything. */
export function reportProblem(context: z.RefinementCtx, path: readonly string[], finding: Finding | undefined): void {
    if (finding !== undefined) {
        const { rule: message, remedy, secret } = finding;
        context.addIssue({ code: "custom", path: [...path], message, params: { remedy, secret } });
    }
}
