import assert from "node:assert/strict";
import { valueOf } from "../../components/common/property-path";
import type { PlannedResource } from "../../plan/graph";
import type { Plan } from "../../plan/plan";
import { change, exampleOf, planOf, problemsOf, type StackConfig, valid, validOperator } from "../support";

const mirror = "registry.example.com:5000/mirror";
const examples = ["aks", "dev", "doks", "eks", "gke", "ingress", "metal", "operator"];

const monitored = change(valid.existing, "vernemq:observability", {
    metrics: "service-monitor",
    stack: { enabled: true },
});
const onBareMetal = change(valid.existing, "vernemq:cluster", {
    metallb: {
        mode: "bgp",
        addresses: ["192.0.2.0/24"],
        bgpPeers: [{ myAsn: 64_512, peerAsn: 64_513, peerAddress: "10.0.0.1" }],
    },
});
const issued = { ...valid.existing, "vernemq:certificate": { source: "private-ca" } };

const stacks: Readonly<Record<string, StackConfig>> = {
    ...Object.fromEntries(examples.map((name) => [`example ${name}`, exampleOf(name)])),
    "a monitoring stack": monitored,
    "MetalLB with BGP": onBareMetal,
    "cert-manager": issued,
    "the operator": validOperator,
};

async function planWith(config: StackConfig, sources: object): Promise<Plan> {
    return planOf({ ...config, "vernemq:sources": sources });
}

/** Every text in a plan's inputs with its path. */
function textsOf(value: unknown, path: string): [string, string][] {
    return typeof value === "string"
        ? [[path, value]]
        : typeof value === "object" && value !== null
          ? Object.entries(value).flatMap(([key, item]) => textsOf(item, `${path}.${key}`))
          : [];
}

/** What names an image, or a registry of images, wherever it stands: by a public registry's host, or by the official image's name. */
function namesPublicImage([path, text]: [string, string]): boolean {
    return (
        !/\.chart$|\.repo$|annotations/i.test(path) &&
        /^(docker\.io|quay\.io|ghcr\.io|gcr\.io|registry\.k8s\.io|public\.ecr\.aws|mcr\.microsoft\.com)(\/|$)|^vernemq\/vernemq|^haproxytech\//.test(
            text,
        )
    );
}

function release({ resources }: Plan, chart: string): PlannedResource {
    const found = resources.find(
        ({ type, inputs }) => type === "kubernetes:helm.sh/v3:Release" && String(inputs["chart"]).includes(chart),
    );
    assert.ok(found, `no release of ${chart}`);
    return found;
}

describe("a mirror of images", () => {
    for (const [name, config] of Object.entries(stacks)) {
        it(`serves every image of ${name}, and nothing else does`, async () => {
            const before = await planOf(config);
            const plan = await planWith(config, { images: { mirror } });
            const check = plan.checks.find((found) => found.name === "Every image comes from the mirror");
            assert.equal(check?.status, "pass", check?.detail);
            const texts = plan.resources.flatMap((resource) => textsOf(resource.inputs, resource.name));
            assert.deepEqual(texts.filter(namesPublicImage), []);
            // The same scan finds the images where there is no mirror.
            const published = before.resources.flatMap((resource) => textsOf(resource.inputs, resource.name));
            assert.ok(published.some(namesPublicImage) || name.includes("operator"));
        });
    }

    const perRegistry = {
        "docker.io": "harbor.example.com/dockerhub",
        "quay.io": "harbor.example.com/quay",
        "ghcr.io": "harbor.example.com/github",
        "registry.k8s.io": "harbor.example.com/kubernetes",
        "public.ecr.aws": "harbor.example.com/aws",
        "registry.example.com": "harbor.example.com/inside",
    };
    for (const [name, config] of Object.entries(stacks)) {
        it(`of each registry serves the images of ${name} from that registry`, async () => {
            const imagesOf = (plan: Plan) =>
                plan.checks.find((found) => found.name === "Every image comes from the mirror") ??
                assert.fail("no check of the mirror");
            const plan = await planWith(config, { images: { mirror: perRegistry } });
            assert.equal(imagesOf(plan).status, "pass", imagesOf(plan).detail);
            const texts = plan.resources.flatMap((resource) => textsOf(resource.inputs, resource.name));
            assert.deepEqual(texts.filter(namesPublicImage), []);
            // With the one mirror the check names the images by the same paths behind it.
            const one = imagesOf(await planWith(config, { images: { mirror: "registry.test/all" } })).detail;
            const paths = (detail: string, mirrors: RegExp) =>
                detail
                    .split(", ")
                    .map((image) => image.replace(mirrors, ""))
                    .sort();
            assert.deepEqual(
                paths(imagesOf(plan).detail, /^harbor\.example\.com\/[a-z]+\//),
                paths(one, /^registry\.test\/all\//),
            );
        });
    }

    it("of some registries leaves the others, and the plan warns of them by name", async () => {
        const plan = await planWith(monitored, { images: { mirror: { "docker.io": "harbor.example.com/dockerhub" } } });
        const check = plan.checks.find((found) => found.name === "Every image comes from the mirror");
        assert.equal(check?.status, "warn");
        assert.match(check.detail, /has no ghcr\.io, from which come ghcr\.io\/jkroepke\/kube-webhook-certgen/);
        assert.match(check.detail, /has no registry\.k8s\.io/);
        assert.doesNotMatch(check.detail, /has no docker\.io|has no harbor/);
        const { inputs } = release(plan, "kube-prometheus-stack");
        assert.equal(valueOf(inputs, "values.grafana.image.registry"), "harbor.example.com/dockerhub");
        assert.equal(valueOf(inputs, "values.global"), undefined);
        assert.equal(valueOf(inputs, "values.grafana.sidecar.dashboards.folderAnnotation"), "grafana_folder");
    });

    for (const [title, given, key] of [
        ["a host that is none", { docker: "harbor.example.com" }, "vernemq:sources.images.mirror.docker"],
        ["an address", { "quay.io": "https://harbor.example.com" }, 'vernemq:sources.images.mirror["quay.io"]'],
        ["a list", ["harbor.example.com"], "vernemq:sources.images.mirror"],
        ["a folder", "mirror", "vernemq:sources.images.mirror"],
    ] as const) {
        it(`is refused with its key where it is ${title}`, () => {
            const problems = problemsOf({ ...valid.existing, "vernemq:sources": { images: { mirror: given } } });
            assert.deepEqual(
                problems.map((problem) => problem.key),
                [key],
            );
        });
    }

    it("takes the place of the host alone, and Docker Hub's short names are its own", async () => {
        const plan = await planWith(valid.existing, { images: { mirror } });
        const { inputs } = release(plan, "vernemq");
        assert.equal(valueOf(inputs, "values.image.repository"), `${mirror}/vernemq/vernemq`);
        const haproxy = plan.resources.find(({ type }) => type === "kubernetes:apps/v1:Deployment");
        assert.match(
            String(valueOf(haproxy?.inputs, "spec.template.spec.containers.0.image")),
            /^registry\.example\.com:5000\/mirror\/haproxytech\/haproxy-alpine:3\./,
        );
    });

    it("leaves an image that is in it already", async () => {
        const image = { repository: `${mirror}/messaging/vernemq`, tag: "2.1.2" };
        const config = change(valid.existing, "vernemq:broker", { image, acceptLicense: false });
        const { inputs } = release(await planWith(config, { images: { mirror } }), "vernemq");
        assert.equal(valueOf(inputs, "values.image.repository"), image.repository);
    });
});

describe("Secrets for pulling images", () => {
    const credentials = { registry: "registry.example.com", username: "cluster", password: { secure: "v1:sealed" } };

    /** Where each chart takes them: its values.yaml and templates. */
    const keys = {
        vernemq: ["statefulset.imagePullSecrets"],
        "cert-manager": ["global.imagePullSecrets"],
        metallb: ["imagePullSecrets", "frr-k8s.imagePullSecrets"],
        "aws-load-balancer-controller": ["imagePullSecrets"],
        "kube-prometheus-stack": ["global.imagePullSecrets"],
    };
    const installing: Readonly<Record<keyof typeof keys, StackConfig>> = {
        vernemq: valid.existing,
        "cert-manager": issued,
        metallb: onBareMetal,
        "aws-load-balancer-controller": valid.eks,
        "kube-prometheus-stack": monitored,
    };

    for (const [chart, paths] of Object.entries(keys)) {
        it(`are given to the chart ${chart} as it takes them`, async () => {
            const config = installing[chart as keyof typeof keys];
            const plan = await planWith(config, { images: { pullSecrets: ["pull"] } });
            for (const path of paths) {
                const expected = chart === "vernemq" ? ["pull"] : [{ name: "pull" }];
                assert.deepEqual(valueOf(release(plan, chart).inputs, `values.${path}`), expected);
            }
        });
    }

    it("are on the pods of HAProxy, of the operator and of its brokers", async () => {
        const plan = await planWith(validOperator, { images: { pullSecrets: ["pull"] } });
        const deployments = plan.resources.filter(({ type }) => type === "kubernetes:apps/v1:Deployment");
        assert.equal(deployments.length, 2);
        for (const { inputs } of deployments) {
            assert.deepEqual(valueOf(inputs, "spec.template.spec.imagePullSecrets"), [{ name: "pull" }]);
        }
        const account = plan.resources.find(({ name }) => name.endsWith("brokers-account"));
        assert.deepEqual(account?.inputs["imagePullSecrets"], [{ name: "pull" }]);
    });

    it("are on the account of the operator's plugin bundler before the operator creates its pods", async () => {
        // The operator's Deployment of it names no account: controllers/deployment.go.
        const accountOf = ({ resources }: Plan) =>
            resources.find(({ type }) => type === "kubernetes:core/v1:ServiceAccountPatch");
        const plan = await planWith(validOperator, { images: { pullSecrets: ["pull"] } });
        const account = accountOf(plan);
        assert.deepEqual(account?.inputs, {
            apiVersion: "v1",
            kind: "ServiceAccount",
            metadata: { name: "default", namespace: "messaging" },
            imagePullSecrets: [{ name: "pull" }],
        });
        const brokers = plan.resources.find(({ type }) => type === "kubernetes:vmq.k8s.vernemq.com/v1alpha1:VerneMQ");
        assert.ok(brokers?.dependencies.includes(account.urn));
        assert.equal(accountOf(await planOf(validOperator)), undefined);
    });

    it("are created of credentials in each namespace that pulls, with the password closed", async () => {
        const config = {
            ...change(monitored, "vernemq:cluster", { metallb: { addresses: ["192.0.2.10-192.0.2.20"] } }),
            "vernemq:certificate": { source: "private-ca" },
        };
        const plan = await planWith(config, { images: { credentials } });
        const secrets = plan.resources.filter(({ inputs }) => inputs["type"] === "kubernetes.io/dockerconfigjson");
        assert.deepEqual(secrets.map(({ inputs }) => valueOf(inputs, "metadata.namespace")).sort(), [
            "cert-manager",
            "messaging",
            "metallb-system",
            "monitoring",
        ]);
        assert.ok(!JSON.stringify(plan).includes("sealed"));
        const { inputs } = release(plan, "vernemq");
        assert.deepEqual(valueOf(inputs, "values.statefulset.imagePullSecrets"), ["vernemq-image-registry"]);
    });

    it("are for the registry of all mirrors, and where there are several it has to be named", async () => {
        const rest = { username: credentials.username, password: credentials.password };
        const config = (mirror: object) => ({
            ...valid.existing,
            "vernemq:sources": { images: { mirror, credentials: rest } },
        });
        const one = { "docker.io": "harbor.example.com/dockerhub", "quay.io": "harbor.example.com/quay" };
        assert.deepEqual(problemsOf(config(one)), []);
        const plan = await planOf(config(one));
        assert.ok(plan.resources.some(({ inputs }) => inputs["type"] === "kubernetes.io/dockerconfigjson"));
        const [problem, ...others] = problemsOf(config({ ...one, "quay.io": "quay.example.com" }));
        assert.equal(problem?.key, "vernemq:sources.images.credentials.registry");
        assert.match(problem.rule, /harbor\.example\.com and quay\.example\.com/);
        assert.deepEqual(others, []);
    });

    it("need a registry that they are for", () => {
        const rest = { username: credentials.username, password: credentials.password };
        const problems = problemsOf({ ...valid.existing, "vernemq:sources": { images: { credentials: rest } } });
        assert.deepEqual(
            problems.map(({ key }) => key),
            ["vernemq:sources.images.credentials.registry"],
        );
    });
});

describe("sources of charts", () => {
    const charts = {
        vernemq: ["vernemq", valid.existing],
        certManager: ["cert-manager", issued],
        metallb: ["metallb", onBareMetal],
        loadBalancerController: ["aws-load-balancer-controller", valid.eks],
        monitoring: ["kube-prometheus-stack", monitored],
    } as const;

    for (const [setting, [chart, config]] of Object.entries(charts)) {
        it(`give ${chart} from a repository, from a registry and from a file`, async () => {
            const published = release(await planOf(config), chart).inputs;
            const from = async (source: string) =>
                release(await planWith(config, { charts: { [setting]: source } }), chart).inputs;

            const repository = await from("https://charts.example.com/stable");
            assert.equal(repository["chart"], chart);
            assert.deepEqual(repository["repositoryOpts"], { repo: "https://charts.example.com/stable" });

            const registry = await from(`oci://registry.example.com/charts/${chart}`);
            assert.equal(registry["chart"], `oci://registry.example.com/charts/${chart}`);
            assert.equal(registry["repositoryOpts"], undefined);

            const path = `charts/${chart}-${String(published["version"])}.tgz`;
            const file = await from(path);
            assert.equal(file["chart"], path);
            assert.equal(file["repositoryOpts"], undefined);

            for (const inputs of [repository, registry, file]) {
                assert.equal(inputs["version"], published["version"]);
                assert.deepEqual(inputs["values"], published["values"]);
            }
        });
    }

    it("change nothing else: the checks know the brokers by the chart's name, wherever it is from", async () => {
        const before = await planOf(valid.existing);
        const after = await planWith(valid.existing, {
            charts: { vernemq: "oci://registry.example.com/charts/vernemq" },
        });
        assert.deepEqual(after.checks, before.checks);
        assert.deepEqual(after.capacity, before.capacity);
    });

    const refused: readonly [string, string][] = [
        ["vernemq", "http://charts.example.com"],
        ["vernemq", "https://user:word@charts.example.com"],
        ["vernemq", "oci://registry.example.com/charts/mqtt"],
        ["vernemq", "oci://registry.example.com/charts/vernemq:2.1.2"],
        ["vernemq", "charts/vernemq"],
        ["vernemq", "charts/metallb-0.16.1.tgz"],
        ["vernemq", "charts/vernemq-2.1.1.tgz"],
        ["certManager", "charts/cert-manager-v1.20.0.tgz"],
    ];
    for (const [setting, source] of refused) {
        it(`are refused with their key where they cannot be the chart: ${setting} from ${source}`, () => {
            const problems = problemsOf({ ...issued, "vernemq:sources": { charts: { [setting]: source } } });
            assert.deepEqual(
                problems.map(({ key }) => key),
                [`vernemq:sources.charts.${setting}`],
            );
        });
    }

    it("of a chart that the stack does not install are a warning, because stacks share them", async () => {
        const plan = await planWith(valid.existing, { charts: { metallb: "https://charts.example.com" } });
        assert.ok(plan.warnings.some((warning) => warning.includes("sources.charts.metallb")));
    });

    it("that are files which are not there fail a check of the plan", async () => {
        const plan = await planWith(valid.existing, { charts: { vernemq: "charts/vernemq-2.1.2.tgz" } });
        const check = plan.checks.find(({ name }) => name.startsWith("Each chart's archive is there"));
        assert.equal(check?.status, "fail");
        assert.match(check.detail, /charts\/vernemq-2\.1\.2\.tgz: there is no such file/);
    });
});
