import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderPage } from "../../../pipeline/comment/html";
import { cases } from "./cases";

const browser = ["chromium", "chromium-browser", "google-chrome"].find(
    (name) => spawnSync(name, ["--version"]).status === 0,
);

/** Writes into the page how many lines each cell of the table of counts takes. */
const measure = `<script>
const lines = [...document.querySelectorAll(".counts td:not(:first-child), .counts thead th")].map((cell) => {
    const range = document.createRange();
    range.selectNodeContents(cell);
    return cell.textContent + "=" + new Set([...range.getClientRects()].map(({ top }) => Math.round(top / 4))).size;
});
document.title = "lines " + lines.join(" | ") + " end";
</script>`;

describe("the page of a comment in a browser", () => {
    for (const width of [500, 800, 1280]) {
        it(`${width} pixels wide breaks no word and no number in the table of counts`, function () {
            if (browser === undefined) {
                this.skip();
            }
            const [first] = cases;
            assert.ok(first);
            const folder = mkdtempSync(join(tmpdir(), "page-"));
            try {
                const page = renderPage(first.digest, first.context);
                const file = join(folder, "page.html");
                // The page allows no script; the measuring one is the test's.
                writeFileSync(file, page.replace(/<meta http-equiv[^>]*>/, "").replace("</body>", `${measure}</body>`));
                const { stdout } = spawnSync(
                    browser,
                    [
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        `--user-data-dir=${join(folder, "profile")}`,
                        `--window-size=${width},800`,
                        "--dump-dom",
                        `file://${file}`,
                    ],
                    { encoding: "utf8", timeout: 1_000_000 },
                );
                const [, measured = ""] = /<title>lines (.*) end<\/title>/s.exec(stdout) ?? [];
                const cells = measured.split(" | ");
                assert.ok(cells.includes("not estimated=1"), measured);
                assert.deepEqual(
                    cells.filter((cell) => !/=[01]$/.test(cell)),
                    [],
                );
            } finally {
                rmSync(folder, { recursive: true, force: true });
            }
        });
    }
});
