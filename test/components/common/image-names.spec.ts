import assert from "node:assert/strict";
import { isMirror, mirrored } from "../../../components/common/image-names";

describe("an image's name with a mirror", () => {
    // As https://pkg.go.dev/github.com/distribution/reference#ParseNormalizedNamed reads names.
    const cases: readonly [string, string][] = [
        ["vernemq/vernemq:2.1.2-alpine", "mirror.example.com/vernemq/vernemq:2.1.2-alpine"],
        ["busybox", "mirror.example.com/library/busybox"],
        ["busybox:1.37", "mirror.example.com/library/busybox:1.37"],
        ["docker.io/busybox:1.37", "mirror.example.com/library/busybox:1.37"],
        ["docker.io/haproxytech/haproxy-alpine:3.3.10", "mirror.example.com/haproxytech/haproxy-alpine:3.3.10"],
        ["quay.io/metallb/speaker", "mirror.example.com/metallb/speaker"],
        ["localhost/vernemq:2", "mirror.example.com/vernemq:2"],
        ["registry:5000/vernemq@sha256:00", "mirror.example.com/vernemq@sha256:00"],
        ["mirror.example.com/vernemq/vernemq", "mirror.example.com/vernemq/vernemq"],
    ];
    for (const [image, expected] of cases) {
        it(`is ${expected} for ${image}`, () => {
            assert.equal(mirrored(image, "mirror.example.com"), expected);
        });
    }

    // As Harbor's proxy projects and ECR's pull-through caches are addressed, one for each upstream.
    const perRegistry = { "docker.io": "harbor.example.com/dockerhub", "quay.io": "other.example.com/quay" };
    for (const [image, expected] of [
        ["busybox:1.37", "harbor.example.com/dockerhub/library/busybox:1.37"],
        ["vernemq/vernemq", "harbor.example.com/dockerhub/vernemq/vernemq"],
        ["index.docker.io/vernemq/vernemq", "harbor.example.com/dockerhub/vernemq/vernemq"],
        ["quay.io/metallb/speaker", "other.example.com/quay/metallb/speaker"],
        ["ghcr.io/jkroepke/kube-webhook-certgen", "ghcr.io/jkroepke/kube-webhook-certgen"],
        ["harbor.example.com/team/vernemq:2", "harbor.example.com/team/vernemq:2"],
    ] as const) {
        it(`of each registry is ${expected} for ${image}`, () => {
            assert.equal(mirrored(image, perRegistry), expected);
        });
    }

    it("stays where it is in the mirror's registry, in whatever folder", () => {
        const image = "registry.example.com/team/vernemq";
        assert.equal(mirrored(image, "registry.example.com/mirror"), image);
    });

    it("stays where there is none", () => {
        assert.equal(mirrored("vernemq/vernemq", undefined), "vernemq/vernemq");
    });

    it("needs a mirror that is a registry, and not a folder of Docker Hub", () => {
        for (const mirror of ["registry.example.com", "registry.example.com:5000/a/b-c", "localhost:5000"]) {
            assert.ok(isMirror(mirror), mirror);
        }
        for (const mirror of [
            "mirror",
            "https://registry.example.com",
            "registry.example.com/",
            "a.example.com/B",
            "",
        ]) {
            assert.ok(!isMirror(mirror), mirror);
        }
    });
});
