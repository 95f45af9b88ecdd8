import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CloudResource, Inventory, NameTakenError, readInventory } from "../../../simulation/engine/inventory";
import { asSecret } from "../../../simulation/engine/wire";

const vpc: CloudResource = {
    id: "vpc-1",
    urn: "urn:pulumi:s::p::aws:ec2/vpc:Vpc::vpc",
    place: "aws",
    type: "aws:ec2/vpc:Vpc",
    name: "vpc",
    seed: "one",
    token: "first",
    inputs: { cidrBlock: "10.0.0.0/16" },
    outputs: { cidrBlock: "10.0.0.0/16", arn: "arn:aws:ec2::vpc/vpc-1" },
};

describe("the inventory of the simulated clouds", () => {
    let folder: string;
    let inventory: Inventory;

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "vernemq-inventory-"));
        inventory = new Inventory(folder);
    });

    afterEach(() => {
        rmSync(folder, { recursive: true });
    });

    it("is the same for another process that opens the folder", () => {
        inventory.add(vpc);
        assert.deepEqual(readInventory(folder), [vpc]);
    });

    it("sees what another process adds, changes and removes, however long the folder had been at rest", () => {
        const other = new Inventory(folder);
        const seenAfter = (step: () => void) => {
            utimesSync(folder, new Date(0), new Date(0));
            assert.equal(inventory.all(), inventory.all());
            step();
            return inventory.all();
        };
        const changed = { ...vpc, inputs: { cidrBlock: "10.1.0.0/16" } };
        assert.deepEqual(
            seenAfter(() => {
                other.add(vpc);
            }),
            [vpc],
        );
        assert.deepEqual(
            seenAfter(() => {
                other.change(vpc, changed);
            }),
            [changed],
        );
        assert.deepEqual(
            seenAfter(() => {
                other.remove(changed);
            }),
            [],
        );
    });

    it("refuses a second resource of a name, whichever caller asks, and says which is there", () => {
        inventory.add({ ...vpc, uniqueName: "network one" });
        assert.throws(
            () => {
                new Inventory(folder).add({ ...vpc, id: "vpc-2", uniqueName: "network one" });
            },
            (error) => error instanceof NameTakenError && error.message.includes("vpc-1"),
        );
        assert.equal(inventory.all().length, 1);
    });

    it("takes two resources that only ids tell apart", () => {
        inventory.add(vpc);
        inventory.add({ ...vpc, id: "vpc-2" });
        assert.equal(inventory.all().length, 2);
    });

    it("lets a name go with the resource that had it, and with a change of name", () => {
        const named = { ...vpc, uniqueName: "network one" };
        inventory.add(named);
        const renamed = { ...named, uniqueName: "network two" };
        inventory.change(named, renamed);
        inventory.add({ ...vpc, id: "vpc-2", uniqueName: "network one" });
        inventory.remove(renamed);
        assert.deepEqual(
            inventory.all().map(({ id }) => id),
            ["vpc-2"],
        );
    });

    it("does not count what a killed writer left unfinished", () => {
        writeFileSync(join(folder, ".half-written"), '{ "id": ');
        inventory.add(vpc);
        assert.equal(inventory.all().length, 1);
        assert.deepEqual(
            readdirSync(folder).filter((file) => file.startsWith(".")),
            [".half-written"],
        );
    });

    it("counts the resources of a URN on, so that a new one is never taken for an old one", () => {
        assert.equal(inventory.hasMade(vpc.urn), false);
        assert.deepEqual([inventory.nextSerial(vpc.urn), new Inventory(folder).nextSerial(vpc.urn)], [1, 2]);
        assert.equal(inventory.hasMade(vpc.urn), true);
    });

    it("changes by hand are seen at once, deletions too", () => {
        const [made, operator] = [{ ...vpc, inputs: { ...vpc.inputs, key: asSecret("open") } }, new Inventory(folder)];
        inventory.add(made);
        operator.set(made, { enableDnsSupport: false });
        assert.deepEqual(inventory.find(vpc.place, vpc.type, "vpc-1")?.outputs, {
            ...vpc.outputs,
            enableDnsSupport: false,
        });
        assert.equal(readInventory(folder)[0]?.inputs["key"], "open");
        operator.remove(made);
        assert.deepEqual(inventory.all(), []);
    });
});
