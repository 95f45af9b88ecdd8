import assert from "node:assert/strict";
import * as fc from "fast-check";
import { aclFileProblems } from "../../components/broker/access/acl";
import { passwdFileProblems } from "../../components/broker/access/passwd";
import { pairFaults } from "../../components/x509/inspect";
import { ConfigurationError } from "../../components/common/problem";
import { perform } from "../../passwd/passwd";
import { digest } from "../../pipeline/comment/digest";
import { commentBudget, render } from "../../pipeline/comment/render";
import { parseSettings } from "../../stacks/settings/parse";
import { validPem } from "../certificates";
import { change, rawConfig, type StackConfig, tryPlan, valid, validOperator } from "../support";

/** The same values each time; another seed is tried with FUZZ_SEED=7. */
const seed = Number(process.env["FUZZ_SEED"] ?? 20_261_128);

const strange = fc.constantFrom(
    "-----BEGIN PRIVATE KEY-----\nAA",
    "https://a:b@c?d",
    "\u001b[2J",
    "::error::x",
    "\u202e",
    "kube-system",
    "010.0.0.0/8",
    "topic raed a/b",
    "1.35",
    "%u/%c/#",
    "mqtt.example.com",
    "20Gi",
);
const keys = fc.constantFrom("name", "__proto__", "constructor", "toString", "secure", "a.b", "::error::", "enabled");
const junk = fc.oneof(fc.anything({ maxDepth: 3, key: keys }), fc.string(), fc.integer(), fc.boolean(), strange);

/** Settings by group, as the reference has them, and some that there are not. */
const settings: Readonly<Record<string, readonly string[]>> = {
    target: [],
    cluster: ["name", "region", "version", "nodes", "tags", "apiAllowedCidrs", "brokerNodeTaint", "context", "metallb"],
    broker: ["users", "acl", "replicas", "settings", "image", "namespace", "persistence", "resources", "service"],
    edge: ["host", "exposure", "affinity", "listeners", "allowedCidrs", "keepaliveSeconds", "haproxy", "webSocket"],
    certificate: ["source", "pem", "issuer", "acme", "toString"],
    dns: ["zone", "ttlSeconds", "token"],
    observability: ["metrics", "alerts", "stack"],
    constructor: ["prototype"],
};
const bases: readonly StackConfig[] = [...Object.values(valid), validOperator];
const places = Object.entries(settings).flatMap(([group, names]) => [
    [group, undefined] as const,
    ...names.map((name) => [group, name] as const),
]);

/** Values that fit a setting, alone at least. */
const fitting: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
    acl: fc.array(fc.constantFrom("topic a/#", "topic read b", "pattern write %u/#"), { minLength: 1, maxLength: 3 }),
    affinity: fc.constantFrom("source-ip", "client-id", "none"),
    allowedCidrs: fc.constantFrom(["192.0.2.0/24"], ["0.0.0.0/0"], ["2001:db8::/32"]),
    host: fc.constantFrom("mqtt.example.com", "a.b.example.com"),
    keepaliveSeconds: fc.integer({ min: 5, max: 4000 }),
    listeners: fc.constantFrom(["mqtts"], ["mqtts", "wss"], ["mqtt"]),
    name: fc.constantFrom("iot", "mqtt-1"),
    namespace: fc.constantFrom("iot", "messaging-2"),
    replicas: fc.integer({ min: 1, max: 9 }),
    tags: fc.dictionary(fc.constantFrom("owner", "constructor", "team"), fc.constantFrom("iot", "1")),
    users: fc.constantFrom([{ name: "device" }], [{ name: "a" }, { name: "b" }]),
};

function fittingOf(name: string | undefined): fc.Arbitrary<unknown> {
    return (name !== undefined && Object.hasOwn(fitting, name) ? fitting[name] : undefined) ?? junk;
}

const changed = fc
    .constantFrom(...places)
    .chain(([group, name]) => fc.tuple(fc.constant(group), fc.constant(name), fc.oneof(junk, fittingOf(name))));

/** A configuration with one setting or two changed, to junk or to what fits. */
const configuration = fc
    .tuple(fc.constantFrom(...bases), fc.array(changed, { minLength: 1, maxLength: 2 }))
    .map(([base, changes]) =>
        changes.reduce<StackConfig>(
            (config, [group, name, value]) =>
                name === undefined
                    ? { ...config, [`vernemq:${group}`]: value }
                    : change(config, `vernemq:${group}`, { [name]: value }),
            base,
        ),
    );

/** What steers a terminal, turns text around, or is a command of a pipeline. */
const steering = /[\u0000-\u0009\u000b-\u001f\u202e]|^\s*::/m;

describe("a seeded fuzz", () => {
    it("of 5,000 configurations ends in settings or in problems, and plans those that are valid", async () => {
        const accepted: StackConfig[] = [];
        let refused = 0;
        const property = fc.property(configuration, (config) => {
            try {
                parseSettings(rawConfig(config));
                accepted.push(config);
            } catch (error) {
                assert.ok(error instanceof ConfigurationError, String((error as Error).stack));
                assert.ok(error.problems.length > 0);
                assert.doesNotMatch(error.message, steering);
                refused++;
            }
        });
        fc.assert(property, { seed, numRuns: 5000 });
        // A whole plan takes a thousand times as long as reading the settings.
        const planned = accepted.filter((_, index) => index % Math.ceil(accepted.length / 12) === 0);
        for (const config of planned) {
            await tryPlan(config).catch((error: unknown) => {
                assert.ok(error instanceof Error && "__pulumiRunError" in error, String((error as Error).stack));
            });
        }
        console.log(
            `    seed ${seed}: ${refused + accepted.length} configurations, ${refused} refused, ${accepted.length} accepted, ${planned.length} of them planned, 0 crashes`,
        );
        assert.ok(refused > 500 && accepted.length > 100 && planned.length >= 10);
    });

    it("of PEM texts ends in faults that quote none of their contents", () => {
        const texts = [
            ...Object.values(validPem).filter((text) => typeof text === "string"),
            "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
        ];
        let [runs, faulty] = [0, 0];
        const damaged = fc
            .tuple(
                fc.constantFrom(...texts),
                fc.nat(2000),
                fc.nat(400),
                fc.oneof(fc.string(), strange, fc.constant("")),
            )
            .map(([text, at, length, insert]) => {
                const start = at % (text.length + 1);
                return text.slice(0, start) + insert + text.slice(start + length);
            });
        const property = fc.property(damaged, damaged, (certificate, privateKey) => {
            const purpose = { usage: "server", hosts: ["mqtt.example.com"], now: new Date("2026-06-01") } as const;
            const faults = pairFaults({ certificate, privateKey }, purpose);
            const bodies = (certificate + privateKey).match(/[A-Za-z0-9+/]{40,}/g) ?? [];
            const said = JSON.stringify(faults);
            assert.ok(
                bodies.every((body) => !said.includes(body.slice(0, 40))),
                said,
            );
            runs++;
            faulty += faults.length > 0 ? 1 : 0;
        });
        fc.assert(property, { seed, numRuns: 500 });
        console.log(`    seed ${seed}: ${runs} pairs of PEM texts, ${faulty} with faults, 0 crashes`);
        assert.ok(faulty > runs / 2);
    });

    it("of ACL and passwd files ends in problems by line that quote no password", () => {
        const word = fc.oneof(
            fc.constantFrom("topic", "pattern", "user", "read", "write", "raed", "a/b", "%u/#", "device", ":", "#"),
            fc.string({ maxLength: 12 }),
            strange,
        );
        const line = fc.array(word, { maxLength: 4 }).map((words) => words.join(" "));
        const entry = fc
            .tuple(
                fc.constantFrom("device", "a b", "", "ünï"),
                fc.constantFrom("$6$c2FsdA==$aGFzaA==", "hunter2-mark", ""),
            )
            .map(([name, hash]) => `${name}:${hash}`);
        const file = (lines: fc.Arbitrary<string>) =>
            fc.array(fc.oneof(lines, line), { maxLength: 20 }).map((all) => all.join("\n"));
        let [runs, wrong] = [0, 0];
        const property = fc.property(file(line), file(entry), (acl, passwd) => {
            const found = [...aclFileProblems(acl), ...passwdFileProblems(passwd)];
            for (const { line: number, problem } of found) {
                assert.ok(number >= 1 && number <= 20);
                assert.doesNotMatch(problem, /hunter2-mark/);
            }
            for (const [task, text] of [
                ["check-acl", acl],
                ["check", passwd],
                ["make", passwd],
            ] as const) {
                const { out, err, exitCode } = perform(task, text);
                assert.equal(exitCode === 2, err !== "", task);
                assert.doesNotMatch(out + err, /hunter2-mark/);
            }
            runs++;
            wrong += found.length > 0 ? 1 : 0;
        });
        fc.assert(property, { seed, numRuns: 500 });
        console.log(`    seed ${seed}: ${runs} pairs of ACL and passwd files, ${wrong} with problems, 0 crashes`);
        assert.ok(wrong > runs / 2);
    });

    it("of the engine's events ends in a comment, without what steers a terminal or a pipeline", () => {
        const urn = fc.constantFrom(
            "urn:pulumi:s::vernemq::kubernetes:core/v1:Secret::users",
            "urn:pulumi:s::vernemq::pulumi:pulumi:Stack::vernemq-s",
            "urn:pulumi:s::vernemq::a$b:c/d:E::x::y",
            "no urn",
            "",
        );
        const state = fc.option(
            fc.record({
                type: fc.constantFrom("kubernetes:core/v1:Secret", "pulumi:pulumi:Stack", ""),
                urn,
                inputs: fc.dictionary(fc.string(), junk, { maxKeys: 3 }),
                outputs: fc.dictionary(fc.string(), junk, { maxKeys: 3 }),
            }),
        );
        const metadata = fc.record({
            op: fc.constantFrom(
                "create",
                "update",
                "replace",
                "delete",
                "same",
                "read",
                "import",
                "refresh",
                "surprise",
            ),
            urn,
            type: fc.constantFrom("kubernetes:core/v1:Secret", "pulumi:pulumi:Stack", "x"),
            old: state,
            new: state,
            detailedDiff: fc.option(
                fc.dictionary(fc.string(), fc.record({ diffKind: fc.string(), inputDiff: fc.boolean() }), {
                    maxKeys: 3,
                }),
            ),
            diffs: fc.option(fc.array(fc.string(), { maxLength: 3 })),
        });
        const event = fc.oneof(
            fc.record({ sequence: fc.nat(), resourcePreEvent: fc.record({ metadata }) }),
            fc.record({ sequence: fc.nat(), resOutputsEvent: fc.record({ metadata }) }),
            fc.record({
                sequence: fc.nat(),
                diagnosticEvent: fc.record({
                    message: fc.oneof(fc.string(), strange),
                    severity: fc.constantFrom("error", "warning", "info", "info#err", "debug"),
                    urn,
                }),
            }),
            fc.record({
                sequence: fc.nat(),
                policyEvent: fc.record({
                    message: fc.oneof(fc.string(), strange),
                    policyName: fc.string(),
                    policyPackName: fc.string(),
                    enforcementLevel: fc.constantFrom("mandatory", "advisory"),
                    resourceUrn: urn,
                }),
            }),
            fc.record({ sequence: fc.nat(), unheardOfEvent: junk }),
        );
        let [runs, events] = [0, 0];
        const property = fc.property(fc.array(event, { maxLength: 12 }), (all) => {
            const run = { stack: "s", status: "succeeded", events: JSON.parse(JSON.stringify(all)) as never } as const;
            const comment = render(digest([run]), commentBudget);
            assert.ok(comment.length > 0 && comment.length <= commentBudget.limit);
            assert.doesNotMatch(comment, /[\u0000-\u0008\u000b-\u001f\u202e]/);
            assert.doesNotMatch(comment, /a:b@c/);
            runs++;
            events += all.length;
        });
        fc.assert(property, { seed, numRuns: 300 });
        console.log(`    seed ${seed}: ${events} of the engine's events in ${runs} runs, 0 crashes`);
    });
});
