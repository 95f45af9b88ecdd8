import assert from "node:assert/strict";
import { type Options, parseOptions } from "../../pipeline/options";
import type { Verb } from "../../pipeline/run";

function parse(line: string, terminal: boolean) {
    const [verb, ...words] = line.split(" ");
    return parseOptions(verb as Verb, words, terminal);
}

function options(line: string): Options {
    const parsed = parse(line, false);
    assert.equal(parsed.kind, "run", JSON.stringify(parsed));
    return parsed.options;
}

function mistake(line: string, terminal = false): string {
    const parsed = parse(line, terminal);
    assert.equal(parsed.kind, "mistake", JSON.stringify(parsed));
    return parsed.message;
}

describe("npm run pipeline", () => {
    it("takes several stacks, each once", () => {
        const { stack, all, wait, json } = options("preview --stack eks --stack gke --stack eks");
        assert.deepEqual(
            { stack, all, wait, json },
            { stack: ["eks", "gke"], all: undefined, wait: 0, json: undefined },
        );
    });

    it("takes durations, limits, and allowances", () => {
        const words = "up --all --parallel 3 --wait 10m --allow-replace urn:a --allow-replace urn:b --allow-scale-down";
        const { parallel, wait, allowReplace, allowScaleDown } = options(words);
        assert.deepEqual(
            { parallel, wait, allowReplace, allowScaleDown },
            { parallel: 3, wait: 600, allowReplace: ["urn:a", "urn:b"], allowScaleDown: true },
        );
    });

    it("simulates in a separate folder, or in a named one", () => {
        assert.equal(options("up --all --simulate").simulate, "build/simulated");
        assert.equal(options("up --all --simulate elsewhere").simulate, "elsewhere");
        assert.equal(options("up --all").simulate, undefined);
    });

    it("takes faults, their seed and delays for simulated clouds", () => {
        const words =
            "up --all --simulate --simulate-fault throttle,every=3,times=4,on=create+delete,type=aws:eks/ " +
            "--simulate-fault eventual,calls=3 --simulate-seed 7 --simulate-delay 0.01";
        const { simulateFault, simulateSeed, simulateDelay } = options(words);
        assert.deepEqual(simulateFault, [
            { kind: "throttle", every: 3, times: 4, operations: ["create", "delete"], type: "aws:eks/" },
            { kind: "eventual", calls: 3 },
        ]);
        assert.deepEqual([simulateSeed, simulateDelay], [7, 0.01]);
        assert.deepEqual(options("up --all --simulate").simulateFault, []);
    });

    it("takes what the user found out for a repair; an id may hold equals signs", () => {
        const { found, absent, deleteOrphan, breakLock } = options(
            "repair --stack eks --yes --found urn:pulumi:a=id=1 --absent urn:pulumi:b --delete-orphan urn:pulumi:c --break-lock",
        );
        assert.deepEqual(
            { found, absent, deleteOrphan, breakLock },
            {
                found: [["urn:pulumi:a", "id=1"]],
                absent: ["urn:pulumi:b"],
                deleteOrphan: ["urn:pulumi:c"],
                breakLock: true,
            },
        );
    });

    const mistakes: readonly (readonly [string, RegExp])[] = [
        ["repair --stack eks", /repair asks on a terminal; elsewhere it needs --yes/],
        ["repair --stack eks --yes --found vpc-1", /whole URN/],
        ["up --stack eks --break-lock", /--break-lock has no effect on up/],
        ["preview", /name a stack/],
        ["preview --all --stack eks", /exclude each other/],
        ["preview --all --yes", /--yes has no effect on preview/],
        ["up --all --detailed-exitcode", /--detailed-exitcode has no effect on up/],
        ["outputs --all --wait 1m", /--wait has no effect on outputs/],
        ["up --all --wait soon", /duration/],
        ["up --all --parallel 0", /whole number/],
        ["outputs --all --show-secrets --json", /never carries secrets/],
        ["destroy --all", /needs --yes/],
        ["destroy --all --json", /needs --yes/],
        ["up --all --force", /unknown option/],
        ["up --all --simulate-fault throttle", /--simulate-fault is for simulated clouds; expected: --simulate/],
        ["up --all --simulate-delay 0.1", /--simulate-delay is for simulated clouds/],
        ["up --all --simulate --simulate-seed 3", /no effect without --simulate-fault/],
        ["up --all --simulate --simulate-delay 2", /number from 0 to 1/],
        ["up --all --simulate --simulate-fault slow", /no fault slow; expected: throttle, server-error, /],
        ["up --all --simulate --simulate-fault throttle,every=0", /every=0; expected: a whole number from 1/],
        ["up --all --simulate --simulate-fault throttle,calls=2", /calls has no effect on throttle/],
        ["up --all --simulate --simulate-fault throttle,on=make", /on=make; expected: create, read, update, delete/],
        ["up --all --simulate --simulate-fault throttle,x=1", /unknown setting "x=1"; expected: kind/],
        ["up --all --simulate --simulate-fault throttle,times=12", /gives up after 12 attempts/],
        ["destroy --all --yes --lift-protection", /--lift-protection is for simulated clouds/],
        ["up --all --simulate --lift-protection", /--lift-protection has no effect on up; it is for destroy/],
    ];
    for (const [line, message] of mistakes) {
        it(`refuses: ${line}`, () => {
            assert.match(mistake(line), message);
        });
    }

    it("asks before it destroys where someone can answer", () => {
        assert.equal(parse("destroy --all", true).kind, "run");
        assert.match(mistake("destroy --all --json", true), /needs --yes/);
    });

    it("shows in a verb's help its own options and exit codes, and no other verb's", () => {
        const helpOf = (verb: string) => {
            const parsed = parse(`${verb} --help`, false);
            assert.ok(parsed.kind === "help");
            return parsed.text;
        };
        assert.match(helpOf("up"), /--allow-replace <urn>/);
        assert.match(helpOf("up"), /Exit codes:\n {2}0 .*\n {2}1 .*\n {2}2 .*\n {2}4 /);
        assert.doesNotMatch(helpOf("up"), /--found|--break-lock|--detailed-exitcode|--show-secrets|default: \[\]/);
        assert.match(helpOf("repair"), /--found <urn=id>/);
        assert.doesNotMatch(helpOf("repair"), /--allow-replace|--policy-pack|--message/);
    });
});
