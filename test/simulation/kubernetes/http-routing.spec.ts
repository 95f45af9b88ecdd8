import assert from "node:assert/strict";
import { kubernetes } from "../../../simulation/kubernetes";
import type { Properties, SimulatedResource, World } from "../../../simulation/provider";

const ingressType = "kubernetes:networking.k8s.io/v1:Ingress";
const routeType = "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute";

function resource(type: string, inputs: Properties): SimulatedResource {
    return { type, name: "example", inputs, symbol: (property) => `\${example.${property}}` };
}

const service = resource("kubernetes:core/v1:Service", {
    metadata: { name: "web", namespace: "messaging" },
    spec: { ports: [{ name: "http", port: 80 }] },
});
const world: World = { resources: [service], resolve: () => undefined };

function refusals(type: string, inputs: Properties): string[] {
    const rules = kubernetes.models[type]?.rules ?? [];
    return rules.flatMap((rule) => rule.brokenBy(resource(type, inputs), world) ?? []);
}

const metadata = { name: "example", namespace: "messaging" };
const toWeb = { service: { name: "web", port: { number: 80 } } };
const validPath = { path: "/mqtt", pathType: "Exact", backend: toWeb };

function ingress(path: object, host: unknown = "ws.example.com", more: object = {}): Properties {
    return { metadata, spec: { rules: [{ host, http: { paths: [{ ...validPath, ...path }] } }], ...more } };
}

const validRule = { matches: [{ path: { type: "Exact", value: "/mqtt" } }], backendRefs: [{ name: "web", port: 80 }] };

function route(rule: object, more: object = {}): Properties {
    const spec = {
        parentRefs: [{ name: "shared" }],
        hostnames: ["ws.example.com"],
        rules: [{ ...validRule, ...rule }],
    };
    return { metadata, spec: { ...spec, ...more } };
}

const path = "spec.rules[0].http.paths[0]";

const refused: readonly (readonly [string, string, Properties, string])[] = [
    ["an Ingress without rules", ingressType, { metadata, spec: { ingressClassName: "a" } }, "spec"],
    [
        "a class that is named twice",
        ingressType,
        {
            ...ingress({}, "a.example.com", { ingressClassName: "a" }),
            metadata: { ...metadata, annotations: { "kubernetes.io/ingress.class": "a" } },
        },
        "spec.ingressClassName",
    ],
    ["an address for a host", ingressType, ingress({}, "192.0.2.1"), "spec.rules[0].host"],
    ["a host in capitals", ingressType, ingress({}, "WS.example.com"), "spec.rules[0].host"],
    [
        "TLS for an address",
        ingressType,
        ingress({}, "a.example.com", { tls: [{ hosts: ["::1"] }] }),
        "spec.tls[0].hosts",
    ],
    ["a path without a type", ingressType, ingress({ pathType: undefined }), `${path}.pathType`],
    ["a relative path", ingressType, ingress({ path: "mqtt" }), `${path}.path`],
    ["a path with an empty part", ingressType, ingress({ path: "/a//b" }), `${path}.path`],
    [
        "a backend without a port",
        ingressType,
        ingress({ backend: { service: { name: "elsewhere" } } }),
        `${path}.backend.service`,
    ],
    [
        "a backend with two ports",
        ingressType,
        ingress({ backend: { service: { name: "elsewhere", port: { number: 80, name: "http" } } } }),
        `${path}.backend.service`,
    ],
    [
        "a port that the Service has not",
        ingressType,
        ingress({ backend: { service: { name: "web", port: { number: 8080 } } } }),
        `${path}.backend.service.port`,
    ],
    ["17 host names", routeType, route({}, { hostnames: Array<string>(17).fill("a.example.com") }), "spec.hostnames"],
    ["a route's host that is an address", routeType, route({}, { hostnames: ["192.0.2.1"] }), "spec.hostnames[0]"],
    ["a parent without a name", routeType, route({}, { parentRefs: [{}] }), "spec.parentRefs[0].name"],
    [
        "a route's relative path",
        routeType,
        route({ matches: [{ path: { type: "Exact", value: "mqtt" } }] }),
        "spec.rules[0].matches[0].path.value",
    ],
    [
        "an unknown kind of match",
        routeType,
        route({ matches: [{ path: { type: "Prefix", value: "/mqtt" } }] }),
        "spec.rules[0].matches[0].path.type",
    ],
    [
        "a route to a Service without a port",
        routeType,
        route({ backendRefs: [{ name: "elsewhere" }] }),
        "spec.rules[0].backendRefs[0].port",
    ],
    [
        "a route to a port that the Service has not",
        routeType,
        route({ backendRefs: [{ name: "web", port: 8080 }] }),
        "spec.rules[0].backendRefs[0].port",
    ],
];

const taken: readonly (readonly [string, string, Properties])[] = [
    ["an Ingress of one path", ingressType, ingress({}, "ws.example.com", { tls: [{ hosts: ["ws.example.com"] }] })],
    ["an Ingress for any host below one", ingressType, ingress({}, "*.example.com")],
    [
        "an Ingress that names the port",
        ingressType,
        ingress({ backend: { service: { name: "web", port: { name: "http" } } } }),
    ],
    [
        "an Ingress whose path is the controller's affair",
        ingressType,
        ingress({ pathType: "ImplementationSpecific", path: "a*" }),
    ],
    ["a route of one path", routeType, route({})],
    ["a route to a Service of someone else", routeType, route({ backendRefs: [{ name: "elsewhere", port: 9 }] })],
    [
        "a route by regular expression",
        routeType,
        route({ matches: [{ path: { type: "RegularExpression", value: "m.*" } }] }),
    ],
];

describe("Simulated Kubernetes, routes of HTTP", () => {
    for (const [what, type, inputs, property] of refused) {
        it(`refuses ${what}`, () => {
            assert.deepEqual(refusals(type, inputs), [property]);
        });
    }

    for (const [what, type, inputs] of taken) {
        it(`takes ${what}`, () => {
            assert.deepEqual(refusals(type, inputs), []);
        });
    }
});
