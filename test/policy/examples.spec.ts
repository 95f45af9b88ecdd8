import assert from "node:assert/strict";
import { findingsOf } from "../../policy/evaluate";
import { rules } from "../../policy/rules";
import { judged } from "../../plan/checks/policy";
import { policySettings } from "../../plan/policy-file";
import { stacksOf } from "../../plan/stack-file";
import { exampleOf, planOf } from "../support";
import { project } from "../support-engine";

describe("policy rules and the example stacks", () => {
    for (const stack of stacksOf(project)) {
        it(`${stack} breaks none`, async () => {
            const resources = judged((await planOf(exampleOf(stack))).resources);
            const settings = policySettings(project);
            const found = rules.flatMap((rule) => findingsOf(rule, resources, resources, settings, new Date()));
            const counting = found.filter(({ excusedBy }) => excusedBy === undefined);
            assert.deepEqual(
                counting.map(({ rule, resource, message }) => `${rule.id}: ${resource.name}: ${message}`),
                [],
            );
            const concerned = rules.filter((rule) => resources.some((resource) => rule.concerns(resource, resources)));
            assert.ok(concerned.length >= 9, `${concerned.length.toString()} rules had something to judge`);
        });
    }
});
