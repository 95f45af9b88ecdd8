import assert from "node:assert/strict";
import { isOfficialImage } from "../../../components/broker/versions";

describe("The official image", () => {
    it("is known by every name that Docker Hub has", () => {
        for (const repository of [
            "vernemq/vernemq",
            "docker.io/vernemq/vernemq",
            "index.docker.io/vernemq/vernemq",
            "registry-1.docker.io/vernemq/vernemq",
        ]) {
            assert.equal(isOfficialImage(repository), true, repository);
        }
    });

    it("is not any other image", () => {
        for (const repository of [
            "example.com/vernemq/vernemq",
            "vernemq/vernemq-mine",
            "vernemq",
            "evil-docker.io/vernemq/vernemq",
        ]) {
            assert.equal(isOfficialImage(repository), false, repository);
        }
    });
});
