import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { archiveProblem } from "../../plan/chart-archive";

describe("a chart's archive", () => {
    const folder = mkdtempSync(join(tmpdir(), "chart-"));
    const wanted = { name: "vernemq", version: "2.1.2" };
    const archive = join(folder, "vernemq-2.1.2.tgz");

    /** As `helm package` has it: the chart's folder, with Chart.yaml in it. Charts in the chart come before it. */
    function pack(chart: string): void {
        mkdirSync(join(folder, "vernemq", "charts", "inner"), { recursive: true });
        writeFileSync(join(folder, "vernemq", "Chart.yaml"), chart);
        writeFileSync(join(folder, "vernemq", "charts", "inner", "Chart.yaml"), "name: inner\nversion: 1.0.0\n");
        writeFileSync(join(folder, "vernemq", "values.yaml"), "a: 1\n".repeat(1000));
        const files = ["vernemq/values.yaml", "vernemq/charts/inner/Chart.yaml", "vernemq/Chart.yaml"];
        execFileSync("tar", ["-czf", archive, "-C", folder, ...files]);
    }

    after(() => {
        rmSync(folder, { recursive: true });
    });

    it("is right with the chart in the version that is installed", () => {
        pack("apiVersion: v2\nname: vernemq\nversion: 2.1.2\n");
        assert.equal(archiveProblem(archive, wanted), undefined);
    });

    it("is wrong with another version in a file of the right name", () => {
        pack("apiVersion: v2\nname: vernemq\nversion: 2.1.1\n");
        assert.match(
            archiveProblem(archive, wanted) ?? "",
            /holds vernemq 2\.1\.1, and the stack installs vernemq 2\.1\.2/,
        );
    });

    it("is wrong where it is missing, no archive, or no chart", () => {
        assert.match(archiveProblem(join(folder, "none.tgz"), wanted) ?? "", /no such file/);
        writeFileSync(archive, "chart");
        assert.match(archiveProblem(archive, wanted) ?? "", /not a gzip archive/);
        execFileSync("tar", ["-czf", archive, "-C", folder, "vernemq/values.yaml"]);
        assert.match(archiveProblem(archive, wanted) ?? "", /does not hold a chart.s Chart\.yaml/);
    });
});
