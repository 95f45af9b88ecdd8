import assert from "node:assert/strict";
import type { EngineEvent } from "../../pipeline/run";
import { engineWords, plainText, reasonOf } from "../../pipeline/worker/errors";

function diagnostic(severity: "error" | "warning", message: string, urn?: string): EngineEvent {
    return { sequence: 0, timestamp: 0, diagnosticEvent: { severity, message, color: "never", urn } };
}

describe("Why an operation failed", () => {
    it("is what the engine reported as errors, each with its resource and once", () => {
        const events = [
            diagnostic("warning", "old", "urn:pulumi:s::p::t::a"),
            diagnostic("error", "<{%fg 1%}>quota exceeded<{%reset%}>\n", "urn:pulumi:s::p::t::a"),
            diagnostic("error", "quota exceeded", "urn:pulumi:s::p::t::a"),
            diagnostic("error", "update failed\n"),
        ];
        assert.equal(reasonOf(events, "error: other"), "a: quota exceeded");
    });

    it("is the engine's closing word where there is no other, not all that it showed", () => {
        const shown = "code: -2\n stdout: \n stderr: Command failed: pulumi up\n + a creating\n + b creating\n err?: x";
        assert.equal(
            reasonOf([diagnostic("error", "update canceled", "urn:pulumi:s::p::t::a")], shown),
            "update canceled",
        );
    });

    it("is what the engine wrote where no event says more", () => {
        const thrown =
            "code: -2\n stdout: \n stderr: Command failed: pulumi stack select\nerror: no such bucket\n err?: Error: x";
        assert.equal(reasonOf([], thrown), "no such bucket");
        assert.equal(engineWords("plain"), "plain");
    });

    it("names the command that shows why a certificate was not issued, and what completes the stack", () => {
        const urn =
            "urn:pulumi:s::p::vernemq:certificate:CertManagerCertificate$kubernetes:cert-manager.io/v1:Certificate::a";
        const reason = reasonOf([diagnostic("error", "429 rateLimited", urn)], "");
        assert.match(reason, /^a: 429 rateLimited\nnext: `kubectl describe certificaterequests,orders,challenges/);
        assert.match(reason, /run `up` again/);
        assert.equal(
            reasonOf([diagnostic("error", "no", "urn:pulumi:s::p::kubernetes:core/v1:Secret::a")], ""),
            "a: no",
        );
    });

    it("is told without colors", () => {
        assert.equal(plainText("<{%bold%}>a\u001B[31mb\u001B[0m"), "ab");
    });
});
