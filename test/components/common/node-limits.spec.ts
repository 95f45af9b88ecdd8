import assert from "node:assert/strict";
import { awsNodeLimits } from "../../../components/aws/limits";
import { azureNodeLimits } from "../../../components/azure/limits";
import { digitaloceanNodeLimits } from "../../../components/digitalocean/limits";
import { googleNodeLimits } from "../../../components/google/limits";

const clouds = [awsNodeLimits, azureNodeLimits, digitaloceanNodeLimits, googleNodeLimits];

/** Names that the clouds' documentation uses, by the cloud's title. */
const names: Readonly<Record<string, readonly string[]>> = {
    AWS: ["m7i.large", "t4g.nano", "u7in-16tb.224xlarge", "c8gd.metal-24xl", "m7i-flex.2xlarge"],
    Azure: ["Standard_D4s_v5", "Standard_NC24ads_A100_v4", "Basic_A1"],
    DigitalOcean: ["s-4vcpu-8gb", "g-8vcpu-32gb-intel", "c-4", "so1_5-2vcpu-16gb", "s-1vcpu-512mb-10gb"],
    "Google Cloud": ["e2-standard-4", "n2d-highcpu-224", "e2-medium", "c3-standard-4-lssd", "n2-custom-4-8192"],
};

describe("Names of machines", () => {
    it("are of one cloud each", () => {
        for (const [title, sizes] of Object.entries(names)) {
            for (const size of sizes) {
                const owners = clouds.filter((cloud) => cloud.isSizeName(size)).map((cloud) => cloud.title);
                assert.deepEqual([size, owners], [size, [title]]);
            }
        }
    });
});
