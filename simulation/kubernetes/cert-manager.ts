import { readFileSync } from "node:fs";
import { join } from "node:path";
import { chartName } from "../../components/common/charts";
import { at, listAt, type ResourceModel, type Rule, type SimulatedResource, type World } from "../provider";
import { entryAt, items, ofType, oneOf, property, rule } from "../rules";
import { challengeFault, challengesOf, isCovered } from "./dns-challenge";
import { objectOf } from "./object";
import { misfit } from "./structural-schema";

const api = "https://cert-manager.io/docs/reference/api-docs/#cert-manager.io/v1";
const ambient = "https://cert-manager.io/docs/configuration/acme/dns01/route53/#ambient-credentials";

export const certificateType = "kubernetes:cert-manager.io/v1:Certificate";
const issuerTypes = ["kubernetes:cert-manager.io/v1:Issuer", "kubernetes:cert-manager.io/v1:ClusterIssuer"];

/** `spec` of cert-manager's own definitions, without the parts that this program has no use for: those of other solvers and issuers. */
const types = JSON.parse(readFileSync(join(__dirname, "cert-manager-types.json"), "utf8")) as {
    readonly source: string;
    readonly specs: { readonly Certificate: object; readonly Issuer: object };
};

function fitsSchema(schema: object): Rule {
    return {
        text: "an object keeps to the schema of its type; a field that the schema does not have is dropped without a word",
        source: types.source,
        brokenBy: ({ inputs }) => misfit(inputs["spec"], schema, "spec"),
    };
}

/** Everything that refers to an issuer fails until it is there, so a program waits for it. */
const isAwaited = rule(
    "metadata.annotations.pulumi.com/waitFor",
    "what is issued or registered outside the cluster is awaited, or the next resource finds nothing",
    "https://www.pulumi.com/registry/packages/kubernetes/api-docs/apiextensions/customresource/",
    ({ inputs }) => entryAt(inputs, "metadata.annotations", "pulumi.com/waitFor") === "condition=Ready",
);

/** The Secrets that an issuer names, with the key of each. Of a ClusterIssuer they are in cert-manager's own namespace. */
function secretReferences(issuer: SimulatedResource): { readonly name: unknown; readonly key: unknown }[] {
    const found: { readonly name: unknown; readonly key: unknown }[] = [];
    const search = (value: unknown): void => {
        for (const [name, part] of typeof value === "object" && value !== null ? Object.entries(value) : []) {
            if (name.endsWith("SecretRef") && name !== "privateKeySecretRef") {
                found.push({ name: at(part, "name"), key: at(part, "key") });
            } else {
                search(part);
            }
        }
    };
    search(issuer.inputs["spec"]);
    const ca = at(issuer.inputs, "spec.ca.secretName");
    return ca === undefined ? found : [...found, { name: ca, key: "tls.crt" }, { name: ca, key: "tls.key" }];
}

function namespaceOf(issuer: SimulatedResource): unknown {
    return issuer.type === issuerTypes[1] ? "cert-manager" : at(issuer.inputs, "metadata.namespace");
}

/** Whether a Secret has a key; one whose contents are not known yet may. */
function hasKey(data: unknown, key: string): boolean {
    return typeof data === "object" && data !== null ? Object.hasOwn(data, key) : data !== undefined;
}

export const issuer: ResourceModel = {
    rules: [
        fitsSchema(types.specs.Issuer),
        isAwaited,
        rule(
            "spec",
            "the Secrets that an issuer names are in its namespace, a ClusterIssuer's in cert-manager's, with the keys that it reads",
            "https://cert-manager.io/docs/configuration/issuers/",
            (issuer, world) =>
                secretReferences(issuer).every(({ name, key }) => {
                    const secret = objectOf(world, "kubernetes:core/v1:Secret", namespaceOf(issuer), name);
                    return ["stringData", "data"].some((field) => hasKey(secret?.inputs[field], String(key)));
                }),
        ),
        items(
            "spec.acme.solvers",
            "an Issuer brings credentials: with the identity of cert-manager's pods only a ClusterIssuer may work",
            ambient,
            (solver, issuer) => {
                const [provider] = Object.values(at(solver, "dns01") ?? {}) as unknown[];
                return issuer.type === issuerTypes[1] || JSON.stringify(provider ?? {}).includes("SecretRef");
            },
            "dns01",
        ),
    ],
    admission: (_, world) => webhookFault(world),
};

/** The issuer of a certificate, where this program creates it; one that is there without it is not known. */
function issuerOf({ inputs }: SimulatedResource, world: World): SimulatedResource | undefined {
    return ofType(world, `kubernetes:cert-manager.io/v1:${String(at(inputs, "spec.issuerRef.kind"))}`).find(
        (issuer) => at(issuer.inputs, "metadata.name") === at(inputs, "spec.issuerRef.name"),
    );
}

/** Why a certificate of an ACME server does not become ready: the first of its challenges that fails, in the words of its conditions. */
function challengeFaults(certificate: SimulatedResource, world: World): string | undefined {
    const solvers = listAt(issuerOf(certificate, world)?.inputs, "spec.acme.solvers");
    return challengesOf(certificate, solvers)
        .map((challenge) => challengeFault(challenge, world))
        .find((fault) => fault !== undefined);
}

export const certificate: ResourceModel = {
    rules: [
        fitsSchema(types.specs.Certificate),
        isAwaited,
        rule(
            "spec.dnsNames",
            "a certificate is issued for at least one name",
            api,
            ({ inputs }) => listAt(inputs, "spec.dnsNames").length > 0,
        ),
        property("spec.issuerRef.name", "an issuer has a name", api, (name) => name !== ""),
        oneOf("spec.issuerRef.kind", ["Issuer", "ClusterIssuer"], api, "Issuer or ClusterIssuer"),
        property(
            "spec.privateKey.size",
            "an ECDSA key has 256, 384 or 521 bits, an RSA key 2048, 4096 or 8192",
            api,
            (size, { inputs }) => {
                const isEcdsa = at(inputs, "spec.privateKey.algorithm") === "ECDSA";
                return (isEcdsa ? [256, 384, 521] : [2048, 4096, 8192]).includes(Number(size));
            },
        ),
        property(
            "spec.dnsNames[]",
            "each name of a certificate has a solver that can prove it",
            "https://cert-manager.io/docs/configuration/acme/#adding-multiple-solver-types",
            (host, certificate, world) => {
                const solvers = listAt(issuerOf(certificate, world)?.inputs, "spec.acme.solvers");
                return solvers.length === 0 || solvers.some((solver) => isCovered(host, solver));
            },
        ),
        // Each reads the next one's conditions: https://cert-manager.io/docs/troubleshooting/acme/.
        rule(
            "spec.issuerRef.name",
            "cert-manager's pods may write the challenge of each name, in the zone that the name is looked up in",
            "https://cert-manager.io/docs/troubleshooting/acme/",
            (certificate, world) => challengeFaults(certificate, world) === undefined,
        ),
    ],
    admission: (_, world) => webhookFault(world),
    notReady: challengeFaults,
};

const clusterTypes = [
    "aws:eks/cluster:Cluster",
    "azure-native:containerservice:ManagedCluster",
    "digitalocean:index/kubernetesCluster:KubernetesCluster",
    "gcp:container/cluster:Cluster",
];

function isCertManager({ type, inputs }: SimulatedResource): boolean {
    return type === "kubernetes:helm.sh/v3:Release" && chartName(inputs["chart"]) === "cert-manager";
}

/** Why the API server takes no object of cert-manager's yet. A cluster that is there already may have cert-manager without this program. */
function webhookFault(world: World): string | undefined {
    const isNewCluster = world.resources.some(({ type }) => clusterTypes.includes(type));
    const isInstalled = world.resources.some(isCertManager);
    const isBeingInstalled = world.pending?.some(isCertManager) === true;
    if (isInstalled || (!isNewCluster && !isBeingInstalled)) {
        return undefined;
    }
    return isBeingInstalled
        ? 'Internal error occurred: failed calling webhook "webhook.cert-manager.io": failed to call webhook: connect: connection refused'
        : 'no matches for kind in version "cert-manager.io/v1"';
}
