import assert from "node:assert/strict";
import type { Plan } from "../../plan/plan";
import { at, listAt } from "../../simulation/provider";
import { furtherPair, encryptedPair } from "../certificates";
import { change, only, planOf, problemsOf, type StackConfig, throughIngress, tryPlan, valid } from "../support";

const certManager = "kubernetes:cert-manager.io/v1:Certificate";
const [shared, own] = [{ name: "old.example.com" }, { name: "api.example.com", certificate: "own" }];
/** In another zone, with its own certificate. */
const yours = { name: "iot.example.net", pem: furtherPair, record: false };
const azureZone = { zone: "example.com", resourceGroup: "dns" };

const withHosts = (config: StackConfig, ...hosts: readonly object[]) => change(config, "vernemq:edge", { hosts });
const acme = {
    ...Object.fromEntries(Object.entries(valid.aks).filter(([key]) => key !== "vernemq:certificate")),
    "vernemq:dns": azureZone,
};

function certificates(plan: Plan) {
    return plan.resources
        .filter(({ type }) => type === certManager)
        .map(({ inputs }) => [String(at(inputs, "spec.secretName")), listAt(inputs, "spec.dnsNames").join(" ")])
        .sort();
}

/** Sorted, since resources of a plan are in no order that counts. */
function inputsOf(plan: Plan, type: string, property: string): readonly string[] {
    return plan.resources
        .filter((resource) => resource.type === type)
        .map(({ inputs }) => [at(inputs, property)].flat().join(" "))
        .sort();
}

function haproxyConfig(plan: Plan): string {
    const data = at(only(plan, "kubernetes:core/v1:ConfigMap", "vernemq-haproxy-config").inputs, "data");
    return (data as Record<string, string>)["haproxy.cfg"] ?? "";
}

/** Where each served file comes from: the Secret by the folder of its mount. */
function mounted(plan: Plan): Record<string, unknown> {
    const { inputs } = only(plan, "kubernetes:apps/v1:Deployment", "vernemq-haproxy-deployment");
    const sources = listAt(inputs, "spec.template.spec.volumes").flatMap((volume) =>
        listAt(volume, "projected.sources"),
    );
    return Object.fromEntries(
        sources.map((source) => [String(at(source, "secret.items.0.path")), at(source, "secret.name")]),
    );
}

function keysOf(config: StackConfig): readonly string[] {
    return problemsOf(config).map(({ key }) => key);
}

describe("further names of the edge", () => {
    it("are in the stack's certificate, or have one each, and HAProxy picks it by the name that a client asks for", async () => {
        const plan = await planOf(withHosts(acme, shared, own, yours));
        assert.deepEqual(certificates(plan), [
            ["vernemq-edge-certificate", "mqtt.example.com old.example.com"],
            ["vernemq-edge-certificate-api.example.com", "api.example.com"],
        ]);
        const secret = only(plan, "kubernetes:core/v1:Secret", "vernemq-certificate-iot.example.net-secret-secret");
        assert.equal(at(secret.inputs, "metadata.name"), "vernemq-edge-certificate-iot.example.net");
        assert.match(
            haproxyConfig(plan),
            /crt \/edge\/certificate\/tls\.crt crt \/edge\/certificate\/api\.example\.com\/tls\.crt crt \/edge\/certificate\/iot\.example\.net\/tls\.crt/,
        );
        assert.deepEqual(Object.keys(mounted(plan)), ["tls.crt", "api.example.com/tls.crt", "iot.example.net/tls.crt"]);
    });

    it("are proved by the same issuer, whose right covers all names that it issues for and none else", async () => {
        const plan = await planOf(
            withHosts(change(valid.eks, "vernemq:edge", { terminateTls: "haproxy" }), shared, own, yours),
        );
        const names = ["mqtt.example.com", "old.example.com", "api.example.com"];
        const issuer = only(plan, "kubernetes:cert-manager.io/v1:ClusterIssuer");
        assert.deepEqual(at(issuer.inputs, "spec.acme.solvers.0.selector.dnsNames"), names);
        const policy = String(
            only(plan, "aws:iam/rolePolicy:RolePolicy", "vernemq-dns-permission-iam-policy").inputs["policy"],
        );
        const challenges = [...policy.matchAll(/_acme-challenge\.([\w.-]+)/g)].map(([, name]) => name);
        assert.deepEqual(challenges, names);
    });

    it("have with keyType both a certificate of each kind of key", async () => {
        const plan = await planOf(withHosts({ ...acme, "vernemq:certificate": { keyType: "both" } }, own));
        assert.deepEqual(
            certificates(plan).map(([secret]) => secret),
            ["", "-api.example.com", "-api.example.com-rsa", "-rsa"].map(
                (suffix) => `vernemq-edge-certificate${suffix}`,
            ),
        );
        assert.equal(mounted(plan)["api.example.com/rsa/tls.crt"], "vernemq-edge-certificate-api.example.com-rsa");
        assert.match(haproxyConfig(plan), / crt \/edge\/certificate\/api\.example\.com\/rsa\/tls\.crt/);
    });

    it("are issued by the stack's own CA too", async () => {
        const plan = await planOf(
            withHosts({ ...valid.existing, "vernemq:certificate": { source: "private-ca" } }, own),
        );
        const issuers = plan.resources
            .filter(({ type }) => type === certManager)
            .map(({ inputs }) => at(inputs, "spec.issuerRef.name"));
        assert.equal(issuers.length, 2);
        assert.equal(new Set(issuers).size, 1);
    });

    it("are names of the certificate of AWS, each proved by a record, or certificates of the TLS listeners", async () => {
        const plan = await planOf(withHosts(valid.eks, shared, own, yours));
        assert.deepEqual(inputsOf(plan, "aws:acm/certificate:Certificate", "domainName"), [
            "",
            "api.example.com",
            "mqtt.example.com",
        ]);
        const alternatives = inputsOf(plan, "aws:acm/certificate:Certificate", "subjectAlternativeNames");
        assert.deepEqual(alternatives, ["", "", "old.example.com"]);
        const validated = only(plan, "aws:acm/certificateValidation:CertificateValidation", "vernemq-acm-validation");
        assert.equal(listAt(validated.inputs, "validationRecordFqdns").length, 2);
        // Two TLS listeners, two certificates beside the first one.
        const listeners = inputsOf(plan, "aws:lb/listenerCertificate:ListenerCertificate", "listenerArn");
        assert.equal(listeners.length, 4);
        assert.equal(new Set(listeners).size, 2);
    });

    it("are entries of Google's certificate map, and a further one replaces no certificate", async () => {
        const plan = await planOf(withHosts(valid.gke, shared, yours));
        const [before] = inputsOf(
            await planOf(valid.gke),
            "gcp:certificatemanager/certificate:Certificate",
            "managed.domains",
        );
        const domains = inputsOf(plan, "gcp:certificatemanager/certificate:Certificate", "managed.domains");
        assert.deepEqual(domains, ["", before, "old.example.com"]);
        assert.deepEqual(inputsOf(plan, "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry", "hostname"), [
            "",
            "iot.example.net",
            "old.example.com",
        ]);
        // Names of Certificate Manager follow from those of the resources, which have random digits after them.
        for (const { name } of plan.resources.filter(({ type }) => type.startsWith("gcp:certificatemanager/"))) {
            assert.match(name, /^[a-z][a-z0-9-]{0,54}$/);
        }
    });

    for (const [target, config, type, property] of [
        ["eks", valid.eks, "aws:route53/record:Record", "name"],
        ["gke", valid.gke, "gcp:dns/recordSet:RecordSet", "name"],
        ["aks", acme, "azure-native:dns:RecordSet", "relativeRecordSetName"],
    ] as const) {
        it(`have on ${target} a DNS record each, but for those of other zones, whose record the plan prints`, async () => {
            const plan = await planOf(withHosts(config, shared, own, yours));
            const records = plan.resources
                .filter((resource) => resource.type === type && resource.name.startsWith("vernemq-dns"))
                .map(({ inputs }) => String(inputs[property]).split(".")[0])
                .sort();
            assert.deepEqual(records, ["api", "mqtt", "old"]);
            assert.deepEqual(plan.warnings.filter((warning) => warning.includes("iot.example.net. 60 IN")).length, 1);
        });
    }

    it("have a record each in a zone whose credentials are given, by one provider", async () => {
        const dns = { zone: "example.com", digitalocean: { token: { secure: "v1:x" } } };
        const plan = await planOf(
            withHosts({ ...valid.existing, "vernemq:dns": dns }, shared, { name: "b.example.com" }),
        );
        assert.deepEqual(inputsOf(plan, "digitalocean:index/dnsRecord:DnsRecord", "name"), ["b", "mqtt", "old"]);
        assert.equal(inputsOf(plan, "pulumi:providers:digitalocean", "token").length, 1);
    });

    it("are endpoints of the stack", async () => {
        const plan = await planOf(withHosts(acme, shared));
        assert.deepEqual(only(plan, "pulumi:pulumi:Stack").outputs?.["endpoints"], {
            mqtts: "mqtts://mqtt.example.com:8883",
            wss: "wss://mqtt.example.com:443/mqtt",
            "mqtts old.example.com": "mqtts://old.example.com:8883",
            "wss old.example.com": "wss://old.example.com:443/mqtt",
        });
    });

    const keyVault = {
        source: "cloud",
        keyVaultSecretId: "https://example.vault.azure.net/secrets/mqtt",
        keyVaultResourceId:
            "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/tls/providers/Microsoft.KeyVault/vaults/example",
    };
    const gateway = {
        ...change(valid.aks, "vernemq:edge", { terminateTls: "cloud", affinity: "client-id" }),
        "vernemq:certificate": keyVault,
    };
    const many = (count: number, more: object) =>
        Array.from({ length: count }, (_, index) => ({ name: `n${index}.example.com`, ...more }));
    const pem = { ...valid.aks, "vernemq:certificate": { source: "pem", pem: encryptedPair } };

    const refused: Readonly<Record<string, readonly [StackConfig, string]>> = {
        "a separate certificate at an Application Gateway, which serves one": [
            withHosts(gateway, own),
            "vernemq:edge.hosts[0].certificate",
        ],
        "a given certificate there": [withHosts(gateway, yours), "vernemq:edge.hosts[0].pem"],
        "a shared certificate of Google, which would be replaced": [
            withHosts(valid.gke, { ...shared, certificate: "shared" }),
            "vernemq:edge.hosts[0].certificate",
        ],
        "a separate certificate where nothing issues one": [
            withHosts(pem, { ...own, name: "ws.example.com" }),
            "vernemq:edge.hosts[0].certificate",
        ],
        "a name that the given certificate of the stack does not have": [
            withHosts(pem, shared),
            "vernemq:certificate.pem.certificate",
        ],
        "a given certificate that is for another name": [
            withHosts(acme, { ...yours, name: "other.example.net" }),
            "vernemq:edge.hosts[0].pem.certificate",
        ],
        "a private key in plain text": [
            withHosts(acme, { ...yours, pem: { certificate: furtherPair.certificate, privateKey: "x" } }),
            "vernemq:edge.hosts[0].pem.privateKey",
        ],
        "a certificate given and shared": [
            withHosts(acme, { ...yours, certificate: "shared" }),
            "vernemq:edge.hosts[0].certificate",
        ],
        "a name of another zone that an ACME server is to prove": [
            withHosts(acme, { name: "iot.example.net", record: false }),
            "vernemq:edge.hosts[0].record",
        ],
        "a name outside the zone that its record is to be in": [
            withHosts(acme, { name: "iot.example.net" }),
            "vernemq:dns.zone",
        ],
        "the host itself": [withHosts(acme, { name: "mqtt.example.com" }), "vernemq:edge.hosts[0].name"],
        "a name twice": [withHosts(acme, shared, shared), "vernemq:edge.hosts[1].name"],
        "more certificates than a Network Load Balancer serves": [
            withHosts(valid.eks, ...many(26, { certificate: "own" })),
            "vernemq:edge.hosts",
        ],
        "names where there is no edge": [
            withHosts(
                {
                    ...valid.existing,
                    "vernemq:certificate": {},
                    "vernemq:edge": { exposure: "none", listeners: ["mqtt"], affinity: "none" },
                },
                shared,
            ),
            "vernemq:edge.hosts",
        ],
        "a certificate where no listener uses TLS": [
            withHosts(
                { ...change(valid.existing, "vernemq:edge", { listeners: ["mqtt"] }), "vernemq:certificate": {} },
                own,
            ),
            "vernemq:edge.hosts[0].certificate",
        ],
    };

    for (const [what, [config, key]] of Object.entries(refused)) {
        it(`refuse ${what}`, () => {
            assert.ok(keysOf(config).includes(key), JSON.stringify(problemsOf(config)));
        });
    }

    it("may share a certificate in Key Vault, and the plan says that it has to name them", async () => {
        const { plan } = await tryPlan(withHosts(gateway, shared));
        assert.ok(plan.warnings.some((warning) => warning.includes("must name old.example.com")));
    });

    it("say where a quota is to be raised: AWS issues ten names in one certificate", async () => {
        const { plan } = await tryPlan(withHosts(valid.eks, ...many(10, {})));
        assert.ok(plan.warnings.some((warning) => warning.includes("has 11 names")));
    });

    it("are not for WebSocket clients that come in through an Ingress, and the plan says so", async () => {
        const plan = await planOf(withHosts(change(acme, "vernemq:edge", { webSocket: throughIngress }), shared));
        assert.ok(plan.warnings.some((warning) => warning.includes("WebSocket clients have one name")));
    });
});
