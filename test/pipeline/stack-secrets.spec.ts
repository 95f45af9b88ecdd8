import assert from "node:assert/strict";
import { withoutEncrypted, withoutSecretsProvider } from "../../pipeline/stack-secrets";

describe("A stack file in simulated clouds", () => {
    it("goes without the salt that `pulumi stack init` wrote, and keeps the rest", () => {
        const text =
            "encryptionsalt: v1:abc=:v1:def:ghi=\nsecretsprovider: passphrase\nconfig:\n  vernemq:target: eks # ours\n";
        assert.equal(withoutSecretsProvider(text), "config:\n  vernemq:target: eks # ours\n");
    });

    it("has nothing of what is encrypted, at any depth, and says where that was", () => {
        const text =
            "config:\n  vernemq:target: eks # ours\n  vernemq:broker:\n    users:\n      - name: a\n        password: { secure: v1:x }\n  b:\n    secure: y\n";
        assert.deepEqual(withoutEncrypted(text), {
            text: 'config:\n  vernemq:target: eks # ours\n  vernemq:broker:\n    users:\n      - name: a\n        password: ""\n  b: ""\n',
            values: [
                {
                    path: "vernemq:broker.users[0].password",
                    keys: ["vernemq:broker", "users", 0, "password"],
                    standIn: "${vernemq:broker.users[0].password 526ff863fe20}",
                },
                { path: "b", keys: ["b"], standIn: "${b a1fce4363854}" },
            ],
        });
        assert.deepEqual(withoutEncrypted("config:\n  vernemq:target: dev\n").values, []);
    });
});
