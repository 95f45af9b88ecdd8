import assert from "node:assert/strict";
import * as fc from "fast-check";
import { passwdFile, passwdLine, saltFor, userNameProblem } from "../../../../components/broker/access/passwd";

const salt = Uint8Array.from({ length: 12 }, (_, index) => index);

describe("vmq.passwd", () => {
    it("has VerneMQ's hash, one round of SHA-512 over password and salt", () => {
        // printf 'correct horse battery staple\0\1\2\3\4\5\6\7\10\11\12\13' | openssl dgst -sha512 -binary | base64 -w0
        assert.equal(
            passwdLine({ name: "device", password: "correct horse battery staple" }, salt),
            "device:$6$AAECAwQFBgcICQoL$u2wu8+U4hlLiyWW0cWi8OpNe35AVrjYsy4iTcD/jLvRQTsLgKuZ2aZbBd1NEpzEFBmKKpr7vt1OXKKQbnjOAvA==",
        );
    });

    it("hashes any character of a password in UTF-8 and keeps the case of a name", () => {
        // Python: hashlib.sha512("p=a s:s#wörd".encode() + bytes(range(244, 256)))
        const highest = Uint8Array.from({ length: 12 }, (_, index) => 244 + index);
        assert.equal(
            passwdLine({ name: "Zoë", password: "p=a s:s#wörd" }, highest),
            "Zoë:$6$9PX29/j5+vv8/f7/$xmZGrK4+FI/eqzZECkfCakpNHCDZMHoe2iYtfUvSKdrUX+sT2DRH2HYdPtA0vMGcSo0Re3XMPoAeTXT48ebnlw==",
        );
    });

    it("is the same in every run, and another for another stack, user or password", () => {
        const entry = { name: "a", password: "password-of-a" };
        assert.deepEqual(saltFor(entry, "p/dev"), saltFor(entry, "p/dev"));
        const salts = [
            saltFor(entry, "p/dev"),
            saltFor(entry, "p/prod"),
            saltFor({ ...entry, name: "b" }, "p/dev"),
            saltFor({ ...entry, password: "password-of-b" }, "p/dev"),
        ].map((bytes) => Buffer.from(bytes).toString("hex"));
        assert.equal(new Set(salts).size, salts.length);
        assert.equal(saltFor(entry, "p/dev").length, 12);
    });

    it("parses as VerneMQ parses it, whatever the users and passwords that are let through", () => {
        const name = fc
            .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
            .filter((text) => userNameProblem(text) === undefined);
        const users = fc.uniqueArray(fc.record({ name, password: fc.string({ unit: "grapheme" }) }), {
            selector: (user) => user.name,
            maxLength: 5,
        });
        fc.assert(
            fc.property(users, (entries) => {
                const lines = passwdFile(entries, "scope").split("\n");
                assert.equal(lines.pop(), "");
                const names = lines.map((line) => {
                    // vmq_passwd.erl l.139: [User, Rest] = split(Line, ":"), [<<>>, _, Salt, Hash] = split(Rest, "$")
                    const parts = line.split(":");
                    const hash = (parts[1] ?? "").split("$");
                    assert.equal(parts.length, 2);
                    assert.equal(hash.length, 4);
                    assert.equal(hash[0], "");
                    assert.equal(Buffer.from(hash[2] ?? "", "base64").length, 12);
                    assert.equal(Buffer.from(hash[3] ?? "", "base64").length, 64);
                    return parts[0];
                });
                assert.deepEqual(
                    names,
                    entries.map((entry) => entry.name),
                );
            }),
        );
    });

    it("lets no user name in that would break a line", () => {
        for (const name of ["", "a:b", "a b", "a\nb", "a\r", "\ta", "a\u0000"]) {
            assert.notEqual(userNameProblem(name), undefined, JSON.stringify(name));
        }
        for (const name of ["device-1", "Device", "a@example.com", "ü", "#a", "$6$"]) {
            assert.equal(userNameProblem(name), undefined, name);
        }
    });
});
