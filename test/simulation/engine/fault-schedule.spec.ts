import assert from "node:assert/strict";
import fc from "fast-check";
import {
    attempts,
    type Fault,
    type FaultPlan,
    FaultSchedule,
    type Operation,
    planProblem,
} from "../../../simulation/engine/fault-schedule";

const operation = fc.constantFrom<Operation>("create", "read", "update", "delete");
/** What providers retry and, unlike `eventual`, fails the call that it strikes. */
const retried = fc.constantFrom("throttle", "server-error", "timeout");

const fault = fc.record(
    {
        kind: retried,
        operations: fc.uniqueArray(operation, { minLength: 1 }),
        every: fc.integer({ min: 1, max: 5 }),
        times: fc.integer({ min: 1, max: 12 }),
    },
    { requiredKeys: ["kind"] },
) as fc.Arbitrary<Fault>;

const plan: fc.Arbitrary<FaultPlan> = fc.record({
    faults: fc.array(fault, { minLength: 1, maxLength: 4 }),
    seed: fc.integer({ min: 0, max: 1000 }),
});

/** Calls of several resources in an order that chance decides, as with the engine's parallel steps. */
function callsOf(resources: number, minLength: number) {
    return fc.array(
        fc.record({
            operation,
            resource: fc
                .integer({ min: 0, max: resources - 1 })
                .map((number) => ({ urn: `urn:pulumi:s::p::t::r${number}`, type: "t" })),
        }),
        { minLength, maxLength: 300, size: "max" },
    );
}

const calls = callsOf(7, 0);

describe("a schedule of faults", () => {
    it("never strikes one operation on one resource as often as a provider tries, whatever the order of calls", () => {
        fc.assert(
            // So few resources that each operation on each is called more often than a provider tries.
            fc.property(plan, callsOf(2, 200), (faults, order) => {
                fc.pre(planProblem(faults) === undefined);
                const schedule = new FaultSchedule(faults);
                const struck = new Map<string, number>();
                for (const { operation, resource } of order) {
                    if (schedule.strike(operation, resource) !== undefined) {
                        const key = `${operation} ${resource.urn}`;
                        struck.set(key, (struck.get(key) ?? 0) + 1);
                    }
                }
                return [...struck.values()].every((times) => times < attempts);
            }),
        );
    });

    it("strikes a resource as if it were alone: other resources' calls change nothing", () => {
        fc.assert(
            fc.property(plan, calls, (faults, order) => {
                const [together, alone] = [new FaultSchedule(faults), new FaultSchedule(faults)];
                const isFirst = ({ resource }: (typeof order)[number]) => resource.urn.endsWith("r0");
                const strike = (schedule: FaultSchedule) => (call: (typeof order)[number]) =>
                    isFirst(call)
                        ? [schedule.strike(call.operation, call.resource)?.kind]
                        : (schedule.strike(call.operation, call.resource), []);
                assert.deepEqual(order.flatMap(strike(together)), order.filter(isFirst).flatMap(strike(alone)));
            }),
        );
    });

    it("strikes about one resource in `every`, others with another seed", () => {
        const struck = (seed: number) => {
            const schedule = new FaultSchedule({ seed, faults: [{ kind: "throttle", every: 4 }] });
            return Array.from({ length: 400 }, (_, index) => index).filter(
                (index) => schedule.strike("create", { urn: `urn:${index}`, type: "t" }) !== undefined,
            );
        };
        assert.ok(struck(1).length > 70 && struck(1).length < 130, struck(1).length.toString());
        assert.notDeepEqual(struck(1), struck(2));
    });

    it("refuses for ever where retrying does not help and no limit is said", () => {
        const schedule = new FaultSchedule({ faults: [{ kind: "permanent", operations: ["delete"] }] });
        const resource = { urn: "urn", type: "t" };
        assert.ok(Array.from({ length: 50 }).every(() => schedule.strike("delete", resource)?.kind === "permanent"));
        assert.equal(schedule.strike("create", resource), undefined);
    });
});
