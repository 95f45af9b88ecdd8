import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Observation } from "../../ops/status/observe";
import { statusText } from "../../ops/status/render";
import { readStackFile } from "../../plan/stack-file";
import { parseSettings } from "../../stacks/settings/parse";
import { headline } from "../../verify/render";
import { countsOf } from "../../verify/report";
import {
    assertBlocksPrint,
    assertPrints,
    blocksOf,
    pages,
    root,
    runScript,
    scriptOf,
    scripts,
    shellCommands,
    stackOf,
    textOf,
} from "./pages";

/** The commands of a page: of its shell blocks, and in its sentences' code. */
function commandsOf(page: string): readonly string[] {
    const text = textOf(page);
    const shell = blocksOf(page)
        .filter(({ language }) => language === "sh")
        .flatMap((block) => shellCommands(block.text));
    const inText = [...text.replaceAll(/^```[\s\S]*?^```$/gm, "").matchAll(/`(npm run [^`]+)`/g)];
    return [...shell, ...inText.map(([, command = ""]) => command.replaceAll(/\s+/g, " "))];
}

/** Programs with a usage that can be read, where they are installed. */
const installed = ["pulumi", "kubectl", "curl", "mosquitto_pub", "mosquitto_sub"].filter(
    (program) => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0,
);

/** The calls of installed programs in a command, which may be a pipe or stand in `$(...)`. */
function callsIn(command: string) {
    return command.split(/\$\(|\||\)/).flatMap((part) => {
        const [program = "", ...words] = part.trim().split(/\s+/);
        if (!installed.includes(program)) {
            return [];
        }
        const options = words.filter((word) => /^--?[a-zA-Z]/.test(word)).map((word) => word.split("=")[0] ?? "");
        // The verbs come first, but for kubectl's options that count for all of them.
        const own = words.join(" ").replace(/^(--namespace|--context) \S+ /, "");
        const verbs = (/^(?:[a-z-]+ ?)*/.exec(own)?.[0] ?? "").split(" ").filter((word) => /^[a-z]/.test(word));
        return [{ program, verbs, options }];
    });
}

const usages = new Map<string, string>();

/** What `--help` prints; kubectl lists the options of all its commands apart. */
function usageOf(program: string, verbs: readonly string[]): string {
    const asked = program.startsWith("mosquitto") || program === "curl" ? [] : verbs;
    const key = [program, ...asked].join(" ");
    const help = program === "curl" ? ["--help", "all"] : [...asked, "--help"];
    const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "1" };
    const read = (words: readonly string[]) => {
        const { stdout, stderr } = spawnSync(program, words, { encoding: "utf8", env });
        return `${stdout}${stderr}`;
    };
    const usage = usages.get(key) ?? `${read(help)}${program === "kubectl" ? read(["options"]) : ""}`;
    usages.set(key, usage);
    return usage;
}

describe("the pages in docs/get-started", () => {
    it("are one for each target, and for pipelines and people on call", () => {
        assert.deepEqual(pages, [
            "aks.md",
            "doks.md",
            "eks.md",
            "existing.md",
            "gke.md",
            "kind.md",
            "on-call.md",
            "pipeline.md",
        ]);
    });

    /** `--help` of a program or verb, read once. */
    const help = new Map<string, string>();
    const helpOf = (name: string, verb: string | undefined) => {
        const key = `${name} ${verb ?? ""}`;
        const known = help.get(key) ?? runScript(name, [...(verb === undefined ? [] : [verb]), "--help"]).output;
        help.set(key, known);
        return known;
    };

    for (const page of pages) {
        it(`${page} names only commands, verbs and options that exist`, () => {
            const named = commandsOf(page).flatMap((command) => scriptOf(command) ?? []);
            assert.ok(named.length > 0);
            for (const { name, words } of named) {
                assert.ok(name in scripts, `npm run ${name}`);
                const verb = words.find((word) => /^[a-z]/.test(word));
                const text = helpOf(name, name === "plan" || name === "lab" || name === "passwd" ? undefined : verb);
                assert.match(text, /Usage: /, `${name} ${verb ?? ""}`);
                for (const option of words.filter((word) => word.startsWith("--"))) {
                    assert.ok(text.includes(option), `npm run ${name} -- ${words.join(" ")}: ${option}`);
                }
            }
        });

        it(`${page} gives programs of this machine only options that they have`, () => {
            for (const { program, verbs, options } of commandsOf(page).flatMap(callsIn)) {
                const text = usageOf(program, verbs);
                for (const option of options) {
                    const pattern = new RegExp(`(^|[\\s,[])${option}(?![\\w-])`, "m");
                    assert.match(text, pattern, `${program} ${verbs.join(" ")} ${option}`);
                }
            }
        });

        it(`${page} names only files of the repository that exist, and programs that it tells to install`, () => {
            const text = textOf(page);
            for (const [, file = ""] of text.matchAll(/\b(Pulumi\.(?!STACK)[a-z]+\.yaml|setup\.mjs)\b/g)) {
                assert.ok(existsSync(join(root, file)), file);
            }
            const first = text.slice(0, text.indexOf("```"));
            const programs = commandsOf(page).map(
                (command) => command.replace(/^PASSWORD=\$\(/, "").split(" ")[0] ?? "",
            );
            const given = ["npm", "cd", "mkdir", "export", "git", "node", "printf"];
            const packages: Readonly<Record<string, RegExp>> = {
                aws: /AWS CLI/,
                gcloud: /Google Cloud CLI/,
                az: /Azure CLI/,
                docker: /Docker/,
                pulumi: /\[Pulumi\]/,
            };
            for (const program of new Set(programs.filter((each) => !given.includes(each)))) {
                assert.match(first, packages[program] ?? new RegExp(program), program);
            }
        });

        const edits = blocksOf(page).filter(({ language }) => language === "yaml");
        for (const { text } of edits) {
            it(`${page} edits lines that the stack file has, whose settings are accepted`, () => {
                const file = readStackFile(root, stackOf(page) ?? "");
                const { config } = parse(text) as { config: Readonly<Record<string, unknown>> };
                for (const path of pathsOf(config)) {
                    // Only the user can say yes to the license, so the stack file leaves it open.
                    const expected = path.at(-1) === "acceptLicense" ? undefined : valueAt(config, path);
                    assert.deepEqual(valueAt(file.values, path), expected, path.join("."));
                }
                assert.equal(valueAt(config, ["vernemq:broker", "acceptLicense"]), true);
                assert.throws(() => parseSettings(file, new Date()), /acceptLicense/);
                const broker = { ...(file.values["vernemq:broker"] as object), acceptLicense: true };
                const edited = { ...file, values: { ...file.values, "vernemq:broker": broker } };
                assert.doesNotThrow(() => parseSettings(edited, new Date()));
            });
        }

        const healthy = blocksOf(page).findIndex(({ text }) => text.includes("npm run ops -- status --stack "));
        if (healthy >= 0) {
            it(`${page} shows what verify and status print where all is well`, () => {
                const stack = stackOf(page);
                const broker = stack === undefined ? {} : readStackFile(root, stack).values["vernemq:broker"];
                const { replicas = 3 } = broker as { readonly replicas?: number };
                const shown = blocksOf(page)[healthy + 1];
                assert.equal(shown?.language, "text");
                assertPrints(`${verified(stack ?? "STACK")}\n${statusOf(replicas)}`, shown.text);
            });
        }

        it(`${page} prints what it says, as far as it needs neither an account nor an engine`, () => {
            assertBlocksPrint(page, ({ name }) => name === "plan");
        });
    }
});

/** What `verify` prints first. */
function verified(target: string): string {
    const results = [{ check: "certificate", endpoint: "mqtts", status: "ok", seen: "valid" }] as const;
    return headline({ target, endpoints: [], startedAt: "", seconds: 1, ok: true, counts: countsOf(results), results });
}

/** What `ops status` prints of brokers that are all ready. */
function statusOf(replicas: number): string {
    const statefulSet = {
        name: "vernemq",
        replicas,
        readyReplicas: replicas,
        labels: { "helm.sh/chart": "vernemq-2.1.2" },
    };
    const observation = { statefulSet, brokers: [], haproxy: [], certificates: [] };
    return statusText(observation as unknown as Observation, { problems: [], notes: [] }, new Date(), false);
}

function pathsOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
    return typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.entries(value).flatMap(([key, below]) => pathsOf(below, [...path, key]))
        : [path];
}

function valueAt(value: unknown, path: readonly string[]): unknown {
    return path.reduce<unknown>(
        (found, key) =>
            typeof found === "object" && found !== null ? (found as Record<string, unknown>)[key] : undefined,
        value,
    );
}
