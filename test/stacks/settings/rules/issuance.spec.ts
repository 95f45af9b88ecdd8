import assert from "node:assert/strict";
import { parseSettings } from "../../../../stacks/settings/parse";
import { change, problemsOf, rawConfig, valid, type StackConfig } from "../../../support";

const settingsOf = (config: StackConfig) => parseSettings(rawConfig(config));

/** The one note that says this. */
function noteOf(config: StackConfig, pattern: RegExp): string | undefined {
    const found = settingsOf(config).warnings.filter((warning) => pattern.test(warning));
    assert.ok(found.length <= 1);
    return found[0];
}

const zone = { zone: "example.com", digitalocean: { token: { secure: "v1:x" } } };
const acme = (settings: object = {}): StackConfig => ({
    ...valid.existing,
    "vernemq:dns": zone,
    "vernemq:certificate": { source: "acme", acme: settings },
});

describe("what a plan says of the DNS zone", () => {
    it("is whom CAA records must allow, where an ACME server issues the certificate", () => {
        assert.equal(
            noteOf(acme(), /CAA/),
            "If the DNS zone of mqtt.example.com has CAA records, they must allow letsencrypt.org.",
        );
        assert.match(
            noteOf(acme({ server: "https://acme.example.net/directory" }), /CAA/) ?? "",
            /must allow the authority of https:\/\/acme\.example\.net\/directory/,
        );
        assert.equal(noteOf(valid.existing, /CAA/), undefined);
    });

    it("is the record to create, as a line of a zone file, where the stack keeps none", () => {
        const record = /No DNS record/;
        assert.equal(
            noteOf(valid.existing, record),
            "No DNS record is created. Create this one with the address of output `address`: mqtt.example.com. 60 IN A ADDRESS",
        );
        const balanced = change(valid.existing, "vernemq:cluster", {
            metallb: { addresses: ["192.0.2.10-192.0.2.20"] },
        });
        assert.match(
            noteOf(change(balanced, "vernemq:edge", { address: "192.0.2.10" }), record) ?? "",
            /mqtt\.example\.com\. 60 IN A 192\.0\.2\.10$/,
        );
        const hosts = [{ name: "old.example.com" }];
        assert.match(
            noteOf(change(valid.existing, "vernemq:edge", { hosts }), record) ?? "",
            /Create these .*: mqtt\.example\.com\. 60 IN A ADDRESS; old\.example\.com\. 60 IN A ADDRESS$/,
        );
        assert.equal(noteOf(acme(), record), undefined);
        // The load balancer of AWS has a name and no address.
        const pem = { ...valid.eks, "vernemq:dns": {}, "vernemq:certificate": { source: "private-ca" } };
        assert.match(noteOf(pem, record) ?? "", / 60 IN CNAME ADDRESS$/);
    });

    it("lives a minute unless it is told otherwise, so that a wrong address is soon forgotten", () => {
        assert.equal(settingsOf(acme()).dns?.ttlSeconds, 60);
    });
});

describe("settings of an ACME server", () => {
    const server = "https://acme.example.net/directory";
    const externalAccount = { keyId: "key-1", hmacKey: { secure: "v1:x" } };
    const refused: readonly [string, object, string][] = [
        ["the staging environment beside another server", { server, staging: true }, "staging"],
        ["an external account with Let's Encrypt, which has none", { externalAccount }, "externalAccount"],
        ["authorities for Let's Encrypt's own server", { ca: "-----BEGIN CERTIFICATE-----" }, "ca"],
        ["a server without TLS", { server: "http://acme.example.net/directory" }, "server"],
    ];
    for (const [what, settings, key] of refused) {
        it(`are refused: ${what}`, () => {
            assert.ok(
                problemsOf(acme(settings)).some((problem) => problem.key === `vernemq:certificate.acme.${key}`),
                JSON.stringify(problemsOf(acme(settings))),
            );
        });
    }

    it("of another operator may all be given", () => {
        assert.deepEqual(problemsOf(acme({ server, externalAccount, email: "iot@example.com" })), []);
    });

    it("have no effect with another source, and that is said", () => {
        const other = { ...valid.existing, "vernemq:certificate": { source: "private-ca", acme: { staging: true } } };
        assert.deepEqual(
            problemsOf(other).map(({ key }) => key),
            ["vernemq:certificate.acme"],
        );
    });

    it("stand beside those of a CA of the stack, whose follower has the next number", () => {
        const rotation = (next: number) => ({
            ...valid.existing,
            "vernemq:certificate": { source: "private-ca", privateCa: { generation: 2, next } },
        });
        assert.deepEqual(problemsOf(rotation(3)), []);
        assert.deepEqual(
            problemsOf(rotation(4)).map(({ key }) => key),
            ["vernemq:certificate.privateCa.next"],
        );
    });
});
