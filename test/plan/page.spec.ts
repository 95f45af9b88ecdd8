import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { source as axe } from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { nodeWords } from "../../components/common/own-process";
import { compare } from "../../plan/changes/from-comparison";
import { renderHtml } from "../../plan/render/html";
import { edge, planWith, resource } from "./support";

/** What axe.run() gives. */
interface AxeResults {
    readonly violations: readonly {
        readonly id: string;
        readonly help: string;
        readonly nodes: readonly { readonly html: string }[];
    }[];
}

/** What is wider than its place, as a script for the page. */
const tooWide = `[...document.querySelectorAll("body *")]
    .filter((element) => !element.closest("svg") && element.scrollWidth > element.clientWidth + 1)
    .filter((element) => getComputedStyle(element).display !== "inline")
    .map((element) => element.tagName + " " + element.className + " " + element.textContent.slice(0, 60))`;

/** How light the page's ground is, from 0 (black) to 1 (white), as a script for the page. */
const lightness = `getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3)
    .reduce((sum, part) => sum + Number(part), 0) / 765`;

/** A Chromium of this machine; Playwright is told not to look for the one it downloads. */
const executablePath = ["chromium", "chromium-browser", "google-chrome"]
    .map((name) => spawnSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).stdout.trim())
    .find((path) => path !== "");

describe("the plan page in Chromium", () => {
    const folder = mkdtempSync(join(tmpdir(), "plan-page-"));
    const example = join(folder, "eks.html");
    const comparison = join(folder, "comparison.html");
    let browser: Browser | undefined;

    before(async function () {
        if (executablePath === undefined) {
            const suite = this.test?.parent;
            if (suite !== undefined) {
                suite.title += " (no chromium on the PATH)";
            }
            this.skip();
        }
        const main = nodeWords(join(__dirname, "..", "..", "plan", "main"));
        const { status, stderr } = spawnSync(
            process.execPath,
            [...main, "--stack", "eks", "--html", example, "--json", join(folder, "eks.json")],
            { encoding: "utf8" },
        );
        assert.equal(status, 0, stderr);
        writeFileSync(comparison, comparedPage());
        const { chromium } = await import("playwright-core");
        browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
    });

    after(async () => {
        await browser?.close();
        rmSync(folder, { recursive: true, force: true });
    });

    /** Opens a page, hands it to the test, and fails where it asked the network for anything or logged an error. */
    async function withPage(
        file: string,
        options: BrowserContextOptions,
        act: (page: Page) => Promise<void>,
    ): Promise<void> {
        assert.ok(browser);
        const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
        try {
            const page = await context.newPage();
            const asked: string[] = [];
            const errors: string[] = [];
            page.on("request", (request) => asked.push(request.url()));
            page.on("pageerror", (error) => errors.push(error.message));
            page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
            await page.goto(`file://${file}`);
            await act(page);
            assert.deepEqual(
                [...new Set(asked.map((url) => url.replace(/#.*$/, "")))],
                [`file://${file.replace(/#.*$/, "")}`],
            );
            assert.deepEqual(errors, []);
        } finally {
            await context.close();
        }
    }

    /** Violations of axe's rules for WCAG 2.2 A and AA and its best practices, in words. */
    async function violations(page: Page): Promise<readonly string[]> {
        // Its own policy keeps scripts of others out; the protocol's evaluation is not bound by that.
        await page.evaluate(axe);
        const { violations: found } = await page.evaluate<AxeResults>("axe.run()");
        return found.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes[0]?.html ?? ""}`);
    }

    for (const [name, file] of [
        ["a plan", example],
        ["a comparison", comparison],
    ] as const) {
        for (const [colorScheme, width] of [
            ["light", 375],
            ["dark", 1280],
        ] as const) {
            it(`shows ${name} in ${colorScheme} colors at ${width} px without a violation of axe's rules, everything open`, () =>
                withPage(file, { colorScheme, viewport: { width, height: 812 } }, async (page) => {
                    await page.locator("#open").click();
                    assert.deepEqual(await violations(page), []);
                    const light = await page.evaluate<number>(lightness);
                    assert.ok(colorScheme === "dark" ? light < 0.2 : light > 0.8, `lightness ${light}`);
                }));
        }

        it(`shows ${name} at 375 px without sideways scrolling, everything open`, () =>
            withPage(file, { viewport: { width: 375, height: 812 } }, async (page) => {
                await page.locator("#open").click();
                assert.deepEqual(await page.evaluate(tooWide), []);
                assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 375);
            }));
    }

    it("stacks the topology on a phone, and lays it in a row on a desk", async () => {
        const middles = async (page: Page) => {
            const boxes = await page.locator("svg.topology:visible rect.box").all();
            return Promise.all(
                boxes.slice(0, 3).map(async (box) => {
                    const { x, y, width, height } = (await box.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
                    return { x: Math.round(x + width / 2), y: Math.round(y + height / 2) };
                }),
            );
        };
        await withPage(example, { viewport: { width: 375, height: 812 } }, async (page) => {
            const [devices, first, second] = await middles(page);
            assert.ok(devices && first && second);
            assert.deepEqual([first.x, second.x], [devices.x, devices.x]);
            assert.ok(devices.y < first.y && first.y < second.y);
        });
        await withPage(example, {}, async (page) => {
            const [devices, first, second] = await middles(page);
            assert.ok(devices && first && second);
            assert.deepEqual([first.y, second.y], [devices.y, devices.y]);
            assert.ok(devices.x < first.x && first.x < second.x);
        });
    });

    it("finds resources by words of their name, type and settings, and opens what holds them", () =>
        withPage(example, {}, async (page) => {
            await page.locator("#close").click();
            await page.locator("#filter").fill("PodDisruptionBudget haproxy");
            const shown = page.locator(".tree li.resource:visible .name");
            assert.deepEqual(await shown.allTextContents(), ["vernemq-haproxy-disruption-budget"]);
            assert.match(await page.locator("#count").innerText(), /^1 of \d+ shown$/);
            await page.locator("#filter").fill("");
            assert.match(await page.locator("#count").innerText(), /^(\d+) of \1 shown$/);
        }));

    it("collapses a component and opens it again, by keyboard alone", () =>
        withPage(example, {}, async (page) => {
            const component = page.locator(".tree li.component").first();
            const child = component.locator("li").first();
            await page.locator("#close").focus();
            assert.ok(await child.isVisible());
            await page.keyboard.press("Tab"); // the component's link
            await page.keyboard.press("Tab"); // the component
            await page.keyboard.press("Enter");
            assert.ok(!(await child.isVisible()));
            await page.keyboard.press("Space");
            assert.ok(await child.isVisible());
        }));

    it("leads a link to a resource, opens it and all that holds it, and has one place for each", async () => {
        const html = readFileSync(example, "utf8");
        const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
        assert.equal(new Set(ids).size, ids.length);
        const targets = [...html.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
        assert.deepEqual(
            targets.filter((id) => !ids.includes(id)),
            [],
        );
        await withPage(`${example}#resource-vernemq-haproxy-disruption-budget`, {}, async (page) => {
            const target = page.locator(":target");
            assert.equal(await target.count(), 1);
            assert.ok(await target.locator("pre").isVisible());
        });
    });

    it("says passed, warning and failed, and no other words for it", () =>
        withPage(comparison, {}, async (page) => {
            assert.equal(await page.locator(".verdict").innerText(), "failed 3 checks: 1 failed, 1 warning, 1 passed");
            assert.deepEqual(await page.locator("#checks + table .badge").allTextContents(), [
                "passed",
                "warning",
                "failed",
            ]);
        }));
});

/** A page with everything that the example's does not have: changes of each kind, warnings, a check that failed. */
function comparedPage(): string {
    const of = (name: string, inputs: Readonly<Record<string, unknown>>) =>
        resource("kubernetes:core/v1:ConfigMap", name, inputs);
    const before = planWith([
        of("kept", { data: { a: "1\n2\n3" } }),
        of("gone", {}),
        of("new-name", { metadata: { name: "a" } }),
    ]);
    const after = planWith(
        [
            of("kept", { data: { a: "1\n2\n4" } }),
            of("fresh", { password: "[secret]" }),
            of("new-name", { metadata: { name: "b" } }),
        ],
        { ...edge, warnings: ["Mind this."] },
    );
    const rules = () => ({ replaceOn: ["metadata.name"], deletesFirst: true });
    return renderHtml(
        {
            ...after,
            warnings: [
                "A note that is long enough to take more than one line on a narrow screen, and names vernemq:edge.allowedCidrs.",
            ],
            checks: [
                { name: "It passes", status: "pass", detail: "because" },
                { name: "It may not", status: "warn", detail: "a | b" },
                { name: "It fails", status: "fail", detail: "c".repeat(200) },
            ],
        },
        compare(before, after, rules),
    );
}
