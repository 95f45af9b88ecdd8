import assert from "node:assert/strict";
import { rewrite } from "../../lab/haproxy";

describe("HAProxy on loopback", () => {
    it("puts addresses and paths in, wherever they stand", () => {
        assert.equal(
            rewrite("bind :1\nbind :2\ncrt /a/b", [
                [":", "h:"],
                ["/a/", "/tmp/"],
            ]),
            "bind h:1\nbind h:2\ncrt /tmp/b",
        );
    });

    it("fails on a replacement that finds nothing, since the text then is not the deployed one", () => {
        assert.throws(() => rewrite("bind :1", [["crt /a", "crt /b"]]), /does not contain "crt \/a"/);
    });
});
