import { parseNetwork } from "../../components/common/addresses";
import { at, listAt, type ResourceModel, type SimulatedResource, type World } from "../provider";
import { between, isMatch, isSymbolic, oneOf, property, rule, siblings, textOr } from "../rules";
import { labelsRule, model } from "./model";

const backendServices = "https://cloud.google.com/compute/docs/reference/rest/v1/backendServices";
const backendConcepts = "https://cloud.google.com/load-balancing/docs/backend-service";
const sessionAffinity =
    "https://cloud.google.com/python/docs/reference/compute/0.6.0/google.cloud.compute_v1.types.BackendService.SessionAffinity";
const proxyLoadBalancer = "https://cloud.google.com/load-balancing/docs/proxy-network-load-balancer";
const sslProxies = "https://cloud.google.com/compute/docs/reference/rest/v1/targetSslProxies";
const sslPolicies = "https://cloud.google.com/load-balancing/docs/ssl-policies-concepts";
const healthChecks = "https://cloud.google.com/load-balancing/docs/health-check-concepts";
const armor = "https://cloud.google.com/armor/docs/security-policy-overview";

/** The load balancers that end client connections at Google's edge without reading HTTP. */
const proxyProtocols = ["TCP", "SSL"];

function isProxyBackend({ inputs }: SimulatedResource): boolean {
    return proxyProtocols.includes(String(inputs["protocol"])) && scheme(inputs).startsWith("EXTERNAL");
}

function scheme(inputs: unknown): string {
    return textOr(at(inputs, "loadBalancingScheme"), "EXTERNAL");
}

const backendService: ResourceModel = model(["generatedId"], {
    rules: [
        rule(
            "sessionAffinity",
            "a proxy load balancer for TCP or SSL keeps clients apart by NONE or CLIENT_IP",
            sessionAffinity,
            (resource) =>
                !isProxyBackend(resource) ||
                ["NONE", "CLIENT_IP"].includes(textOr(resource.inputs["sessionAffinity"], "NONE")),
        ),
        rule(
            "portName",
            "a group of network endpoints has its own ports, so a port name has no place",
            backendConcepts,
            ({ inputs }) => inputs["portName"] === undefined,
        ),
        rule(
            "healthChecks",
            "a backend service has one health check",
            backendServices,
            ({ inputs }) => inputs["healthChecks"] !== undefined,
        ),
        property(
            "backends[]",
            "a group of network endpoints behind a TCP or SSL proxy is balanced by CONNECTION, with exactly one of maxConnections and maxConnectionsPerEndpoint",
            `${backendConcepts}#balancing-mode`,
            (backend, resource) =>
                !isProxyBackend(resource) ||
                (at(backend, "balancingMode") === "CONNECTION" &&
                    (at(backend, "maxConnections") === undefined) !==
                        (at(backend, "maxConnectionsPerEndpoint") === undefined)),
        ),
        property(
            "backends[]",
            "a group is a backend once",
            backendServices,
            (backend, { inputs }) =>
                listAt(inputs, "backends").filter((other) => at(other, "group") === at(backend, "group")).length === 1,
        ),
        rule(
            "securityPolicy",
            "a backend service takes a security policy of type CLOUD_ARMOR",
            armor,
            ({ inputs }, world) => {
                const policy = world.resolve(inputs["securityPolicy"]);
                return policy === undefined || policy.inputs["type"] === "CLOUD_ARMOR";
            },
        ),
        between("timeoutSec", 1, 2_147_483_647, backendServices),
        between("connectionDrainingTimeoutSec", 0, 3600, backendServices),
    ],
});

const proxyHeader = oneOf("proxyHeader", ["NONE", "PROXY_V1"], proxyLoadBalancer);

function protocolRule(protocols: readonly string[]) {
    return rule(
        "backendService",
        `its backend service speaks ${protocols.join(" or ")}`,
        proxyLoadBalancer,
        ({ inputs }, world) => {
            const backend = world.resolve(inputs["backendService"]);
            return backend === undefined || protocols.includes(String(backend.inputs["protocol"]));
        },
    );
}

const targetSslProxy: ResourceModel = model(["proxyId"], {
    rules: [
        proxyHeader,
        protocolRule(proxyProtocols),
        rule(
            "certificateMap",
            "an SSL proxy has a certificate map or up to 15 certificates",
            sslProxies,
            ({ inputs }) => {
                const certificates = listAt(inputs, "sslCertificates").length;
                return inputs["certificateMap"] !== undefined || (certificates > 0 && certificates <= 15);
            },
        ),
        rule(
            "certificateMap",
            "a certificate map is named //certificatemanager.googleapis.com/projects/PROJECT/locations/global/certificateMaps/NAME",
            sslProxies,
            ({ inputs }) =>
                inputs["certificateMap"] === undefined ||
                isMatch(inputs["certificateMap"], /^\/\/certificatemanager\.googleapis\.com\//),
        ),
    ],
});

const forwardingRule: ResourceModel = model(["pscConnectionId"], {
    rules: [
        labelsRule("labels"),
        rule(
            "portRange",
            "a forwarding rule of a proxy Network Load Balancer serves one port",
            proxyLoadBalancer,
            ({ inputs }) => {
                const [first = "", last = first, ...more] = String(inputs["portRange"]).split("-");
                const port = Number(first);
                return more.length === 0 && first === last && Number.isInteger(port) && port >= 1 && port <= 65_535;
            },
        ),
        rule(
            "loadBalancingScheme",
            "a forwarding rule and the backend service behind it have the same scheme",
            backendConcepts,
            ({ inputs }, world) => {
                const backend = behind(inputs["target"], world);
                return backend === undefined || scheme(backend.inputs) === scheme(inputs);
            },
        ),
        rule(
            "portRange",
            "an address serves each port once",
            proxyLoadBalancer,
            (resource, world) => siblings(resource, world, ["ipAddress", "portRange"]).length === 0,
        ),
        oneOf("ipProtocol", ["TCP"], proxyLoadBalancer),
    ],
});

/** The backend service behind a target proxy. */
function behind(target: unknown, world: World): SimulatedResource | undefined {
    return world.resolve(world.resolve(target)?.inputs["backendService"]);
}

const healthCheck: ResourceModel = model(["type"], {
    rules: [
        rule("timeoutSec", "a check's timeout is not longer than its interval", healthChecks, ({ inputs }) => {
            const interval = Number(inputs["checkIntervalSec"] ?? 5);
            return Number(inputs["timeoutSec"] ?? 5) <= interval;
        }),
        rule(
            "httpHealthCheck",
            "a health check has exactly one protocol",
            healthChecks,
            ({ inputs }) => Object.keys(inputs).filter((key) => key.endsWith("HealthCheck")).length === 1,
        ),
        between("httpHealthCheck.port", 1, 65_535, healthChecks),
    ],
});

const sslPolicy: ResourceModel = model(["enabledFeatures"], {
    rules: [
        oneOf("profile", ["COMPATIBLE", "MODERN", "RESTRICTED", "CUSTOM", "FIPS_202205"], sslPolicies),
        oneOf("minTlsVersion", ["TLS_1_0", "TLS_1_1", "TLS_1_2", "TLS_1_3"], sslPolicies),
        rule(
            "profile",
            "TLS 1.3 as the lowest version needs profile RESTRICTED",
            sslPolicies,
            ({ inputs }) => inputs["minTlsVersion"] !== "TLS_1_3" || inputs["profile"] === "RESTRICTED",
        ),
    ],
});

/** The rule that every security policy ends with. */
const defaultPriority = 2_147_483_647;

const securityPolicy: ResourceModel = model(["fingerprint"], {
    rules: [
        labelsRule("labels"),
        property(
            "rules[]",
            "a rule names at most 10 networks",
            "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/compute_security_policy",
            (rule) => listAt(rule, "match.config.srcIpRanges").length <= 10,
        ),
        rule(
            "rules",
            "a policy has a default rule of priority 2147483647 for all addresses",
            armor,
            ({ inputs }) =>
                inputs["rules"] === undefined ||
                listAt(inputs, "rules").some(
                    (rule) =>
                        at(rule, "priority") === defaultPriority &&
                        listAt(rule, "match.config.srcIpRanges").includes("*"),
                ),
        ),
        rule("rules", "each rule has its own priority", armor, ({ inputs }) => {
            const priorities = listAt(inputs, "rules").map((rule) => at(rule, "priority"));
            return new Set(priorities).size === priorities.length;
        }),
        property("rules[]", "a source is a network in CIDR notation or *", armor, (rule) =>
            listAt(rule, "match.config.srcIpRanges").every(
                (range) => range === "*" || isSymbolic(range) || parseNetwork(range) !== undefined,
            ),
        ),
    ],
});

export const loadBalancerModels: Readonly<Record<string, ResourceModel>> = {
    "gcp:compute/backendService:BackendService": backendService,
    "gcp:compute/targetSSLProxy:TargetSSLProxy": targetSslProxy,
    "gcp:compute/targetTCPProxy:TargetTCPProxy": model(["proxyId"], {
        rules: [proxyHeader, protocolRule(["TCP"])],
    }),
    "gcp:compute/globalForwardingRule:GlobalForwardingRule": forwardingRule,
    "gcp:compute/healthCheck:HealthCheck": healthCheck,
    "gcp:compute/sSLPolicy:SSLPolicy": sslPolicy,
    "gcp:compute/securityPolicy:SecurityPolicy": securityPolicy,
};
