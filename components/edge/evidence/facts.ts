import { valueOf, valuesOf } from "../../common/property-path";
import type { LowestTls } from "../../common/resource-role";
import { plainType } from "../../common/resource-type";
import type { Affinity, Exposure, HopKind, ProxyHeader } from "../plan";

/** A planned resource, as far as its inputs say what a connection meets. */
export interface Resource {
    /** Pulumi's type token. */
    readonly type: string;
    readonly name: string;
    readonly inputs: Readonly<Record<string, unknown>>;
}

/** What a resource says, and where it says so: `vernemq-edge-mqtts: proxyProtocolV2`. */
export interface Fact<T = unknown> {
    readonly value: T;
    readonly at: string;
}

/** A hop as the resources have it, for one listener. */
export interface FoundHop {
    readonly kind: HopKind;
    /** The port that it listens on. */
    readonly port: Fact<number>;
    readonly terminatesTls: Fact<boolean>;
    /** Where it terminates TLS: whether it has a certificate that is there. */
    readonly certificate?: Fact<boolean>;
    /** Where it terminates TLS: the lowest version that it accepts; empty where the resources do not say. */
    readonly lowestTls?: Fact<string>;
    /** Whether clients have to show a certificate; absent where the hop cannot ask for one. */
    readonly clientCertificates?: Fact<boolean>;
    readonly affinity: Fact<Affinity>;
    readonly sends: Fact<ProxyHeader>;
    /** Whether it demands a PROXY header of every connection. */
    readonly expectsHeader: Fact<boolean>;
    readonly keepsClientAddress: Fact<boolean>;
    /** Idle timeouts in seconds; the first is the hop's own, the others are of what stands beside it. */
    readonly idleTimeouts: readonly Fact<number>[];
    /** How often it sends TCP keepalives towards devices, in seconds; null where it sends none. */
    readonly keepalives?: Fact<number | null>;
    /** The networks that it lets in; absent where it lets in every address. */
    readonly allowed?: Fact<readonly string[]>;
    /** Of VerneMQ: what its listener speaks. */
    readonly speaks?: Fact<"mqtt" | "ws">;
    /** Where an HTTP proxy tells the client's address in X-Forwarded-For: how many from the right the hop takes it. */
    readonly forwardedHops?: Fact<number>;
}

/** How a load balancer finds out whether a pod can take connections. */
export interface HealthCheck {
    /** Undefined for the port of the traffic itself. */
    readonly port: Fact<number | undefined>;
    readonly path?: Fact<string>;
    /** A PROXY header comes first. */
    readonly behindHeader: boolean;
}

/** The pods that a Service, target group or endpoint group sends connections to. */
export interface PodTarget {
    readonly namespace: unknown;
    readonly selector: Fact<Readonly<Record<string, unknown>>>;
    /** The container's port. */
    readonly port: Fact<number>;
    readonly health?: HealthCheck;
}

/** Where connections come in: the hops in front of the pods, and the pods. */
export interface Endpoint {
    /** Undefined where the resources do not tell. */
    readonly exposure: Fact<Exposure> | undefined;
    readonly hops: readonly FoundHop[];
    readonly target: PodTarget | undefined;
    /** What leads nowhere or lets no client through, each with resource and input. */
    readonly problems: readonly string[];
}

/** The path of one listener's connections, as the resources have it. */
export interface FoundPath {
    /** The Service that leads to the pods; empty where there is none. */
    readonly service: string;
    readonly exposure: Fact<Exposure> | undefined;
    /** From where clients connect to VerneMQ; what is missing stands in `problems`. */
    readonly hops: readonly FoundHop[];
    readonly problems: readonly string[];
}

/** Finds the listeners that a platform's resources open. */
export type EdgeEvidence = (resources: readonly Resource[]) => readonly Endpoint[];

/** The resources of a type, whatever API version of Azure the token names. */
export function ofType(resources: readonly Resource[], ...types: readonly string[]): readonly Resource[] {
    return resources.filter(({ type }) => types.includes(plainType(type)));
}

/** What stands at an input; undefined where nothing does. */
export function read(resource: Resource, input: string): Fact {
    return { value: valueOf(resource.inputs, input), at: `${resource.name}: ${input}` };
}

/** The fact that something else follows from. */
export function because<T>({ at }: Pick<Fact, "at">, value: T): Fact<T> {
    return { value, at };
}

/** What a resource says of the lowest TLS version that it accepts. */
export function lowestTlsOf(resource: Resource, lowest: LowestTls): FoundHop["lowestTls"] {
    const found = lowest(resource.inputs);
    return found && because(read(resource, found.path), found.version);
}

/** A number, also in text form; the fallback is what the cloud takes where nothing is set, NaN what is no number. */
export function readNumber(resource: Resource, input: string, fallback = Number.NaN): Fact<number> {
    const found = read(resource, input);
    return because(found, found.value === undefined ? fallback : Number(found.value));
}

export function isOn({ value }: Fact): boolean {
    return value === true || value === "true";
}

/** The resource that a symbolic value such as `${vernemq-edge-nlb.arn}` is an output of. */
export function referred(resources: readonly Resource[], value: unknown): Resource | undefined {
    const name = typeof value === "string" ? /\$\{([^.}]+)\./.exec(value)?.[1] : undefined;
    return name === undefined ? undefined : resources.find((resource) => resource.name === name);
}

/** A sentence about a fact that is not as it should be: resource, input, what stands there, and why that is wrong. */
export function problem({ at, value }: Fact, why: string): string {
    return `${at} is ${shown(value)}: ${why}`;
}

export function shown(value: unknown): string {
    return value === undefined || value === "" ? "not set" : typeof value === "string" ? value : JSON.stringify(value);
}

/** Labels as plain text. */
export function labelsOf(value: unknown): Readonly<Record<string, unknown>> {
    return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

/** Whether labels carry all that a selector asks for; a selector that asks for nothing selects nothing here. */
export function selects(
    selector: Readonly<Record<string, unknown>>,
    labels: Readonly<Record<string, unknown>>,
): boolean {
    const wanted = Object.entries(selector);
    return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}

export { valueOf, valuesOf };
