import assert from "node:assert/strict";
import * as fc from "fast-check";
import { confKeyProblem, confSchemaProblem, confValue, confValueProblem } from "../../../components/broker/config/conf";
import { knownConfKeys } from "../../../components/broker/config/keys";
import { brokerTiming } from "../../../components/broker/config/timing";
import { chartValues, type ChartValuesInput } from "../../../components/broker/helm/values";
import { environmentOf, startScriptLines, valuesInput } from "./support";

/** Any key that VerneMQ knows, with a name of the user's own where it has one, that the settings take. */
const key = fc
    .tuple(fc.constantFrom(...knownConfKeys), fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/))
    .map(([pattern, name]) => pattern.replaceAll("*", name))
    .filter((candidate) => confKeyProblem(candidate) === undefined);

const value = fc
    .oneof(fc.boolean(), fc.integer(), fc.string({ minLength: 1, maxLength: 20 }))
    .filter((candidate) => confValueProblem(candidate) === undefined);

const settings = fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name, maxLength: 8 });

const input: fc.Arbitrary<ChartValuesInput> = fc
    .record({
        chartVersion: fc.constantFrom("2.1.1", "2.1.2"),
        acceptLicense: fc.boolean(),
        replicas: fc.integer({ min: 1, max: 9 }),
        allowAnonymous: fc.boolean(),
        checkPasswords: fc.boolean(),
        maxConnections: fc.integer({ min: 1000, max: 10_000_000 }),
        maxMessageBytes: fc.nat(268_435_456),
        cpu: fc.double({ min: 0.1, max: 128, noNaN: true }),
        memoryGiB: fc.double({ min: 0.5, max: 1024, noNaN: true }),
        expectsProxyHeader: fc.boolean(),
        settings,
        drainSeconds: fc.integer({ min: 0, max: 300 }),
    })
    .map(({ settings: pairs, drainSeconds, ...rest }) =>
        valuesInput({
            ...rest,
            settings: Object.fromEntries(pairs),
            timing: brokerTiming(rest.replicas, drainSeconds, 180),
        }),
    );

describe("Whatever the settings, the values of the chart", () => {
    it("name each environment variable once, in order, and give each a text", () => {
        fc.assert(
            fc.property(input, (goal) => {
                const variables = chartValues(goal)["additionalEnv"] as { name: string; value: unknown }[];
                const names = variables.map((variable) => variable.name);
                assert.deepEqual(names, [...new Set(names)].sort());
                assert.ok(variables.every((variable) => typeof variable.value === "string"));
                assert.ok(names.every((name) => /^DOCKER_VERNEMQ_[A-Z0-9_]+$/.test(name)));
            }),
        );
    });

    it("reach vernemq.conf through the start script, every setting as it was written", () => {
        fc.assert(
            fc.property(input, (goal) => {
                const lines = startScriptLines(environmentOf(chartValues(goal)));
                for (const [name, setting] of Object.entries(goal.settings)) {
                    assert.ok(lines.includes(`${name}=${confValue(setting)}`), name);
                }
            }),
        );
    });

    it("keep the four netsplit flags on", () => {
        fc.assert(
            fc.property(input, (goal) => {
                const lines = startScriptLines(environmentOf(chartValues(goal)));
                for (const action of ["publish", "register", "subscribe", "unsubscribe"]) {
                    assert.ok(lines.includes(`allow_${action}_during_netsplit=on`));
                }
            }),
        );
    });

    it("let at least the connections in that were asked for, and at most ten more", () => {
        fc.assert(
            fc.property(input, (goal) => {
                const environment = environmentOf(chartValues(goal));
                const limit =
                    Number(environment["DOCKER_VERNEMQ_LISTENER__MAX_CONNECTIONS"]) *
                    Number(environment["DOCKER_VERNEMQ_LISTENER__NR_OF_ACCEPTORS"]);
                assert.ok(limit >= goal.maxConnections && limit < goal.maxConnections + 10);
            }),
        );
    });

    it("are the same text whatever the order of the settings", () => {
        fc.assert(
            fc.property(input, (goal) => {
                const reversed = Object.fromEntries(Object.entries(goal.settings).reverse());
                assert.equal(
                    JSON.stringify(chartValues({ ...goal, settings: reversed })),
                    JSON.stringify(chartValues(goal)),
                );
            }),
        );
    });

    it("stop a broker before it is killed, and wait for the release longer than for all its brokers", () => {
        fc.assert(
            fc.property(
                fc.integer({ min: 1, max: 9 }),
                fc.integer({ min: 0, max: 600 }),
                fc.integer({ min: 60, max: 3600 }),
                (replicas, drainSeconds, startupSeconds) => {
                    const timing = brokerTiming(replicas, drainSeconds, startupSeconds);
                    assert.ok(timing.terminationGraceSeconds > drainSeconds + 60);
                    const settle = timing.readinessPeriodSeconds * timing.readinessSuccesses;
                    const slowest = startupSeconds + settle + drainSeconds;
                    assert.ok(timing.releaseTimeoutSeconds > Math.max(300, replicas * slowest));
                },
            ),
        );
    });
});

describe("Whatever a user writes as a setting", () => {
    it("is taken only where the start script hands it over unchanged", () => {
        fc.assert(
            fc.property(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean()), (name, setting) => {
                fc.pre(confKeyProblem(name) === undefined && confValueProblem(setting) === undefined);
                const values = chartValues(valuesInput({ settings: { [name]: setting } }));
                assert.ok(startScriptLines(environmentOf(values)).includes(`${name}=${confValue(setting)}`));
            }),
        );
    });

    it("has a rule and a remedy where it is refused", () => {
        fc.assert(
            fc.property(
                fc.oneof(fc.string(), key),
                fc.oneof(fc.string(), fc.integer(), fc.boolean()),
                (name, setting) => {
                    for (const problem of [
                        confKeyProblem(name),
                        confValueProblem(setting),
                        confSchemaProblem(name, setting),
                    ]) {
                        assert.ok(problem === undefined || (problem.rule !== "" && problem.remedy !== ""));
                    }
                },
            ),
        );
    });
});
