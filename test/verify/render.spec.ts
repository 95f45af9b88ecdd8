import assert from "node:assert/strict";
import { headline, renderReport } from "../../verify/render";
import { countsOf, type Report, type Result } from "../../verify/report";

const results: readonly Result[] = [
    { check: "certificate", endpoint: "mqtts", status: "warning", seen: "20 days left", todo: "renew it" },
    { check: "plain-mqtt", endpoint: "mqtts", status: "ok", seen: "closed" },
    { check: "cluster", status: "failed", seen: "alone: vernemq-2", todo: "compare the brokers" },
    { check: "empty-password", endpoint: "wss", status: "undecided", seen: "closed", todo: "run it again" },
    { check: "affinity", endpoint: "wss", status: "skipped", seen: "no \u001b[31mway" },
];

const report: Report = {
    target: "eks",
    endpoints: ["mqtts://mqtt.example.com:8883"],
    startedAt: "2026-11-23T12:00:00.000Z",
    seconds: 4.25,
    ok: false,
    counts: countsOf(results),
    results,
};

describe("verify's report", () => {
    it("is a headline and a table that fits the terminal; what a server says cannot steer it", () => {
        assert.deepEqual(renderReport(report, { columns: 84, colors: false }).split("\n"), [
            "verify eks: 1 of 3 failed: cluster; 1 undecided: empty-password (wss); 1 with a warning; 1 skipped (4.3 s)",
            "┌────────────────────┬──────────┬───────────┬──────────────────────────────────────┐",
            "│ check              │ endpoint │ result    │ seen, and what to do                 │",
            "├────────────────────┼──────────┼───────────┼──────────────────────────────────────┤",
            "│ certificate        │ mqtts    │ warning   │ 20 days left                         │",
            "│                    │          │           │ > renew it                           │",
            "│ plain-mqtt         │ mqtts    │ ok        │ closed                               │",
            "│ cluster            │          │ FAILED    │ alone: vernemq-2                     │",
            "│                    │          │           │ > compare the brokers                │",
            "│ empty-password     │ wss      │ undecided │ closed                               │",
            "│                    │          │           │ > run it again                       │",
            "│ affinity           │ wss      │ skipped   │ no ?[31mway                          │",
            "└────────────────────┴──────────┴───────────┴──────────────────────────────────────┘",
        ]);
        assert.match(renderReport(report, { columns: 84, colors: true }), /\u001b\[31mFAILED\u001b\[39m/);
    });

    it("shows endpoints with the same scheme so that they can be told apart", () => {
        const endpoints = ["mqtts://a.example.com:8883", "mqtts://b.example.com:8883"];
        const two = endpoints.map((endpoint) => ({ ...results[1], check: "plain-mqtt" as const, endpoint }));
        const text = renderReport({ ...report, results: two as Result[] }, { columns: 100, colors: false });
        assert.match(text, /│ mqtts:\/\/a\.example\.com:8883 │/);
        assert.match(text, /│ mqtts:\/\/b\.example\.com:8883 │/);
    });

    it("says how many are in order where none failed", () => {
        const fine = results.filter(({ status }) => status !== "failed");
        assert.equal(
            headline({ ...report, results: fine, counts: countsOf(fine) }),
            "verify eks: 1 of 2 ok; 1 undecided: empty-password (wss); 1 with a warning; 1 skipped (4.3 s)",
        );
    });
});
