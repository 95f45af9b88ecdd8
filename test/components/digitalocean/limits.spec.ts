import assert from "node:assert/strict";
import { digitaloceanNodeLimits } from "../../../components/digitalocean/limits";

describe("DigitalOcean node limits", () => {
    it("leave what nodes were seen with", () => {
        const seen = { "s-1vcpu-2gb": [900, 1574], "s-2vcpu-4gb": [1900, 3110], "s-4vcpu-8gb-amd": [3900, 6694] };
        for (const [slug, [millicores, memoryMiB]] of Object.entries(seen)) {
            const size = digitaloceanNodeLimits.sizeOf(slug);
            assert.ok(size !== undefined, slug);
            const left = digitaloceanNodeLimits.allocatable(size);
            assert.deepEqual([left.millicores, left.memoryMiB], [millicores, memoryMiB], slug);
        }
    });

    it("leave what DigitalOcean's table has and its own pods take, up to 192 GiB", () => {
        // https://docs.digitalocean.com/products/kubernetes/details/limits/#allocatable-memory: 13, 28, 58, 119.5 and 182 GiB for pods;
        // a node of g-16vcpu-64gb (DOKS 1.18) said 59942Mi, which is 58 GiB and 550 MiB.
        const expected = {
            "g-4vcpu-16gb": 13_862,
            "g-8vcpu-32gb": 29_222,
            "g-16vcpu-64gb": 59_942,
            "g-32vcpu-128gb": 122_918,
            "m-24vcpu-192gb": 186_918,
        };
        for (const [slug, memoryMiB] of Object.entries(expected)) {
            const size = digitaloceanNodeLimits.sizeOf(slug);
            assert.ok(size !== undefined, slug);
            const left = digitaloceanNodeLimits.allocatable(size);
            assert.deepEqual([left.memoryMiB, left.isEstimate], [memoryMiB, undefined], slug);
        }
    });

    it("say that they estimate what the table has not, between its rows and beyond", () => {
        const left = ["g-20vcpu-80gb", "m-32vcpu-256gb", "s-1vcpu-1gb"].map((slug) => {
            const size = digitaloceanNodeLimits.sizeOf(slug);
            return size === undefined ? undefined : digitaloceanNodeLimits.allocatable(size);
        });
        // Half of the way from 58 to 88.5 GiB; two more steps from 182 of 31 each; a step back from 1 of 0.66.
        assert.deepEqual(
            left.map((each) => [each?.memoryMiB, each?.isEstimate]),
            [
                [75_008 + 550, true],
                [249_856 + 550, true],
                [348 + 550, true],
            ],
        );
    });

    it("read the sizes of slugs with and without memory", () => {
        const sizes = ["g-8vcpu-32gb", "c-4", "so1_5-2vcpu-16gb", "c-8-intel"].map((slug) => {
            const size = digitaloceanNodeLimits.sizeOf(slug);
            return [size?.vcpus, size?.memoryMiB];
        });
        assert.deepEqual(sizes, [
            [8, 32_768],
            [4, 8192],
            [2, 16_384],
            [8, 16_384],
        ]);
    });
});
