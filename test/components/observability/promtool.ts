import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { RuleFile } from "../../../components/observability/alerts/rule";
import { locate, MissingToolError, need, type Tool } from "../../../lab/tools";

const run = promisify(execFile);

const promtool: Tool = { command: "promtool", debianPackage: "prometheus" };

/** Skips a suite where promtool is missing, and says where it comes from. */
export function needsPromtool(context: Mocha.Context): void {
    if (locate(promtool) === null) {
        console.log(`      skipped: ${new MissingToolError(promtool).message}`);
        context.skip();
    }
}

/** A series of samples, one a minute, in promtool's notation: `0+60x30`. */
export interface Series {
    readonly series: string;
    readonly values: string;
}

/** A moment of a test, with the alerts that fire then: each with the labels by which its series differ. */
export interface Moment {
    readonly minute: number;
    readonly alert: string;
    readonly fires: readonly Readonly<Record<string, string>>[];
}

/** Lets promtool check a file of rules; gives what it prints. */
export async function checkRules(rules: RuleFile): Promise<string> {
    return withFiles({ "rules.json": rules }, async (folder) => {
        const { stdout } = await run(need(promtool), ["check", "rules", join(folder, "rules.json")]);
        return stdout;
    });
}

/**
 * Lets promtool evaluate rules over series and compare the alerts of each moment. Rejects with its words where they differ.
 * Annotations are compared too, so they are taken away here: what they say is not what these tests are about.
 */
export async function testRules(rules: RuleFile, series: readonly Series[], moments: readonly Moment[]): Promise<void> {
    const bare = {
        groups: rules.groups.map((group) => ({
            ...group,
            rules: group.rules.map((rule) => ({ ...rule, annotations: {} })),
        })),
    };
    const labels = new Map(
        rules.groups.flatMap((group) => group.rules.map((rule) => [rule.alert, rule.labels] as const)),
    );
    const tests = {
        rule_files: ["rules.json"],
        evaluation_interval: "1m",
        tests: [
            {
                interval: "1m",
                input_series: series,
                alert_rule_test: moments.map(({ minute, alert, fires }) => ({
                    eval_time: `${minute}m`,
                    alertname: alert,
                    exp_alerts: fires.map((own) => ({ exp_labels: { ...own, ...labels.get(alert) } })),
                })),
            },
        ],
    };
    await withFiles({ "rules.json": bare, "tests.json": tests }, async (folder) => {
        try {
            await run(need(promtool), ["test", "rules", join(folder, "tests.json")]);
        } catch (error) {
            const { stdout, stderr } = error as { readonly stdout?: string; readonly stderr?: string };
            throw new Error(`${stdout ?? ""}${stderr ?? ""}`, { cause: error });
        }
    });
}

async function withFiles<T>(files: Readonly<Record<string, unknown>>, use: (folder: string) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), "vernemq-rules-"));
    try {
        for (const [name, contents] of Object.entries(files)) {
            await writeFile(join(folder, name), JSON.stringify(contents));
        }
        return await use(folder);
    } finally {
        await rm(folder, { recursive: true });
    }
}
