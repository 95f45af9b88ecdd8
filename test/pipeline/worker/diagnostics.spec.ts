import assert from "node:assert/strict";
import type { EngineEvent } from "../../../pipeline/run";
import { Diagnostics, secretsIn } from "../../../pipeline/worker/diagnostics";

const state = (secret: string) => ({
    deployment: {
        resources: [
            {
                outputs: {
                    result: {
                        "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
                        plaintext: JSON.stringify({ inside: [secret] }),
                    },
                },
            },
        ],
    },
});

const diagnostic = (severity: string, message: string): EngineEvent => ({
    sequence: 1,
    timestamp: 1,
    diagnosticEvent: { severity: severity as "error", message, color: "never" },
});

describe("The engine's diagnostics", () => {
    it("find the secrets of an exported state", () => {
        assert.deepEqual(secretsIn(state("hunter-22")), ["hunter-22"]);
    });

    it("are passed on without secrets that the state got while the update ran", async () => {
        const passed: EngineEvent[] = [];
        let exported: unknown = {};
        const diagnostics = new Diagnostics(
            (event) => passed.push(event),
            () => Promise.resolve(exported),
        );
        exported = state("hunter-22");
        diagnostics.take(diagnostic("error", 'invalid value "hunter-22"'));
        diagnostics.take(diagnostic("error", 'again "hunter-22"'));
        await diagnostics.settle();
        assert.deepEqual(
            passed.map(({ diagnosticEvent }) => diagnosticEvent?.message),
            ['invalid value "[secret]"', 'again "[secret]"'],
        );
        assert.equal(await diagnostics.mask("hunter-22!"), "[secret]!");
    });

    it("are passed on, without what looks secret, although the state cannot be read", async () => {
        const passed: EngineEvent[] = [];
        const diagnostics = new Diagnostics(
            (event) => passed.push(event),
            () => Promise.reject(new Error("out of reach")),
        );
        diagnostics.take(diagnostic("error", "password=hunter-22"));
        diagnostics.take(diagnostic("info", "token=hunter-22"));
        await diagnostics.settle();
        assert.deepEqual(passed.map(({ diagnosticEvent }) => diagnosticEvent?.message).sort(), [
            "password=[secret]",
            "token=[secret]",
        ]);
    });

    it("for debugging are not passed on: the SDK prints secret outputs in them", () => {
        const passed: EngineEvent[] = [];
        const diagnostics = new Diagnostics(
            (event) => passed.push(event),
            () => Promise.resolve({}),
        );
        diagnostics.take(diagnostic("debug", "RegisterResource RPC finished: result hunter-22"));
        assert.deepEqual(passed, []);
    });
});
