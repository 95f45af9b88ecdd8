import assert from "node:assert/strict";
import { masker } from "../../pipeline/masking";

describe("masking", () => {
    it("masks known secrets as they are, in JSON, base64 and URLs, the longest first", () => {
        const mask = masker(['pass"word/1', 'pass"word/1 and more']);
        const base64 = Buffer.from('pass"word/1').toString("base64");
        for (const spelling of ['pass"word/1', 'pass\\"word/1', base64, "pass%22word%2F1", 'pass"word/1 and more']) {
            assert.equal(mask(`the value ${spelling}.`), "the value [secret].");
        }
    });

    const told: readonly (readonly [string, string])[] = [
        ['invalid field {"password":"hunter-2222"}', 'invalid field {"password":"[secret]"}'],
        ['body: {\\"token\\":\\"abc def gh\\"}', 'body: {\\"token\\":\\"[secret]\\"}'],
        ["GET https://x.example/?access_key=abcdef12&x=1", "GET https://x.example/?access_key=[secret]&x=1"],
        ["line: device:$6$salt$0123456789abcdef", "line: device:[secret]"],
        ["login at https://user:hunter2222@x.example failed", "login at https://user:[secret]@x.example failed"],
        ["key AKIAABCDEFGHIJKLMNOP is unknown", "key [secret] is unknown"],
    ];
    for (const [text, masked] of told) {
        it(`leaves out what looks secret: ${masked}`, () => {
            assert.equal(masker([])(text), masked);
        });
    }

    it("leaves alone what an operator needs: ids, ARNs, names of secrets and requests", () => {
        const text =
            "InvalidParameter: arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/net/Mqtt/50dc6c495c0c9188 " +
            'of secret "mqtt-passwords" (request 0f8fad5b-d9cb-469f-a165-70867728950e, vpc-0123456789abcdef0)';
        assert.equal(masker([])(text), text);
    });

    it("looks at each place of a long run of blanks once, so that no provider's words hold the pipeline up", () => {
        // Quadratic, this takes minutes; the bound is generous for a slow machine.
        const blanks = "\n ".repeat(200_000);
        assert.equal(masker([])(`password:${blanks}end`), `password:${blanks}end`);
    });
});
