import assert from "node:assert/strict";
import { renderProblems } from "../../../components/common/problem";
import { Secret } from "../../../components/common/secret";
import { withSecrets } from "../../../stacks/settings/encrypted";
import { parseSettings } from "../../../stacks/settings/parse";
import type { RawConfig } from "../../../stacks/settings/settings";
import { certificate, encryptedPair, keyPem, validPem } from "../../certificates";
import { change, problemsOf, rawConfig, valid, type StackConfig } from "../../support";

/** What the engine hands to the program: encrypted values decrypted, groups as JSON. `plain` stands in for the decryption. */
function decrypted(value: unknown, plain: string): unknown {
    if (Array.isArray(value)) {
        return value.map((item) => decrypted(item, plain));
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    return "secure" in value
        ? plain
        : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decrypted(item, plain)]));
}

/** The configuration as stacks/settings/engine-config.ts reads it where the stack file is there. */
function engineRaw(config: StackConfig, plain: string): RawConfig {
    const values = Object.entries(config).map(([key, written]) => {
        const found = withSecrets(decrypted(written, plain), written);
        assert.ok(found !== undefined, key);
        return [key, found.value] as const;
    });
    return { ...rawConfig(config), values: Object.fromEntries(values) };
}

function keysOf(raw: RawConfig): readonly string[] {
    try {
        parseSettings(raw);
        return [];
    } catch (error) {
        return (error as { problems: readonly { key: string }[] }).problems.map(({ key }) => key);
    }
}

const secure = { secure: "v1:ciphertext" };
const pem = (settings: object): StackConfig => ({
    ...valid.existing,
    "vernemq:certificate": { source: "pem", pem: { ...encryptedPair, ...settings } },
});

describe("plan, pipeline and engine", () => {
    const cases: readonly { title: string; config: StackConfig; plain: string; keys: readonly string[] }[] = [
        {
            title: "refuse an encrypted host",
            config: change(valid.existing, "vernemq:edge", { host: secure }),
            plain: "mqtt.example.com",
            keys: ["vernemq:edge.host"],
        },
        {
            title: "refuse an encrypted group",
            config: { ...valid.existing, "vernemq:broker": secure },
            plain: JSON.stringify(valid.existing["vernemq:broker"]),
            keys: ["vernemq:broker"],
        },
        {
            title: "refuse an encrypted block",
            config: change(valid.existing, "vernemq:broker", { persistence: secure }),
            plain: "{}",
            keys: ["vernemq:broker.persistence"],
        },
        {
            title: "refuse encrypted settings of vernemq.conf",
            config: change(valid.existing, "vernemq:broker", { settings: secure }),
            plain: "{}",
            keys: ["vernemq:broker.settings"],
        },
        {
            title: "refuse an encrypted region",
            config: { ...valid.eks, "aws:region": secure },
            plain: "eu-central-1",
            keys: ["aws:region"],
        },
        {
            title: "refuse an encrypted number",
            config: change(valid.existing, "vernemq:broker", { replicas: secure }),
            plain: "3",
            keys: ["vernemq:broker.replicas"],
        },
        {
            title: "refuse a password in plain text beside an encrypted one",
            config: change(valid.existing, "vernemq:broker", {
                users: [
                    { name: "a", password: secure },
                    { name: "b", password: "correct-horse-battery" },
                ],
            }),
            plain: "correct-horse-staple",
            keys: ["vernemq:broker.users[1].password"],
        },
        {
            title: "take an encrypted password",
            config: change(valid.existing, "vernemq:broker", { users: [{ name: "a", password: secure }] }),
            plain: "correct-horse-staple",
            keys: [],
        },
    ];
    for (const { title, config, plain, keys } of cases) {
        it(title, () => {
            assert.deepEqual(
                problemsOf(config).map(({ key }) => key),
                keys,
            );
            assert.deepEqual(keysOf(engineRaw(config, plain)), keys);
        });
    }

    it("take an encrypted certificate", () => {
        const config = pem({ certificate: secure });
        assert.deepEqual(problemsOf(config), []);
        const own = {
            ...config,
            "vernemq:certificate": { source: "pem", pem: { ...encryptedPair, certificate: secure } },
        };
        const raw = engineRaw(own, validPem.certificate);
        const group = {
            source: "pem",
            pem: { certificate: new Secret(validPem.certificate), privateKey: new Secret(validPem.privateKey) },
        };
        assert.deepEqual(keysOf({ ...raw, values: { ...raw.values, "vernemq:certificate": group } }), []);
    });

    it("say nothing of the file where it is not the one that the engine read", () => {
        assert.equal(withSecrets({ a: "x", b: "y" }, { a: secure }), undefined);
        assert.equal(withSecrets({ a: "x" }, { a: "y" }), undefined);
        assert.equal(withSecrets(["x"], [secure, secure]), undefined);
        assert.deepEqual(withSecrets({ a: 1, b: [true] }, { a: 1, b: [true] }), { value: { a: 1, b: [true] } });
    });
});

describe("a private key that was set as the certificate", () => {
    const key = keyPem(certificate({}).key);
    for (const [title, raw] of [
        ["in plain text", rawConfig(pem({ certificate: key }))],
        [
            "decrypted by the engine",
            { ...rawConfig(pem({ certificate: key })), keysWithDecryptedValues: new Set(["vernemq:certificate"]) },
        ],
        ["encrypted", engineRaw(pem({ certificate: secure, privateKey: "x" }), key)],
    ] as const) {
        it(`is named, and nothing of it is shown: ${title}`, () => {
            let message = "";
            try {
                parseSettings(raw);
            } catch (error) {
                message = `${String(error)}${JSON.stringify(error)}`;
            }
            assert.match(
                message,
                /vernemq:certificate\.pem\.certificate\n {4}rule: {3}a private key stands where a certificate belongs\n/,
            );
            for (const line of key.split("\n").slice(1, -2)) {
                for (let at = 0; at + 8 <= line.length; at++) {
                    assert.ok(!message.includes(line.slice(at, at + 8)));
                }
            }
        });
    }
});

describe("what an error tells the user to do", () => {
    const text = (config: StackConfig) => renderProblems(problemsOf(config));

    it("quotes for a version that YAML reads as a number", () => {
        assert.match(
            text(change(valid.eks, "vernemq:cluster", { version: 1.35 })),
            /a string, not a number\n {4}remedy: put it in quotes, for example "1\.35"/,
        );
        assert.match(text(change(valid.aks, "vernemq:cluster", { zones: [1] })), /remedy: put it in quotes: "1"/);
    });

    it("each zone once, on every cloud that has zones to choose", () => {
        const twice: readonly StackConfig[] = [
            change(valid.eks, "vernemq:cluster", { zones: ["a", "b", "a"] }),
            change(valid.gke, "vernemq:cluster", { zones: ["a", "a"] }),
            change(valid.aks, "vernemq:cluster", { zones: ["1", "1"] }),
        ];
        for (const config of twice) {
            assert.match(text(config), /rule: {3}a zone is listed once\n {4}remedy: remove the second entry/);
        }
    });

    it("one of the targets, in the words of a command", () => {
        const message = text({ ...valid.eks, "vernemq:target": "ecs" });
        assert.match(message, /rule: {3}one of eks, gke, aks, doks, existing\n/);
        assert.match(message, /remedy: run `pulumi config set vernemq:target NAME` with one of/);
    });

    it("nothing in the words of a library", () => {
        const settings: readonly StackConfig[] = [
            change(valid.gke, "vernemq:cluster", { zones: [] }),
            change(valid.gke, "vernemq:cluster", { zones: ["a", "b", "c", "d", "e"] }),
            change(valid.eks, "vernemq:cluster", { tags: { ["k".repeat(64)]: "v" } }),
            change(valid.eks, "vernemq:cluster", { tags: { Owner: "v".repeat(64) } }),
            change(valid.eks, "vernemq:cluster", { tags: { Owner: 3 } }),
            change(valid.eks, "vernemq:edge", { listeners: ["tcp"] }),
            change(valid.eks, "vernemq:edge", { listeners: "mqtts" }),
            change(valid.eks, "vernemq:broker", { persistence: { storageClass: "" } }),
            change(valid.eks, "vernemq:broker", { resources: { cpu: "six" } }),
            change(valid.existing, "vernemq:cluster", { context: "" }),
            change(valid.doks, "vernemq:certificate", { issuer: { name: "x", kind: "Cluster" } }),
        ];
        for (const config of settings) {
            const message = text(config);
            assert.match(message, /problem/);
            assert.doesNotMatch(
                message,
                /Invalid|Too (small|big)|expected (string|number|array|record)|received|Unrecognized/,
            );
        }
    });

    it("no query in the URL of a webhook, whose token would stand in plain text", () => {
        const register = "https://auth.example.com/mqtt?code=hunter2";
        const message = text(change(valid.existing, "vernemq:broker", { authentication: { webhook: { register } } }));
        assert.match(message, /an endpoint has no query/);
        assert.doesNotMatch(message, /hunter2/);
        const setting = { "vmq_webhooks.auth.endpoint": register };
        const other = text(change(valid.existing, "vernemq:broker", { settings: setting }));
        assert.match(other, /a URL with a login or query/);
        assert.match(other, /secretSettings/);
        assert.doesNotMatch(other, /hunter2/);
    });
});
