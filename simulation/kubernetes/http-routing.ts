import { isIP } from "node:net";
import { at, listAt, type ResourceModel, type SimulatedResource, type World } from "../provider";
import { entryAt, isMatch, items, oneOf, property, rule } from "../rules";
import { extend, objectOf } from "./object";

const ingresses = "https://github.com/kubernetes/kubernetes/blob/v1.35.0/pkg/apis/networking/validation/validation.go";
const ingressDocs = "https://kubernetes.io/docs/concepts/services-networking/ingress/";
const httpRoutes = "https://github.com/kubernetes-sigs/gateway-api/blob/v1.6.0/apis/v1/httproute_types.go";
const sharedTypes = "https://github.com/kubernetes-sigs/gateway-api/blob/v1.6.0/apis/v1/shared_types.go";

/** A host name as Ingress and HTTPRoute take it: a DNS name, or one whose first label is `*`; no address. */
function isHost(value: unknown): boolean {
    return (
        typeof value === "string" &&
        value.length <= 253 &&
        isIP(value) === 0 &&
        /^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(value)
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
function leadsToPort(name: unknown, port: unknown, { inputs }: SimulatedResource, world: World): boolean {
    const service = objectOf(world, "kubernetes:core/v1:Service", at(inputs, "metadata.namespace"), name);
    return (
        service === undefined ||
        listAt(service.inputs, "spec.ports").some((each) => at(each, "port") === port || at(each, "name") === port)
    );
}

/** An Ingress as the API server checks it, and what its backends have to be for a controller to serve it. */
export const ingress: ResourceModel = extend({
    rules: [
        rule(
            "spec",
            "an Ingress has rules or a default backend",
            ingresses,
            ({ inputs }) => listAt(inputs, "spec.rules").length > 0 || at(inputs, "spec.defaultBackend") !== undefined,
        ),
        rule(
            "spec.ingressClassName",
            "a class is named by ingressClassName or by the old annotation, not by both",
            ingresses,
            ({ inputs }) =>
                at(inputs, "spec.ingressClassName") === undefined ||
                entryAt(inputs, "metadata.annotations", "kubernetes.io/ingress.class") === undefined,
        ),
        property("spec.rules[].host", "a host is a DNS name and no address", ingresses, isHost),
        property(
            "spec.tls[].hosts",
            "a host with TLS is a DNS name and no address",
            ingresses,
            (hosts) => Array.isArray(hosts) && hosts.every(isHost),
        ),
        items(
            "spec.rules[].http.paths",
            "a path has a type: Exact, Prefix or ImplementationSpecific",
            ingresses,
            (path) => ["Exact", "Prefix", "ImplementationSpecific"].includes(String(at(path, "pathType"))),
            "pathType",
        ),
        items(
            "spec.rules[].http.paths",
            "a path is absolute, without empty or relative parts",
            ingresses,
            (path) => at(path, "pathType") === "ImplementationSpecific" || isPath(at(path, "path")),
            "path",
        ),
        items(
            "spec.rules[].http.paths",
            "a backend names a Service and its port, by number or by name",
            ingresses,
            (path) => {
                const service = at(path, "backend.service");
                const ports = [at(service, "port.number"), at(service, "port.name")];
                return at(service, "name") !== undefined && ports.filter((port) => port !== undefined).length === 1;
            },
            "backend.service",
        ),
        items(
            "spec.rules[].http.paths",
            "a backend's port is one of the Service's",
            `${ingressDocs}#the-ingress-resource`,
            (path, resource, world) => {
                const service = at(path, "backend.service");
                const port = at(service, "port.number") ?? at(service, "port.name");
                return leadsToPort(at(service, "name"), port, resource, world);
            },
            "backend.service.port",
        ),
    ],
});

/** An HTTPRoute as its schema checks it, and what its backends have to be for a Gateway to serve it. */
export const httpRoute: ResourceModel = extend({
    rules: [
        rule(
            "spec.hostnames",
            "a route has at most 16 host names",
            httpRoutes,
            ({ inputs }) => listAt(inputs, "spec.hostnames").length <= 16,
        ),
        property("spec.hostnames[]", "a host name is a DNS name and no address", sharedTypes, isHost),
        items(
            "spec.parentRefs",
            "a parent has a name",
            sharedTypes,
            (parent) => isMatch(at(parent, "name"), /./),
            "name",
        ),
        property(
            "spec.rules[].matches[].path.value",
            "a path is absolute, without empty or relative parts",
            httpRoutes,
            (value, _, __, match) => at(match, "path.type") === "RegularExpression" || isPath(value),
        ),
        oneOf(
            "spec.rules[].matches[].path.type",
            ["Exact", "PathPrefix", "RegularExpression"],
            httpRoutes,
            "a path is matched Exact, PathPrefix or RegularExpression",
        ),
        items(
            "spec.rules[].backendRefs",
            "a Service is referred to with its port",
            sharedTypes,
            (ref) => (at(ref, "kind") ?? "Service") !== "Service" || typeof at(ref, "port") === "number",
            "port",
        ),
        items(
            "spec.rules[].backendRefs",
            "a backend's port is one of the Service's",
            httpRoutes,
            (ref, resource, world) => leadsToPort(at(ref, "name"), at(ref, "port"), resource, world),
            "port",
        ),
    ],
});
