import assert from "node:assert/strict";
import { looksSecret, printable, printableKey, printableWords, quoted } from "../../../components/common/disclosure";
import { Secret } from "../../../components/common/secret";
import { keyOf, keyPem } from "../../certificates";

const secrets: Readonly<Record<string, string>> = {
    "private key": keyPem(keyOf("p256", "disclosure")),
    "one line of a private key": keyPem(keyOf("p256", "disclosure")).split("\n")[1] ?? "",
    "URL with a login": "https://device:pw@auth.example.com/mqtt",
    "URL with a query": "https://auth.example.com/mqtt?key=1",
    "access key of AWS": "AKIAIOSFODNN7EXAMPLE",
    "token of GitHub": "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    JWT: "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
    "token of a header": "Bearer abcdefghijklmnop",
    "hash of a password": "$2b$12$abcdefghijklmnopqrstuv",
    "hash of vmq.passwd": "device:$6$aGVsbG8=$aGVsbG8=",
    "hexadecimal key": "9f86d081884c7d659a2feaa0c55ad015",
    "random token": "Zx81kdPq02LmvTr55aQw",
    assignment: "password=hunter2",
};

describe("a value in an error", () => {
    for (const [title, secret] of Object.entries(secrets)) {
        it(`is not quoted where it looks like a secret: ${title}`, () => {
            assert.equal(looksSecret(secret), true);
            assert.equal(quoted(secret), undefined);
            assert.equal(quoted(["plain", secret]), undefined);
        });
    }

    it("is not quoted where it is one, has several lines or its own keys", () => {
        assert.equal(quoted(new Secret("hunter2")), undefined);
        assert.equal(quoted("first\nsecond"), undefined);
        assert.equal(quoted({ password: "hunter2" }), undefined);
        assert.equal(quoted([{ password: "hunter2" }]), undefined);
        assert.equal(quoted(undefined), undefined);
    });

    it("is quoted as JSON writes it where it is harmless", () => {
        for (const value of [
            "mqtt.example.com",
            "vpc-0123456789abcdef0",
            "docker.io/haproxytech/haproxy-alpine:3.3.10",
            "Standard_D8s_v5",
            "arn:aws:iam::123456789012:role/administrators",
            "topic read devices/%c/telemetry",
            99,
            false,
            null,
            ["a", "b"],
        ]) {
            assert.equal(quoted(value), JSON.stringify(value));
        }
    });
});

describe("a user's text in an error", () => {
    it("steers no terminal and hides nothing: its signs are written as code points", () => {
        assert.equal(
            printable("a\u001b[31mb\r\nc\u202ed\u2028e\u200bf\u0000"),
            "a\\u{1b}[31mb\\u{d}\\u{a}c\\u{202e}d\\u{2028}e\\u{200b}f\\u{0}",
        );
        assert.equal(printable("Zürich 東京 ☂"), "Zürich 東京 ☂");
    });

    it("is no command of a pipeline", () => {
        assert.equal(printable("::error::pwned"), "\\u{3a}:error::pwned");
        assert.equal(printable("  ::set-output name=a::b"), "  \\u{3a}:set-output name=a::b");
        assert.equal(
            printable("x ##[error]y ##vso[task.setvariable]z"),
            "x #\\u{23}[error]y #\\u{23}vso[task.setvariable]z",
        );
        assert.equal(printable("urn:pulumi:dev::vernemq::a"), "urn:pulumi:dev::vernemq::a");
    });

    it("shows no key that is a secret, and no credential among words", () => {
        assert.equal(printableKey("persistence"), "persistence");
        assert.equal(printableKey("Zx81kdPq02LmvTr55aQw"), "[not shown]");
        assert.equal(
            printableWords("the host https://me:hunter2@example.com is no name"),
            "the host https://me:[not shown]@example.com is no name",
        );
    });
});
