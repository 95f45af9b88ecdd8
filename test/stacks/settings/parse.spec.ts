import assert from "node:assert/strict";
import { renderProblems } from "../../../components/common/problem";
import { Secret } from "../../../components/common/secret";
import { parseSettings } from "../../../stacks/settings/parse";
import { change, problemsOf, rawConfig, valid } from "../../support";
import { badConfigurations } from "../bad-configurations";

describe("settings", () => {
    for (const [target, config] of Object.entries(valid)) {
        it(`the smallest valid configuration of ${target} has no problem`, () => {
            assert.deepEqual(problemsOf(config), []);
        });
    }

    it("at least 60 kinds of mistakes are known", () => {
        assert.ok(badConfigurations.length >= 60, badConfigurations.length.toString());
    });

    for (const { title, config, key, rule } of badConfigurations) {
        it(`refuses: ${title}`, () => {
            const problems = problemsOf(config);
            const found = problems.find((problem) => problem.key === key && rule.test(problem.rule));
            assert.ok(found, `${key} ${rule.source} is not among\n${renderProblems(problems)}`);
            assert.equal(problems.length, 1, `one mistake, one problem:\n${renderProblems(problems)}`);
            assert.ok(found.remedy.length > 0);
        });
    }

    it("collects every problem of every group in one error", () => {
        const config = {
            ...change(change(valid.eks, "vernemq:broker", { replicas: 0, acceptLicense: false }), "vernemq:edge", {
                affinity: "cookie",
                keepaliveSeconds: 300,
            }),
            "aws:region": "nowhere",
        };
        assert.deepEqual(
            problemsOf(config)
                .map(({ key }) => key)
                .sort(),
            [
                "aws:region",
                "vernemq:broker.acceptLicense",
                "vernemq:broker.replicas",
                "vernemq:edge.affinity",
                "vernemq:edge.keepaliveSeconds",
            ],
        );
    });

    it("quotes the value, but never a secret", () => {
        const text = renderProblems(
            problemsOf(
                change(valid.eks, "vernemq:broker", {
                    replicas: 99,
                    users: [{ name: "device", password: "correct-horse-battery" }],
                }),
            ),
        );
        assert.match(text, /vernemq:broker\.replicas = 99/);
        assert.doesNotMatch(text, /correct-horse-battery/);
    });

    it("a secret of a stack file stays closed and prints as [secret]", () => {
        const settings = parseSettings(
            rawConfig(
                change(valid.existing, "vernemq:broker", {
                    users: [{ name: "device", password: { secure: "v1:ciphertext" } }],
                }),
            ),
        );
        const password = settings.broker.users[0]?.password;
        assert.ok(password instanceof Secret);
        assert.equal(JSON.stringify({ password }), '{"password":"[secret]"}');
    });

    it("takes texts in a key that the engine decrypted for encrypted ones", () => {
        const raw = rawConfig(
            change(valid.existing, "vernemq:broker", { users: [{ name: "device", password: "from the engine" }] }),
        );
        const settings = parseSettings({ ...raw, keysWithDecryptedValues: new Set(["vernemq:broker"]) });
        assert.equal(settings.broker.users[0]?.password?.reveal(), "from the engine");
    });

    it("reads groups that the engine hands over as JSON text", () => {
        const raw = rawConfig(valid.eks);
        const asText = Object.fromEntries(
            Object.entries(raw.values).map(([key, value]) => [
                key,
                typeof value === "string" ? value : JSON.stringify(value),
            ]),
        );
        assert.deepEqual(parseSettings({ ...raw, values: asText }), parseSettings(raw));
    });

    it("takes an empty group, Pulumi.yaml's default, for one that was not written", () => {
        assert.deepEqual(problemsOf({ ...valid.existing, "vernemq:dns": {}, "vernemq:cluster": {} }), []);
    });
});
