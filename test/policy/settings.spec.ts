import assert from "node:assert/strict";
import { excuse, findingsOf, sentence } from "../../policy/evaluate";
import { rules } from "../../policy/rules";
import { parsePolicySettings } from "../../policy/settings";
import { planWith, resource } from "../plan/support";
import { checkPlan } from "../../plan/checks";

const open = resource("aws:eks/cluster:Cluster", "cluster", { tags: { a: "b" }, version: "1.27" });
const exception = { urn: open.urn, reason: "The pilot has no VPN before May.", until: "2027-04-30" };
const api = rules.find(({ id }) => id === "no-world-open-api");
const withException = JSON.stringify({
    "no-world-open-api": { enforcementLevel: "mandatory", exceptions: [exception] },
});

function findings(text: string, day: string) {
    assert.ok(api);
    const { settings, problems } = parsePolicySettings(text);
    assert.deepEqual(problems, []);
    return findingsOf(api, [open], [open], settings, new Date(`${day}T12:00:00Z`));
}

function check(text: string, day: string) {
    const { settings } = parsePolicySettings(text.replaceAll("no-world-open-api", "encrypted-secrets"));
    const plan = planWith([open]);
    const all = { edge: plan.edge, resources: plan.resources, policy: settings, today: new Date(`${day}T23:59:00Z`) };
    return checkPlan(all).find(({ name }) => name === "The control plane encrypts Kubernetes' Secrets");
}

describe("levels and exceptions of policy rules", () => {
    it("an exception excuses its resource until its last day, with its reason", () => {
        const [found] = findings(withException, "2027-04-30");
        assert.equal(found?.excusedBy?.until, "2027-04-30");
        assert.match(excuse(found), /excused until 2027-04-30: The pilot has no VPN before May\./);
    });

    it("an exception that has ended excuses nothing, and the finding says so", () => {
        const [found] = findings(withException, "2027-05-01");
        assert.equal(found?.excusedBy, undefined);
        assert.ok(found);
        assert.match(sentence(found), /its exception ended on 2027-04-30/);
    });

    it("an exception is for its own resource alone", () => {
        const other = JSON.stringify({
            "no-world-open-api": { exceptions: [{ ...exception, urn: `${open.urn}2` }] },
        });
        assert.equal(findings(other, "2027-01-01")[0]?.excusedBy, undefined);
    });

    it("a disabled rule finds nothing, and a plan says nothing of it", () => {
        assert.deepEqual(findings(JSON.stringify({ "no-world-open-api": "disabled" }), "2027-01-01"), []);
        assert.equal(check(JSON.stringify({ "no-world-open-api": "disabled" }), "2027-01-01"), undefined);
    });

    it("`all` is the level of every rule that is not named", () => {
        assert.equal(findings(JSON.stringify({ all: "mandatory" }), "2027-01-01")[0]?.level, "mandatory");
        assert.equal(
            findings(JSON.stringify({ all: "mandatory", [api?.id ?? ""]: "advisory" }), "2027-01-01")[0]?.level,
            "advisory",
        );
    });

    it("a plan fails by a mandatory rule, warns by an advisory one, and lists what is excused", () => {
        assert.equal(check("{}", "2027-01-01")?.status, "warn");
        assert.equal(check(JSON.stringify({ all: "mandatory" }), "2027-01-01")?.status, "fail");
        const excused = check(withException, "2027-01-01");
        assert.equal(excused?.status, "warn");
        assert.match(excused.detail, /^cluster: .*excused until 2027-04-30: The pilot/);
        assert.equal(check(withException, "2027-05-01")?.status, "fail");
    });

    for (const [what, text, key, rule] of [
        ["text that is no JSON", "{", "policy.json", /JSON/],
        ["a list", "[]", "policy.json", /object/],
        ["a rule that there is not", '{"no-anonymus":"advisory"}', "policy.json: no-anonymus", /name of a rule/],
        ["a level that there is not", '{"tags":"warn"}', "policy.json: tags", /mandatory, advisory, disabled|Invalid/],
        [
            "an exception without a reason",
            JSON.stringify({ tags: { exceptions: [{ ...exception, reason: "" }] } }),
            "policy.json: tags.exceptions.0.reason",
            /reason/,
        ],
        [
            "an exception without an end",
            JSON.stringify({ tags: { exceptions: [{ ...exception, until: "2027-02-30" }] } }),
            "policy.json: tags.exceptions.0.until",
            /YYYY-MM-DD/,
        ],
        [
            "an exception of everything",
            JSON.stringify({ tags: { exceptions: [{ ...exception, urn: "*" }] } }),
            "policy.json: tags.exceptions.0.urn",
            /URN/,
        ],
    ] as const) {
        it(`${what} is refused`, () => {
            const [problem, ...more] = parsePolicySettings(text).problems;
            assert.equal(problem?.key, key);
            assert.match(problem.rule, rule);
            assert.deepEqual(more, []);
        });
    }
});
