import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PlannedResource } from "../../../../plan/graph";
import type { Plan } from "../../../../plan/plan";
import { at } from "../../../../simulation/provider";
import { misfit } from "../../../../simulation/kubernetes/structural-schema";
import { issuer as issuerModel } from "../../../../simulation/kubernetes/cert-manager";
import { stacksOf } from "../../../../plan/stack-file";
import { change, exampleOf, only, planOf, valid, type StackConfig } from "../../../support";

const issuerTypes = ["kubernetes:cert-manager.io/v1:Issuer", "kubernetes:cert-manager.io/v1:ClusterIssuer"];
const certificateType = "kubernetes:cert-manager.io/v1:Certificate";
const typesFile = join(__dirname, "../../../../simulation/kubernetes/cert-manager-types.json");
const sealed = { secure: "v1:x" };
const [subscriptionId, tenantId, clientId] = [1, 2, 3].map((digit) => `00000000-0000-4000-8000-00000000000${digit}`);

const without = (config: StackConfig, group: string): StackConfig =>
    Object.fromEntries(Object.entries(config).filter(([key]) => key !== group));

/** Stacks with a zone and no word about a certificate. */
const stacks = {
    eks: change(valid.eks, "vernemq:edge", { terminateTls: "haproxy" }),
    gke: change(valid.gke, "vernemq:edge", { terminateTls: "haproxy" }),
    aks: { ...without(valid.aks, "vernemq:certificate"), "vernemq:dns": { zone: "example.com", resourceGroup: "dns" } },
    doks: {
        ...without(valid.doks, "vernemq:certificate"),
        "vernemq:dns": { zone: "example.com", digitalocean: { token: sealed } },
    },
} as const satisfies Record<string, StackConfig>;

/** How many resources give cert-manager's pods an identity: DigitalOcean has none, and its token is a Secret. */
const rightsBy: Readonly<Record<string, number>> = { eks: 1, gke: 2, aks: 1, doks: 0 };

const existingWith = (dns: object): StackConfig => ({
    ...without(valid.existing, "vernemq:certificate"),
    "vernemq:dns": dns,
});

const givenZones: Readonly<Record<string, StackConfig>> = {
    route53: existingWith({
        zone: "Z0123456789ABCDEFGHIJ",
        route53: { accessKeyId: "AKIAEXAMPLE", secretAccessKey: sealed },
    }),
    cloudDNS: existingWith({ zone: "example-zone", cloudDns: { project: "dns-project", serviceAccountKey: sealed } }),
    azureDNS: existingWith({
        zone: "example.com",
        azureDns: { resourceGroup: "dns", subscriptionId, tenantId, clientId, clientSecret: sealed },
    }),
    digitalocean: existingWith({ zone: "example.com", digitalocean: { token: sealed } }),
};

function issuerOf(plan: Plan): PlannedResource {
    const [found, ...others] = plan.resources.filter(({ type }) => issuerTypes.includes(type));
    assert.ok(found !== undefined && others.length === 0);
    return found;
}

function solverOf(plan: Plan): unknown {
    return at(issuerOf(plan).inputs, "spec.acme.solvers");
}

/** Everything that has to be there before a resource, through all steps. */
function allBefore(plan: Plan, resource: PlannedResource): ReadonlySet<string> {
    const found = new Set<string>();
    const visit = (urn: string): void => {
        if (!found.has(urn)) {
            found.add(urn);
            plan.resources.find((other) => other.urn === urn)?.dependencies.forEach(visit);
        }
    };
    resource.dependencies.forEach(visit);
    return found;
}

/** What an example's user has beforehand that a plan cannot know. */
const isAboutCertManager = /cert-manager|issuer/i;

describe("the examples", () => {
    for (const stack of stacksOf(join(__dirname, "../../../.."))) {
        it(`plan without a word of what has to be in the cluster for a certificate: ${stack}`, async () => {
            const { warnings } = await planOf(exampleOf(stack), stack);
            assert.deepEqual(
                warnings.filter((warning) => warning.includes("in the cluster") && isAboutCertManager.test(warning)),
                [],
            );
        });
    }
});

describe("a certificate of an ACME server", () => {
    for (const [target, config] of Object.entries(stacks)) {
        it(`is the default on ${target} where HAProxy terminates TLS and a DNS zone is given`, async () => {
            const plan = await planOf(config);
            const issuer = issuerOf(plan);
            assert.equal(at(issuer.inputs, "spec.acme.server"), "https://acme-v02.api.letsencrypt.org/directory");
            assert.deepEqual(at(only(plan, certificateType).inputs, "spec.issuerRef"), {
                group: "cert-manager.io",
                kind: at(issuer.inputs, "kind"),
                name: "vernemq-edge-acme",
            });
        });

        it(`comes on ${target} in one order: the right, cert-manager, the issuer, the certificate, HAProxy`, async () => {
            const plan = await planOf(config);
            const release = only(plan, "kubernetes:helm.sh/v3:Release", "vernemq-cert-manager-release");
            const deployment = only(plan, "kubernetes:apps/v1:Deployment", "vernemq-haproxy-deployment");
            assert.ok(allBefore(plan, issuerOf(plan)).has(release.urn));
            assert.ok(allBefore(plan, only(plan, certificateType)).has(issuerOf(plan).urn));
            assert.ok(allBefore(plan, deployment).has(only(plan, certificateType).urn));
            const rights = plan.resources.filter(({ type }) =>
                /PodIdentityAssociation$|FederatedIdentityCredential$|IAMMember$|DnsManagedZoneIamMember$/.test(type),
            );
            const ofCertManager = rights.filter(({ name }) => name.startsWith("vernemq-dns-permission"));
            for (const right of ofCertManager) {
                assert.ok(allBefore(plan, release).has(right.urn), right.name);
            }
            assert.equal(ofCertManager.length, rightsBy[target]);
        });

        it(`asks on ${target} for nothing that has to be in the cluster`, async () => {
            const { warnings } = await planOf(config);
            assert.deepEqual(
                warnings.filter((warning) => warning.includes("in the cluster")),
                [],
            );
        });
    }

    it("waits for cert-manager's webhook and keeps its types when it goes", async () => {
        const { inputs } = only(
            await planOf(stacks.aks),
            "kubernetes:helm.sh/v3:Release",
            "vernemq-cert-manager-release",
        );
        assert.deepEqual(
            { ...inputs, compat: undefined, values: undefined },
            {
                name: "cert-manager",
                namespace: "cert-manager",
                chart: "oci://quay.io/jetstack/charts/cert-manager",
                version: "v1.21.1",
                atomic: true,
                timeout: 600,
                compat: undefined,
                values: undefined,
            },
        );
        assert.deepEqual(inputs["values"], {
            crds: { enabled: true, keep: true },
            global: { leaderElection: { namespace: "cert-manager" } },
            startupapicheck: { enabled: true, timeout: "5m" },
            serviceAccount: { name: "cert-manager", annotations: {} },
            podLabels: { "azure.workload.identity/use": "true" },
        });
    });

    it("on EKS writes challenges into one zone, for its own names, by Pod Identity", async () => {
        const plan = await planOf(stacks.eks);
        const policy = only(plan, "aws:iam/rolePolicy:RolePolicy", "vernemq-dns-permission-iam-policy").inputs[
            "policy"
        ];
        const zone = "arn:aws:route53:::hostedzone/Z0123456789ABCDEFGHIJ";
        assert.deepEqual(JSON.parse(String(policy)), {
            Version: "2012-10-17",
            Statement: [
                {
                    Sid: "WaitForChange",
                    Effect: "Allow",
                    Action: "route53:GetChange",
                    Resource: "arn:aws:route53:::change/*",
                },
                { Sid: "Look", Effect: "Allow", Action: "route53:ListResourceRecordSets", Resource: zone },
                {
                    Sid: "WriteChallenges",
                    Effect: "Allow",
                    Action: "route53:ChangeResourceRecordSets",
                    Resource: zone,
                    Condition: {
                        "ForAllValues:StringEquals": {
                            "route53:ChangeResourceRecordSetsRecordTypes": ["TXT"],
                            "route53:ChangeResourceRecordSetsNormalizedRecordNames": [
                                "_acme-challenge.mqtt.example.com",
                            ],
                        },
                    },
                },
            ],
        });
        const { inputs } = only(
            plan,
            "aws:eks/podIdentityAssociation:PodIdentityAssociation",
            "vernemq-dns-permission-identity",
        );
        assert.deepEqual([inputs["namespace"], inputs["serviceAccount"]], ["cert-manager", "cert-manager"]);
    });

    it("on AKS creates an identity DNS Zone Contributor of one zone, and only cert-manager's pods may act as it", async () => {
        const plan = await planOf(stacks.aks);
        const role = only(plan, "azure-native:authorization:RoleAssignment", "vernemq-dns-permission-zone-role").inputs;
        assert.match(
            String(role["scope"]),
            /^\/subscriptions\/[^/]+\/resourceGroups\/dns\/providers\/Microsoft\.Network\/dnsZones\/example\.com$/,
        );
        // "DNS Zone Contributor" of https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/networking
        assert.match(String(role["roleDefinitionId"]), /\/befefa01-2a29-4197-83a8-272ff33ce314$/);
        const federation = only(plan, "azure-native:managedidentity:FederatedIdentityCredential").inputs;
        assert.equal(federation["subject"], "system:serviceaccount:cert-manager:cert-manager");
        assert.equal(federation["issuer"], "${vernemq-cluster-cluster.oidcIssuerProfile.issuerURL}");
    });

    it("on GKE creates a service account DNS administrator of one managed zone, for cert-manager's pods", async () => {
        const plan = await planOf(stacks.gke);
        const zoneRole = only(plan, "gcp:dns/dnsManagedZoneIamMember:DnsManagedZoneIamMember").inputs;
        assert.deepEqual(
            [zoneRole["managedZone"], zoneRole["project"], zoneRole["role"]],
            ["example-zone", "example-project", "roles/dns.admin"],
        );
        const ofProject = plan.resources.filter(({ type }) => type === "gcp:projects/iAMMember:IAMMember");
        assert.deepEqual(
            ofProject.map(({ inputs }) => inputs["role"]),
            ["roles/container.defaultNodeServiceAccount"],
        );
        assert.equal(
            only(plan, "gcp:serviceaccount/iAMMember:IAMMember").inputs["member"],
            "serviceAccount:example-project.svc.id.goog[cert-manager/cert-manager]",
        );
    });

    for (const [provider, config] of Object.entries(givenZones)) {
        it(`on an existing cluster proves names by ${provider} with the credentials that are given, and no other namespace sees them`, async () => {
            const plan = await planOf(config);
            const [solver] = solverOf(plan) as readonly { readonly dns01: object; readonly selector: object }[];
            assert.deepEqual(Object.keys(solver?.dns01 ?? {}), [provider]);
            assert.deepEqual(solver?.selector, { dnsNames: ["mqtt.example.com"] });
            const secret = only(plan, "kubernetes:core/v1:Secret", "vernemq-issuer-dns");
            assert.equal(at(secret.inputs, "metadata.namespace"), at(issuerOf(plan).inputs, "metadata.namespace"));
            assert.equal(secret.inputs["stringData"], "[secret]");
            assert.ok(
                plan.resources.some(({ name, type }) => name.startsWith("vernemq-dns-") && /[rR]ecord/.test(type)),
            );
        });
    }

    it("may come from any ACME server, with an account of its operator and its own authorities", async () => {
        const { ca } = await import("../../../certificates").then(({ validPem }) => validPem);
        const acme = {
            server: "https://acme.example.net/directory",
            email: "iot@example.com",
            externalAccount: { keyId: "key-1", hmacKey: sealed },
            ca,
        };
        const plan = await planOf(change(stacks.doks, "vernemq:certificate", { acme }));
        const spec = at(issuerOf(plan).inputs, "spec.acme") as Record<string, unknown>;
        assert.equal(spec["server"], acme.server);
        assert.equal(spec["email"], acme.email);
        assert.equal(Buffer.from(String(spec["caBundle"]), "base64").toString(), ca);
        assert.deepEqual(spec["externalAccountBinding"], {
            keyID: "key-1",
            keySecretRef: { name: "vernemq-edge-acme-account", key: "hmac" },
        });
        const secret = only(plan, "kubernetes:core/v1:Secret", "vernemq-issuer-account");
        assert.equal(secret.inputs["stringData"], "[secret]");
    });

    it("uses Let's Encrypt's staging environment where it is asked to, and says that no client trusts it", async () => {
        const plan = await planOf(change(stacks.doks, "vernemq:certificate", { acme: { staging: true } }));
        assert.equal(
            at(issuerOf(plan).inputs, "spec.acme.server"),
            "https://acme-staging-v02.api.letsencrypt.org/directory",
        );
        assert.ok(plan.warnings.some((warning) => warning.includes("no client trusts")));
    });

    it("leaves cert-manager alone where the cluster has it, and says that it has to be there", async () => {
        const plan = await planOf(change(stacks.doks, "vernemq:certificate", { certManager: "existing" }));
        assert.deepEqual(
            plan.resources.filter(({ type }) => type === "vernemq:certificate:CertManager"),
            [],
        );
        assert.ok(plan.warnings.some((warning) => warning.includes("has to be in the cluster")));
    });

    it("is not the default where an issuer is named: such stacks stay as they are", async () => {
        const plan = await planOf(valid.aks);
        assert.deepEqual(
            plan.resources.filter(({ type }) => issuerTypes.includes(type) || type.endsWith(":CertManager")),
            [],
        );
    });

    it("comes, on each target and with each zone, from objects that fit cert-manager's own schemas at the version that is installed", async () => {
        const { specs, version } = JSON.parse(readFileSync(typesFile, "utf8")) as {
            readonly version: string;
            readonly specs: Readonly<Record<string, object>>;
        };
        const privateCa = { ...valid.existing, "vernemq:certificate": { source: "private-ca", keyType: "both" } };
        const named = change(stacks.aks, "vernemq:edge", { hosts: [{ name: "b.example.com", certificate: "own" }] });
        let looked = 0;
        for (const config of [...Object.values(stacks), ...Object.values(givenZones), privateCa, named]) {
            const plan = await planOf(config);
            const release = only(plan, "kubernetes:helm.sh/v3:Release", "vernemq-cert-manager-release");
            assert.equal(release.inputs["version"], version);
            for (const { type, inputs } of plan.resources.filter(({ type }) => type.includes(":cert-manager.io/"))) {
                const kind = type.split(":").at(-1) ?? "";
                const schema = specs[kind === "ClusterIssuer" ? "Issuer" : kind];
                assert.ok(schema !== undefined, kind);
                assert.equal(misfit(inputs["spec"], schema, "spec"), undefined);
                looked++;
            }
        }
        assert.ok(looked >= 20, looked.toString());
    });

    it("has rights that are on the one zone, each of them, and none on a subscription, a project or all zones", async () => {
        const zone = { eks: "hostedzone/Z0123456789ABCDEFGHIJ", gke: "example-zone", aks: "/dnsZones/example.com" };
        for (const [target, name] of Object.entries(zone)) {
            const { resources } = await planOf(stacks[target as keyof typeof zone]);
            const rights = resources.filter(
                ({ type, name: own }) =>
                    own.startsWith("vernemq-dns-permission") &&
                    /rolePolicy:|RoleAssignment$|DnsManagedZoneIamMember$|projects\/iAMMember|rolePolicyAttachment/.test(
                        type,
                    ),
            );
            assert.equal(rights.length, 1, target);
            const [granted] = rights;
            const where = JSON.stringify(granted?.inputs);
            assert.ok(where.includes(name), where);
            // Of Route 53 the state of a change is asked for by its own id, which belongs to no zone.
            const others = [...where.matchAll(/hostedzone\/([\w*]+)|dnsZones\/([\w.*]+)/g)].map(([found]) => found);
            assert.ok(
                others.every((other) => name.endsWith(other)),
                others.join(),
            );
        }
    });

    it("is refused by the simulated cluster with a field that cert-manager's schema does not have", () => {
        const resource = (spec: object) => ({
            type: issuerTypes[0] ?? "",
            name: "issuer",
            inputs: { kind: "Issuer", metadata: { name: "a" }, spec },
            symbol: (property: string) => property,
        });
        const [schemaRule] = issuerModel.rules ?? [];
        const world = { resources: [], resolve: () => undefined };
        const broken = (acme: object) =>
            schemaRule?.brokenBy(
                resource({ acme: { server: "https://a", privateKeySecretRef: { name: "k" }, ...acme } }),
                world,
            );
        assert.equal(broken({}), undefined);
        assert.equal(broken({ eMail: "a@example.com" }), "spec.acme.eMail");
        assert.equal(
            broken({ solvers: [{ dns01: { route53: { hostedZoneId: "Z1" } } }] }),
            "spec.acme.solvers[0].dns01.route53.hostedZoneId",
        );
        assert.equal(
            broken({ solvers: [{ dns01: { azureDNS: {} } }] }),
            "spec.acme.solvers[0].dns01.azureDNS.resourceGroupName",
        );
    });
});
