import assert from "node:assert/strict";
import { rewrite } from "../../lab/haproxy";
import { nth } from "../../lab/cluster";

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

    it("counts addresses up, over the end of a network too", () => {
        assert.deepEqual(
            [nth("127.0.0.1", 0), nth("127.0.0.1", 3), nth("127.0.0.255", 1), nth("127.0.255.250", 10)],
            ["127.0.0.1", "127.0.0.4", "127.0.1.0", "127.1.0.4"],
        );
    });
});
