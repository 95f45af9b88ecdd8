import assert from "node:assert/strict";
import { loadSimulatedProvider } from "../../simulation";
import { roleOf } from "../../plan/roles";
import { readKept } from "../stacks/kept";

/** The types of what the example stacks and their variants deploy, by the plans that are kept of them. */
const deployed = [...readKept().values()]
    .flatMap(({ resources }) => resources.map(({ type }) => type))
    .filter((type) => type.includes(":"));

describe("The tables of roles", () => {
    it("know every type that the example stacks and their variants deploy", () => {
        assert.ok(new Set(deployed).size > 100);
        assert.deepEqual([...new Set(deployed)].filter((type) => roleOf(type).role === "unknown").sort(), []);
    });

    it("know every type that a simulated cloud has, without which a plan fails", async () => {
        const names = ["aws", "azure-native", "digitalocean", "gcp", "kubernetes", "random", "tls"];
        const providers = await Promise.all(names.map(loadSimulatedProvider));
        const types = providers.flatMap((provider) => Object.keys(provider?.models ?? {}));
        assert.ok(types.length > 80);
        assert.deepEqual(types.filter((type) => roleOf(type).role === "unknown").sort(), []);
    });

    it("know a type of Azure whatever API version it names, and take no other for it", () => {
        assert.equal(roleOf("azure-native:network/v20240501:PublicIPAddress").role, "address");
        assert.equal(roleOf("azure-native:network/v20240501preview:PublicIPAddress").role, "address");
        assert.equal(roleOf("azure-native:network:PublicIPAddresses").role, "unknown");
        assert.equal(roleOf("toString").role, "unknown");
    });
});
