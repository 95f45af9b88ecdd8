import assert from "node:assert/strict";
import { certificate, issuer } from "../../../simulation/kubernetes/cert-manager";
import type { SimulatedResource, World } from "../../../simulation/provider";

function resource(type: string, inputs: Readonly<Record<string, unknown>>): SimulatedResource {
    return { type, name: type, inputs, symbol: (property) => `\${${property}}` };
}

function world(resources: readonly SimulatedResource[], pending: readonly SimulatedResource[] = []): World {
    return { resources, pending, resolve: () => undefined };
}

const release = resource("kubernetes:helm.sh/v3:Release", { chart: "oci://quay.io/jetstack/charts/cert-manager" });
const newCluster = resource("digitalocean:index/kubernetesCluster:KubernetesCluster", {});
const acmeIssuer = resource("kubernetes:cert-manager.io/v1:ClusterIssuer", {
    metadata: { name: "acme" },
    spec: {
        acme: {
            solvers: [
                {
                    selector: { dnsNames: ["mqtt.example.com"] },
                    dns01: { route53: { hostedZoneID: "Z1", region: "a" } },
                },
            ],
        },
    },
});
const ordered = resource("kubernetes:cert-manager.io/v1:Certificate", {
    metadata: { annotations: { "pulumi.com/waitFor": "condition=Ready" } },
    spec: {
        secretName: "a",
        dnsNames: ["mqtt.example.com"],
        issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: "acme" },
    },
});
const association = resource("aws:eks/podIdentityAssociation:PodIdentityAssociation", {
    namespace: "cert-manager",
    serviceAccount: "cert-manager",
});
/** As docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-conditions-route53.html limits a right to records. */
const policyFor = (zone: string, host = "mqtt.example.com") =>
    resource("aws:iam/rolePolicy:RolePolicy", {
        policy: JSON.stringify({
            Statement: [
                {
                    Effect: "Allow",
                    Action: "route53:ChangeResourceRecordSets",
                    Resource: `arn:aws:route53:::hostedzone/${zone}`,
                    Condition: {
                        "ForAllValues:StringEquals": {
                            "route53:ChangeResourceRecordSetsRecordTypes": ["TXT"],
                            "route53:ChangeResourceRecordSetsNormalizedRecordNames": [`_acme-challenge.${host}`],
                        },
                    },
                },
            ],
        }),
    });

describe("cert-manager in the simulated cluster", () => {
    it("takes no issuer on a new cluster without cert-manager, nor before its webhook answers", () => {
        assert.match(issuer.admission?.(acmeIssuer, world([newCluster])) ?? "", /no matches for kind/);
        assert.match(
            issuer.admission?.(acmeIssuer, world([newCluster], [release])) ?? "",
            /failed calling webhook "webhook\.cert-manager\.io"/,
        );
        assert.equal(issuer.admission?.(acmeIssuer, world([newCluster, release])), undefined);
    });

    it("takes one on a cluster that is there already, where someone else may have installed it", () => {
        assert.equal(issuer.admission?.(acmeIssuer, world([])), undefined);
    });

    it("issues nothing as long as its pods have no right on the very zone", () => {
        const reason = (resources: readonly SimulatedResource[]) =>
            certificate.notReady?.(ordered, world([acmeIssuer, ...resources]));
        assert.match(reason([]) ?? "", /route53 refuses access/);
        assert.match(reason([association, policyFor("Z2")]) ?? "", /route53 refuses access/);
        assert.match(reason([policyFor("Z1")]) ?? "", /route53 refuses access/);
        assert.match(
            reason([association, policyFor("Z1", "old.example.com")]) ?? "",
            /for record _acme-challenge\.mqtt\.example\.com/,
        );
        assert.equal(reason([association, policyFor("Z1")]), undefined);
    });

    it("issues nothing as long as the record is in another zone than the one that the name is looked up in", () => {
        const reason = (...more: readonly SimulatedResource[]) =>
            certificate.notReady?.(ordered, world([acmeIssuer, association, policyFor("Z1"), ...more]));
        const zone = (name: string) => resource("aws:route53/zone:Zone", { zoneId: "Z1", name });
        assert.equal(reason(zone("example.com.")), undefined);
        assert.match(reason(zone("example.net")) ?? "", /"_acme-challenge\.mqtt\.example\.com" not yet propagated/);
        const azure = (hostedZoneName: string) =>
            certificate.notReady?.(
                ordered,
                world([
                    resource("kubernetes:cert-manager.io/v1:ClusterIssuer", {
                        metadata: { name: "acme" },
                        spec: {
                            acme: {
                                solvers: [
                                    {
                                        dns01: {
                                            azureDNS: {
                                                hostedZoneName,
                                                clientSecretSecretRef: { name: "a", key: "b" },
                                            },
                                        },
                                    },
                                ],
                            },
                        },
                    }),
                ]),
            );
        assert.equal(azure("example.com"), undefined);
        assert.match(azure("ample.com") ?? "", /zone ample\.com is not the one/);
    });

    it("refuses a plan whose certificate has a name that no solver of its issuer proves", () => {
        const other = {
            ...ordered,
            inputs: { ...ordered.inputs, spec: { ...(ordered.inputs["spec"] as object), dnsNames: ["a.example.com"] } },
        };
        const broken = (subject: SimulatedResource) =>
            (certificate.rules ?? [])
                .map((rule) => rule.brokenBy(subject, world([acmeIssuer, association, policyFor("Z1")])))
                .filter((path) => path !== undefined);
        assert.deepEqual(broken(ordered), []);
        assert.deepEqual(broken(other), ["spec.dnsNames[0]"]);
    });
});
