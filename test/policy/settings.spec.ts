import assert from "node:assert/strict";
import { excuse, findingsOf, sentence } from "../../policy/evaluate";
import { rules } from "../../policy/rules";
import { parsePolicySettings } from "../../policy/settings";
import { planWith, resource as planResource } from "../plan/support";
import { cases } from "./cases";
import { digestOfPlan } from "../../pipeline/comment/offline";
import { commentBudget, render } from "../../pipeline/comment/render";
import { compare } from "../../plan/changes/from-comparison";
import { checkPlan } from "../../plan/checks";
import { judged } from "../../plan/checks/policy";

const open = planResource("aws:eks/cluster:Cluster", "cluster", { tags: { a: "b" }, version: "1.27" });
const exception = { urn: open.urn, reason: "The pilot has no VPN before May.", until: "2027-04-30" };
const api = rules.find(({ id }) => id === "no-world-open-api");
const withException = JSON.stringify({
    "no-world-open-api": { enforcementLevel: "mandatory", exceptions: [exception] },
});

const noRules = () => ({ replaceOn: [], deletesFirst: false });

function findings(text: string, day: string) {
    assert.ok(api);
    const { settings, problems } = parsePolicySettings(text);
    assert.deepEqual(problems, []);
    const resources = judged([open]);
    return findingsOf(api, resources, resources, settings, new Date(`${day}T12:00:00Z`));
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

    it("an offline plan's comment lists what is excused", () => {
        const plan = planWith([open]);
        const { settings } = parsePolicySettings(withException);
        const checks = checkPlan({ ...plan, policy: settings, today: new Date("2027-01-01") });
        const comment = render(digestOfPlan({ ...plan, checks }, compare(plan, plan, noRules)), commentBudget);
        assert.match(
            comment,
            /cluster: it does not limit which networks[^\n]*; excused until 2027-04-30: The pilot has no VPN/,
        );
    });

    for (const rule of rules) {
        it(`${rule.id} takes its level and its exceptions from policy.json, in the plan as in the pack`, () => {
            const [first] = cases[rule.id]?.trips ?? [];
            assert.ok(first);
            const [, ...resources] = first;
            const planned = resources.map((each) => planResource(each.type, each.name, each.inputs));
            const inPlan = (config: object, day = "2027-01-01") => {
                const { settings, problems } = parsePolicySettings(JSON.stringify(config));
                assert.deepEqual(problems, []);
                const { edge } = planWith([]);
                return checkPlan({ edge, resources: planned, policy: settings, today: new Date(day) }).find(
                    ({ name }) => name === rule.title,
                );
            };
            assert.equal(inPlan({ [rule.id]: "mandatory" })?.status, "fail");
            assert.equal(inPlan({ [rule.id]: "advisory" })?.status, "warn");
            assert.equal(inPlan({ [rule.id]: "disabled" }), undefined);
            assert.equal(inPlan({ all: "disabled" }), undefined);
            const exceptions = planned.map(({ urn }) => ({ ...exception, urn }));
            const excused = { [rule.id]: { enforcementLevel: "mandatory", exceptions } };
            assert.equal(inPlan(excused)?.status, "warn");
            assert.match(inPlan(excused)?.detail ?? "", /excused until 2027-04-30: The pilot has no VPN before May\./);
            assert.equal(inPlan(excused, "2027-05-01")?.status, "fail");
            assert.match(inPlan(excused, "2027-05-01")?.detail ?? "", /its exception ended on 2027-04-30/);
        });
    }

    for (const [what, text, key, rule] of [
        ["text that is no JSON", "{", "policy.json", /JSON/],
        ["a list", "[]", "policy.json", /object/],
        ["a rule that there is not", '{"no-anonymus":"advisory"}', "policy.json: no-anonymus", /no such rule/],
        [
            "a level that there is not",
            '{"tags":"warn"}',
            "policy.json: tags",
            /^one of mandatory, advisory, disabled, or a block of settings$/,
        ],
        ["a number for a rule", '{"tags":3}', "policy.json: tags", /^one of mandatory, advisory, disabled, or a block/],
        ["a misspelt key", '{"tags":{"level":"advisory"}}', "policy.json: tags", /^there is no such key: level$/],
        ["a list for exceptions", '{"tags":{"exceptions":{}}}', "policy.json: tags.exceptions", /^a list$/],
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
