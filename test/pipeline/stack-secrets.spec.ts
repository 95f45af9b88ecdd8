import assert from "node:assert/strict";
import { encryptedSettings, withoutSecretsProvider } from "../../pipeline/stack-secrets";

describe("A stack file in simulated clouds", () => {
    it("goes without the salt that `pulumi stack init` wrote, and keeps the rest", () => {
        const text =
            "encryptionsalt: v1:abc=:v1:def:ghi=\nsecretsprovider: passphrase\nconfig:\n  vernemq:target: eks # ours\n";
        assert.equal(withoutSecretsProvider(text), "config:\n  vernemq:target: eks # ours\n");
    });

    it("names the settings whose values are encrypted, at any depth", () => {
        const text =
            "config:\n  vernemq:target: eks\n  vernemq:users:\n    - name: a\n      password: { secure: v1:x }\n  b:\n    secure: y\n";
        assert.deepEqual(encryptedSettings(text), ["b", "vernemq:users"]);
        assert.deepEqual(encryptedSettings("config:\n  vernemq:target: dev\n"), []);
    });
});
