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
