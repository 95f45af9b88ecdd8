import assert from "node:assert/strict";
import type { Change } from "../../../plan/changes/model";
import { planOrphans, planPending } from "../../../pipeline/repair/plan";
import { settle } from "../../../pipeline/repair/state";
import { describeUnclear, describeUnfinished } from "../../../pipeline/repair/text";
import type { PulumiState, StateResource } from "../../../pipeline/run";

const urn = (type: string, name: string) => `urn:pulumi:eks::vernemq::${type}::${name}`;
const provider: StateResource = {
    urn: urn("pulumi:providers:gcp", "default"),
    type: "pulumi:providers:gcp",
    custom: true,
    id: "p1",
    inputs: { project: "acme" },
};
const reference = `${provider.urn}::p1`;

function resource(type: string, name: string, inputs: object = {}, id?: string): StateResource {
    const base = { urn: urn(type, name), type, custom: true, provider: reference, inputs: { ...inputs } };
    return id === undefined ? base : { ...base, id };
}

const network = resource("gcp:compute/network:Network", "net", { name: "net-1a2b3c4" });
const vpc = resource("aws:ec2/vpc:Vpc", "vpc", { cidrBlock: "10.0.0.0/16", tags: { Name: "vernemq-vpc" } });

function stateOf(
    resources: readonly StateResource[],
    pending: readonly (readonly [string, StateResource])[],
): PulumiState {
    return {
        version: 3,
        deployment: {
            resources: [provider, ...resources],
            pending_operations: pending.map(([type, begun]) => ({ type, resource: begun })),
        },
    };
}

describe("A repair's plan", () => {
    it("takes in what has an id that follows from its inputs and its provider's settings", () => {
        const [step] = planPending(stateOf([], [["creating", network]]), {});
        assert.equal(step?.kind, "take-in");
        assert.equal(step.id, "projects/acme/global/networks/net-1a2b3c4");
    });

    it("leaves to the user what only the cloud can name, and says what to look for and what to answer", () => {
        const steps = planPending(stateOf([], [["creating", vpc]]), {});
        assert.deepEqual(
            steps.map(({ kind }) => kind),
            ["unclear"],
        );
        const text = describeUnclear(steps);
        for (const words of ["Name=vernemq-vpc", "10.0.0.0/16", `--found '${vpc.urn}=ID'`, `--absent '${vpc.urn}'`]) {
            assert.ok(text.includes(words), words);
        }
    });

    it("believes the user's answers", () => {
        const state = stateOf([], [["creating", vpc]]);
        assert.equal(planPending(state, { found: new Map([[vpc.urn, "vpc-1"]]) })[0]?.id, "vpc-1");
        assert.equal(planPending(state, { absent: new Set([vpc.urn]) })[0]?.kind, "drop");
    });

    it("asks a cloud that can be asked, and forgets what it does not hold", () => {
        const state = stateOf([], [["creating", vpc]]);
        assert.equal(planPending(state, {}, [{ urn: vpc.urn, id: "vpc-7" }])[0]?.id, "vpc-7");
        assert.equal(planPending(state, {}, [])[0]?.kind, "drop");
    });

    it("lets a refresh settle updates and deletions, and keys that no cloud holds be recreated", () => {
        const key = resource("tls:index/privateKey:PrivateKey", "key");
        const state = stateOf(
            [],
            [
                ["updating", { ...vpc, id: "vpc-1" }],
                ["deleting", { ...network, id: "n" }],
                ["creating", key],
            ],
        );
        assert.deepEqual(
            planPending(state, {}).map(({ kind }) => kind),
            ["ask-cloud", "ask-cloud", "drop"],
        );
    });

    it("finds what is in the cloud without being in the state, and a second one of what is", () => {
        const live = { ...vpc, id: "vpc-1" };
        const creation: Change = {
            urn: network.urn,
            type: network.type,
            name: "net",
            action: "create",
            parent: null,
            properties: [],
            because: [],
            deletedFirst: false,
            protected: false,
            retained: false,
            after: {
                inputs: {},
                outputs: {},
                custom: true,
                protect: false,
                retainOnDelete: false,
                provider: reference,
            },
        };
        const held = [
            { urn: vpc.urn, id: "vpc-1" },
            { urn: vpc.urn, id: "vpc-2" },
            { urn: network.urn, id: "net" },
        ];
        const shown = (deleteOrphans: readonly string[]) =>
            planOrphans(stateOf([live], []), [creation], { deleteOrphans: new Set(deleteOrphans) }, held).map(
                ({ kind, id }) => ({ kind, id }),
            );
        assert.deepEqual(shown([]), [
            { kind: "take-in", id: "net" },
            { kind: "unclear", id: undefined },
        ]);
        assert.deepEqual(shown([vpc.urn]), [
            { kind: "take-in", id: "net" },
            { kind: "delete-second", id: "vpc-2" },
        ]);
    });
});

describe("The state after a repair", () => {
    it("has no pending operation, what was found as its last resource, and each once", () => {
        const state = stateOf([{ ...vpc, id: "vpc-1" }], [["creating", network]]);
        const once = settle(state, [{ resource: network, id: "n" }]);
        const twice = settle(once, [{ resource: network, id: "n" }]);
        for (const { deployment } of [once, twice]) {
            assert.deepEqual(
                deployment?.resources?.map(({ id }) => id),
                ["p1", "vpc-1", "n"],
            );
            assert.deepEqual(deployment.pending_operations, []);
        }
    });

    it("leaves what a found resource replaces to be deleted", () => {
        const state = stateOf([{ ...vpc, id: "vpc-1" }], [["creating", vpc]]);
        assert.deepEqual(
            settle(state, [{ resource: vpc, id: "vpc-2" }]).deployment?.resources?.map(({ id, delete: going }) => [
                id,
                going,
            ]),
            [
                ["p1", undefined],
                ["vpc-1", true],
                ["vpc-2", undefined],
            ],
        );
    });
});

describe("An update over operations that were cut off", () => {
    it("names each, and the one command that settles them", () => {
        const text = describeUnfinished("eks", [{ urn: vpc.urn, operation: "creating" }]);
        assert.ok(text.includes(`creating ${vpc.urn}`));
        assert.match(text, /npm run pipeline -- repair --stack eks$/m);
        assert.match(describeUnfinished("eks", [], true), /--break-lock/);
    });
});
