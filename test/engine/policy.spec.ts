import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type EngineEvent, LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { rules } from "../../policy/rules";
import { digest } from "../../pipeline/comment/digest";
import { commentBudget, render } from "../../pipeline/comment/render";
import { findEngine } from "../../pipeline/worker/engine";
import { EngineLab, engineOrSkip, project } from "../support-engine";

const pack = join(project, "policy");

/** Someone else's program: VerneMQ's chart alone, with what a first try has. A value that only the update brings is among them. */
const program = `
const { Namespace, Secret } = require("@pulumi/kubernetes/core/v1");
const { Release } = require("@pulumi/kubernetes/helm/v3");
const { RandomPassword } = require("@pulumi/random");
const secure = process.env.SECURE === "yes";
const labels = secure ? { "pod-security.kubernetes.io/enforce": "restricted" } : {};
new Namespace("messaging", { metadata: { name: "messaging", labels } });
const password = new RandomPassword("password", { length: 20 });
new Secret("users", { metadata: { name: "users", namespace: "messaging" }, stringData: { password: password.result } });
new Release("vernemq", {
    name: "vernemq",
    chart: "vernemq",
    namespace: "messaging",
    version: "2.1.2",
    values: {
        replicaCount: secure ? 3 : 2,
        additionalEnv: [
            { name: "DOCKER_VERNEMQ_ACCEPT_EULA", value: "yes" },
            { name: "DOCKER_VERNEMQ_ALLOW_ANONYMOUS", value: secure ? "off" : "on" },
            { name: "DOCKER_VERNEMQ_USER_DEVICE", value: password.result },
        ],
        ...(secure
            ? {
                  persistentVolume: { enabled: true },
                  podAntiAffinity: "hard",
                  pdb: { enabled: true, minAvailable: 2 },
                  securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
                  containerSecurityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
              }
            : { service: { type: "LoadBalancer" } }),
    },
});
`;

/** Someone else's program that takes the component from this library, as it is or with what the rules forbid. */
const programOfComponents = `
require("tsx/cjs");
const { VerneMq } = require(process.env.LIBRARY);
const secure = process.env.SECURE === "yes";
const access = secure
    ? { users: [{ name: "device" }] }
    : { allowAnonymous: true, persistent: false, affinity: "none", listeners: ["mqtts", "mqtt"] };
new VerneMq("mqtt", { host: "mqtt.example.com", acceptLicense: true, issuerName: "letsencrypt", ...access });
`;

interface Found {
    readonly policy: string;
    readonly level: string;
    readonly message: string;
}

/** A separate project with one stack. */
async function stackOf(lab: EngineLab, name: string, program: string): Promise<Stack> {
    const workDir = join(lab.folder, name);
    mkdirSync(workDir);
    writeFileSync(
        join(workDir, "Pulumi.yaml"),
        `name: ${name}\nruntime:\n  name: nodejs\n  options: { typescript: false }\n`,
    );
    writeFileSync(join(workDir, "package.json"), JSON.stringify({ name, main: "index.js" }));
    writeFileSync(join(workDir, "index.js"), program);
    symlinkSync(join(project, "node_modules"), join(workDir, "node_modules"));
    return LocalWorkspace.createOrSelectStack(
        { stackName: "first", workDir },
        {
            envVars: { ...lab.env, LIBRARY: join(project, "components", "index.ts") },
            pulumiCommand: await findEngine(),
        },
    );
}

describe("the policy pack under the real engine", () => {
    let lab: EngineLab | undefined;
    let stack: Stack;
    let library: Stack;

    before(async function () {
        engineOrSkip(this);
        lab = await EngineLab.start();
        stack = await stackOf(lab, "others", program);
        library = await stackOf(lab, "library", programOfComponents);
    });

    after(async () => lab?.stop());

    /** What the pack reports of a preview, and whether the engine lets it pass. */
    async function preview(
        secure: boolean,
        config?: object,
        of = stack,
    ): Promise<{ passed: boolean; found: readonly Found[]; events: readonly EngineEvent[] }> {
        const events: EngineEvent[] = [];
        const file = join(of.workspace.workDir, "policy.json");
        writeFileSync(file, JSON.stringify(config ?? {}));
        of.workspace.envVars = { ...of.workspace.envVars, SECURE: secure ? "yes" : "no" };
        const passed = await of
            .preview({ policyPacks: [pack], policyPackConfigs: [file], onEvent: (event) => events.push(event) })
            .then(
                () => true,
                () => false,
            );
        const found = events.flatMap(({ policyEvent: event }) =>
            event === undefined
                ? []
                : [{ policy: event.policyName, level: event.enforcementLevel, message: event.message }],
        );
        const wrong = events.flatMap(({ diagnosticEvent }) =>
            diagnosticEvent?.message.includes("can't run policy") === true ? [diagnosticEvent.message] : [],
        );
        assert.deepEqual(wrong, [], "a rule that is left out because a value is not known yet");
        return { passed, found, events };
    }

    it("stops a program that has the chart alone, without its values in the report", async () => {
        const { passed, found } = await preview(false);
        assert.equal(passed, false);
        const mandatory = found.filter(({ level }) => level === "mandatory").map(({ policy }) => policy);
        assert.deepEqual(mandatory.sort(), [
            "no-anonymous",
            "no-public-plain-mqtt",
            "one-broker-per-node",
            "persistence",
            "session-affinity",
        ]);
        const advisory = found.filter(({ level }) => level === "advisory").map(({ policy }) => policy);
        assert.ok(advisory.includes("restricted-namespace") && advisory.includes("restricted-pods"), advisory.join());
        for (const { policy, message } of found) {
            const rule = rules.find(({ id }) => id === policy);
            assert.ok(rule !== undefined && message.includes(rule.remedy) && message.includes(rule.source), message);
        }
    });

    it("lets it pass once it keeps the rules", async () => {
        const { passed, found } = await preview(true);
        assert.deepEqual(found, []);
        assert.equal(passed, true);
    });

    it("stops a program of the library's component that is told what the rules forbid, and lets the component pass as it is", async () => {
        const { passed, found } = await preview(false, undefined, library);
        assert.equal(passed, false);
        const mandatory = found.filter(({ level }) => level === "mandatory").map(({ policy }) => policy);
        assert.deepEqual([...new Set(mandatory)].sort(), [
            "no-anonymous",
            "no-public-plain-mqtt",
            "persistence",
            "session-affinity",
        ]);
        const asItIs = await preview(true, undefined, library);
        assert.deepEqual(asItIs.found, []);
        assert.equal(asItIs.passed, true);
    });

    it("takes levels and exceptions from its configuration, lists what is excused, and counts what has expired", async () => {
        const urn = "urn:pulumi:first::others::kubernetes:helm.sh/v3:Release::vernemq";
        const excused = (until: string) => ({
            exceptions: [{ urn, reason: "A pilot without customers' data.", until }],
        });
        const { passed, found, events } = await preview(false, {
            "no-anonymous": excused("9999-12-31"),
            "no-public-plain-mqtt": excused("9999-12-31"),
            "one-broker-per-node": "disabled",
            persistence: "advisory",
            "session-affinity": { enforcementLevel: "advisory", ...excused("2020-01-31") },
        });
        assert.equal(passed, true, JSON.stringify(found));
        assert.deepEqual(
            found
                .filter(({ policy }) => policy === "exceptions")
                .map(({ message }) => /\n([\w-]+):/.exec(message)?.[1])
                .sort(),
            ["no-anonymous", "no-public-plain-mqtt"],
        );
        const said = (policy: string) => found.filter((each) => each.policy === policy).map(({ message }) => message);
        assert.deepEqual(said("one-broker-per-node"), []);
        assert.equal(said("persistence").length, 1);
        assert.match(said("session-affinity").join(), /its exception ended on 2020-01-31/);
        const comment = render(digest([{ stack: "first", status: "succeeded", events }]), commentBudget);
        for (const rule of ["no-anonymous", "no-public-plain-mqtt"]) {
            const listed = `${rule}: vernemq: .*; excused until 9999-12-31: A pilot without customers' data\\.`;
            assert.match(comment, new RegExp(listed));
        }
    });
});
