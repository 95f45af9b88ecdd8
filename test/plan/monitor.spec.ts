import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import type { PlannedResource } from "../../plan/graph";
import { record, type Recording } from "../../plan/run";
import { rawConfig, type StackConfig } from "../support";

type Inputs = Readonly<Record<string, unknown>>;

/** Any resource that a simulated cloud knows, without the SDK of its cloud. */
class Custom extends pulumi.CustomResource {
    declare readonly result: pulumi.Output<string>;

    constructor(type: string, name: string, inputs: Inputs = {}, opts?: pulumi.CustomResourceOptions) {
        super(type, name, { ...inputs, result: undefined }, opts);
    }
}

class Component extends pulumi.ComponentResource {
    constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:test:Part", name, {}, opts);
    }
}

class KubernetesProvider extends pulumi.ProviderResource {
    constructor(name: string, opts?: pulumi.ResourceOptions) {
        super("kubernetes", name, { clusterIdentifier: name }, opts);
    }
}

const configMapType = "kubernetes:core/v1:ConfigMap";
const passwordType = "random:index/randomPassword:RandomPassword";

async function recorded(program: () => unknown, config: StackConfig = {}): Promise<Recording> {
    return record(rawConfig(config), () => Promise.resolve(program()));
}

async function registered(name: string, program: () => unknown, config?: StackConfig): Promise<PlannedResource> {
    const { resources } = await recorded(program, config);
    const found = resources.find((resource) => resource.name === name);
    assert.ok(found !== undefined, resources.map(({ urn }) => urn).join("\n"));
    return found;
}

describe("the resource monitor of a plan, as the engine", () => {
    it("builds URNs from the types of all parents but the stack", async () => {
        const { resources } = await recorded(() => {
            const outer = new Component("outer");
            const inner = new Component("inner", { parent: outer });
            new Custom(configMapType, "leaf", {}, { parent: inner });
        });
        const urns = resources.filter(({ type }) => !type.startsWith("pulumi:")).map(({ urn }) => urn);
        assert.deepEqual(urns, [
            "urn:pulumi:test::vernemq::vernemq:test:Part$vernemq:test:Part$kubernetes:core/v1:ConfigMap::leaf",
            "urn:pulumi:test::vernemq::vernemq:test:Part$vernemq:test:Part::inner",
            "urn:pulumi:test::vernemq::vernemq:test:Part::outer",
        ]);
    });

    it("makes one default provider per package and version, with the package's configuration", async () => {
        const { resources } = await recorded(
            () => {
                for (const [name, version] of [
                    ["one", "4.1.0"],
                    ["two", "4.1.0"],
                    ["three", "4.2.0-beta.1+x"],
                    ["four", ""],
                ] as const) {
                    new Custom(configMapType, name, {}, version === "" ? {} : { version });
                }
            },
            { "kubernetes:context": "kind", "aws:region": "eu-central-1" },
        );
        const providers = resources.filter(({ type }) => type.startsWith("pulumi:providers:"));
        assert.deepEqual(
            providers.map(({ urn, inputs }) => [urn, inputs]),
            [
                ["default", { context: "kind" }],
                ["default_4_1_0", { context: "kind", version: "4.1.0" }],
                ["default_4_2_0_beta_1_x", { context: "kind", version: "4.2.0-beta.1+x" }],
            ].map(([name, inputs]) => [
                `urn:pulumi:test::vernemq::pulumi:providers:kubernetes::${name as string}`,
                inputs,
            ]),
        );
        assert.equal(resources.find(({ name }) => name === "two")?.provider, providers[1]?.urn);
    });

    it("never shows credentials of a provider, encrypted or not", async () => {
        const { resources } = await recorded(
            () => {
                new Custom(configMapType, "one");
            },
            {
                "kubernetes:kubeconfig": "plain text that should not be here",
                "kubernetes:namespace": { secure: "v1:abc" },
            },
        );
        const provider = resources.find(({ type }) => type === "pulumi:providers:kubernetes");
        assert.deepEqual(provider?.inputs, { kubeconfig: "[secret]", namespace: "[secret]" });
    });

    it("takes a component's provider for its children", async () => {
        const leaf = await registered("leaf", () => {
            const provider = new KubernetesProvider("inside");
            const component = new Component("part", { providers: [provider] });
            new Custom(configMapType, "leaf", {}, { parent: component });
        });
        assert.equal(leaf.provider, "urn:pulumi:test::vernemq::pulumi:providers:kubernetes::inside");
    });

    it("records dependencies: those that are named, and those of values, by property", async () => {
        const leaf = await registered("leaf", () => {
            const first = new Custom(configMapType, "first");
            const second = new Custom(configMapType, "second");
            new Custom(configMapType, "leaf", { data: { from: first.id }, plain: "x" }, { dependsOn: [second] });
        });
        const [first, second] = ["first", "second"].map(
            (name) => `urn:pulumi:test::vernemq::${configMapType}::${name}`,
        );
        assert.deepEqual(leaf.dependencies, [first, second]);
        assert.deepEqual(leaf.propertyDependencies, { data: [first] });
    });

    it("closes secrets, keeps them closed through outputs, and remembers their texts", async () => {
        const { resources, secretTexts } = await recorded(() => {
            const password = new Custom(passwordType, "password", { length: 20 });
            new Custom(configMapType, "leaf", {
                data: { given: pulumi.secret("correct horse"), made: password.result, open: "shown" },
            });
        });
        const leaf = resources.find(({ name }) => name === "leaf");
        assert.deepEqual(leaf?.inputs["data"], { given: "[secret]", made: "[secret]", open: "shown" });
        assert.ok(secretTexts.has("correct horse"));
        assert.ok(secretTexts.has("${password.result}"));
        assert.ok(!secretTexts.has("shown"));
    });

    it("keeps secret what additionalSecretOutputs names", async () => {
        const reader = await registered("reader", () => {
            const source = new Custom(
                "tls:index/certRequest:CertRequest",
                "source",
                { certRequestPem: undefined },
                { additionalSecretOutputs: ["certRequestPem"] },
            );
            const request = (source as unknown as { certRequestPem: pulumi.Output<string> }).certRequestPem;
            new Custom(configMapType, "reader", { data: { request } });
        });
        assert.deepEqual(reader.inputs["data"], { request: "[secret]" });
    });

    it("records the options that change how an update proceeds", async () => {
        const leaf = await registered("leaf", () => {
            const owner = new Custom(configMapType, "owner");
            new Custom(
                configMapType,
                "leaf",
                {},
                {
                    protect: true,
                    aliases: [{ name: "former" }, { type: "kubernetes:core/v1:Secret" }],
                    deleteBeforeReplace: true,
                    deletedWith: owner,
                    ignoreChanges: ["b", "a"],
                    replaceOnChanges: ["c"],
                    retainOnDelete: true,
                    customTimeouts: { create: "10m" },
                },
            );
        });
        assert.equal(leaf.protect, true);
        assert.deepEqual(leaf.options, {
            aliases: [
                "urn:pulumi:test::vernemq::kubernetes:core/v1:ConfigMap::former",
                "urn:pulumi:test::vernemq::kubernetes:core/v1:Secret::leaf",
            ],
            customTimeouts: { create: "10m" },
            deleteBeforeReplace: true,
            deletedWith: "urn:pulumi:test::vernemq::kubernetes:core/v1:ConfigMap::owner",
            ignoreChanges: ["a", "b"],
            replaceOnChanges: ["c"],
            retainOnDelete: true,
        });
    });

    it("records a component's outputs", async () => {
        const part = await registered("part", () => {
            class WithOutputs extends Component {
                constructor() {
                    super("part");
                    this.registerOutputs({ open: "x", closed: pulumi.secret("y") });
                }
            }
            return new WithOutputs();
        });
        assert.deepEqual(part.outputs, { closed: "[secret]", open: "x" });
    });

    it("sorts resources and keys, whatever the order of registration", async () => {
        const program = (names: readonly string[]) => () => {
            for (const name of names) {
                new Custom(configMapType, name, Object.fromEntries(names.map((key) => [key, 1])));
            }
        };
        const [one, other] = [await recorded(program(["a", "b"])), await recorded(program(["b", "a"]))];
        assert.equal(JSON.stringify(one.resources), JSON.stringify(other.resources));
    });
});

describe("the resource monitor of a plan refuses", () => {
    const refusals: readonly (readonly [what: string, program: () => unknown, message: RegExp])[] = [
        [
            "a type that no simulated cloud knows",
            () => new Custom("unheard:of/thing:Thing", "one"),
            /^Error: no simulated cloud knows unheard:of\/thing:Thing \(resource one\)/,
        ],
        [
            "two resources of one URN",
            () => [new Custom(configMapType, "one"), new Custom(configMapType, "one")],
            /two resources have the URN .*::one|Duplicate resource URN/,
        ],
        [
            "an output that no simulated cloud gives",
            () => {
                const source = new Custom(configMapType, "source", { missing: undefined });
                const { missing } = source as unknown as { missing: pulumi.Output<string> };
                new Custom(configMapType, "reader", { data: { missing } });
            },
            /^Error: input of kubernetes:core\/v1:ConfigMap reader: no simulated cloud gives a value for data/,
        ],
        [
            "a function that no simulated cloud answers",
            () => pulumi.runtime.invoke("aws:index/getNothing:getNothing", {}),
            /^Error: no simulated cloud answers aws:index\/getNothing:getNothing/,
        ],
        [
            "reading what only a cloud has",
            () => new Custom(configMapType, "one", {}, { id: "default/one" }),
            /^Error: the offline plan cannot read default\/one/,
        ],
    ];
    for (const [what, program, message] of refusals) {
        it(what, async () => {
            await assert.rejects(recorded(program), message);
        });
    }
});
