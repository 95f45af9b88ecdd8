import { isIP } from "node:net";
import { at, listAt, type ResourceModel, type Rule, type SimulatedResource, type World } from "../provider";
import { isSymbolic } from "../rules";
import { entriesOf, extend, textOr } from "./object";

const ingresses = "https://github.com/kubernetes/kubernetes/blob/v1.35.0/pkg/apis/networking/validation/validation.go";
const ingressDocs = "https://kubernetes.io/docs/concepts/services-networking/ingress/";
const httpRoutes = "https://github.com/kubernetes-sigs/gateway-api/blob/v1.6.0/apis/v1/httproute_types.go";
const sharedTypes = "https://github.com/kubernetes-sigs/gateway-api/blob/v1.6.0/apis/v1/shared_types.go";

/** A value inside an object, with its path. */
interface Found {
    readonly value: unknown;
    readonly path: string;
}

/** The items of a list inside each of these, with their paths. */
function each(found: readonly Found[], list: string): readonly Found[] {
    return found.flatMap(({ value, path }) =>
        listAt(value, list).map((item, index) => ({
            value: item,
            path: `${path}${path === "" ? "" : "."}${list}[${index}]`,
        })),
    );
}

function itemsOf({ inputs }: SimulatedResource, ...lists: readonly string[]): readonly Found[] {
    return lists.reduce<readonly Found[]>(each, [{ value: inputs, path: "" }]);
}

/** A rule about each item of a list in lists: the first that breaks it, and the property of it. */
function itemRule(
    text: string,
    source: string,
    lists: readonly string[],
    property: string,
    holds: (item: unknown, resource: SimulatedResource, world: World) => boolean,
): Rule {
    return {
        text,
        source,
        brokenBy: (resource, world) => {
            const broken = itemsOf(resource, ...lists).find(({ value }) => !holds(value, resource, world));
            return broken === undefined ? undefined : `${broken.path}${property === "" ? "" : `.${property}`}`;
        },
    };
}

/** A host name as Ingress and HTTPRoute take it: a DNS name, or one whose first label is `*`; no address. */
function isHost(value: unknown): boolean {
    return (
        value === undefined ||
        isSymbolic(value) ||
        (typeof value === "string" &&
            value.length <= 253 &&
            isIP(value) === 0 &&
            /^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(value))
    );
}

/** An absolute path without empty or relative parts. */
function isPath(value: unknown): boolean {
    return (
        typeof value === "string" &&
        value.startsWith("/") &&
        !["//", "/./", "/../"].some((part) => value.includes(part)) &&
        !/%2f|\/\.\.?$/i.test(value)
    );
}

/** Whether a Service of this plan has a port; one that is not of this plan may have any. */
function leadsToPort(name: unknown, port: unknown, { inputs }: SimulatedResource, { resources }: World): boolean {
    const namespace = at(inputs, "metadata.namespace");
    const service = resources.find(
        (other) =>
            other.type === "kubernetes:core/v1:Service" &&
            at(other.inputs, "metadata.name") === name &&
            at(other.inputs, "metadata.namespace") === namespace,
    );
    return (
        service === undefined ||
        listAt(service.inputs, "spec.ports").some((each) => at(each, "port") === port || at(each, "name") === port)
    );
}

/** How a match compares paths. */
function matchType(match: unknown): string {
    return textOr(at(match, "path.type"), "PathPrefix");
}

const ingressPaths = ["spec.rules", "http.paths"] as const;

/** An Ingress as the API server checks it, and what its backends have to be for a controller to serve it. */
export const ingress: ResourceModel = extend({
    rules: [
        {
            text: "an Ingress has rules or a default backend",
            source: ingresses,
            brokenBy: ({ inputs }) =>
                listAt(inputs, "spec.rules").length === 0 && at(inputs, "spec.defaultBackend") === undefined
                    ? "spec"
                    : undefined,
        },
        {
            text: "a class is named by ingressClassName or by the old annotation, not by both",
            source: ingresses,
            brokenBy: ({ inputs }) =>
                at(inputs, "spec.ingressClassName") !== undefined &&
                entriesOf(at(inputs, "metadata.annotations")).some(([key]) => key === "kubernetes.io/ingress.class")
                    ? "spec.ingressClassName"
                    : undefined,
        },
        itemRule("a host is a DNS name and no address", ingresses, ["spec.rules"], "host", (rule) =>
            isHost(at(rule, "host")),
        ),
        itemRule("a host with TLS is a DNS name and no address", ingresses, ["spec.tls"], "hosts", (tls) =>
            listAt(tls, "hosts").every(isHost),
        ),
        itemRule(
            "a path has a type: Exact, Prefix or ImplementationSpecific",
            ingresses,
            ingressPaths,
            "pathType",
            (path) => ["Exact", "Prefix", "ImplementationSpecific"].includes(String(at(path, "pathType"))),
        ),
        itemRule("a path is absolute, without empty or relative parts", ingresses, ingressPaths, "path", (path) =>
            at(path, "pathType") === "ImplementationSpecific" ? true : isPath(at(path, "path")),
        ),
        itemRule(
            "a backend names a Service and its port, by number or by name",
            ingresses,
            ingressPaths,
            "backend.service",
            (path) => {
                const service = at(path, "backend.service");
                const ports = [at(service, "port.number"), at(service, "port.name")];
                return at(service, "name") !== undefined && ports.filter((port) => port !== undefined).length === 1;
            },
        ),
        itemRule(
            "a backend's port is one of the Service's",
            `${ingressDocs}#the-ingress-resource`,
            ingressPaths,
            "backend.service.port",
            (path, resource, world) => {
                const service = at(path, "backend.service");
                const port = at(service, "port.number") ?? at(service, "port.name");
                return leadsToPort(at(service, "name"), port, resource, world);
            },
        ),
    ],
});

/** An HTTPRoute as its schema checks it, and what its backends have to be for a Gateway to serve it. */
export const httpRoute: ResourceModel = extend({
    rules: [
        {
            text: "a route has at most 16 host names",
            source: httpRoutes,
            brokenBy: ({ inputs }) => (listAt(inputs, "spec.hostnames").length > 16 ? "spec.hostnames" : undefined),
        },
        itemRule("a host name is a DNS name and no address", sharedTypes, ["spec.hostnames"], "", isHost),
        itemRule("a parent has a name", sharedTypes, ["spec.parentRefs"], "name", (parent) => {
            const name = at(parent, "name");
            return typeof name === "string" && name !== "";
        }),
        itemRule(
            "a path is absolute, without empty or relative parts",
            httpRoutes,
            ["spec.rules", "matches"],
            "path.value",
            (match) => !["Exact", "PathPrefix"].includes(matchType(match)) || isPath(at(match, "path.value") ?? "/"),
        ),
        itemRule(
            "a path is matched Exact, PathPrefix or RegularExpression",
            httpRoutes,
            ["spec.rules", "matches"],
            "path.type",
            (match) => ["Exact", "PathPrefix", "RegularExpression"].includes(matchType(match)),
        ),
        itemRule("a Service is referred to with its port", sharedTypes, ["spec.rules", "backendRefs"], "port", (ref) =>
            (at(ref, "kind") ?? "Service") === "Service" ? typeof at(ref, "port") === "number" : true,
        ),
        itemRule(
            "a backend's port is one of the Service's",
            httpRoutes,
            ["spec.rules", "backendRefs"],
            "port",
            (ref, resource, world) => leadsToPort(at(ref, "name"), at(ref, "port"), resource, world),
        ),
    ],
});
