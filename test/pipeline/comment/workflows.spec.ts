import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { satisfies } from "semver";
import { parse } from "yaml";

const root = join(__dirname, "..", "..", "..");
const folder = join(root, ".github", "workflows");

interface Step {
    readonly name?: string;
    readonly if?: string;
    readonly uses?: string;
    readonly run?: string;
    readonly with?: Readonly<Record<string, unknown>>;
    readonly env?: Readonly<Record<string, string>>;
}

interface Job {
    readonly permissions?: Readonly<Record<string, string>>;
    readonly environment?: string;
    readonly concurrency?: Readonly<Record<string, unknown>>;
    readonly if?: string;
    readonly needs?: string;
    readonly strategy?: { readonly matrix: Readonly<Record<string, unknown>> };
    /** Undefined where the job is another workflow. */
    readonly uses?: string;
    readonly steps?: readonly Step[];
}

interface Workflow {
    readonly on: Readonly<Record<string, unknown>>;
    readonly permissions: Readonly<Record<string, string>>;
    readonly jobs: Readonly<Record<string, Job>>;
}

const files = readdirSync(folder).sort();
const textOf = (file: string) => readFileSync(join(folder, file), "utf8");
const load = (file: string) => parse(textOf(file)) as Workflow;
const stepsOf = ({ jobs }: Workflow) => Object.values(jobs).flatMap(({ steps = [] }) => steps);

function jobOf(file: string, name: string): Job & { readonly steps: readonly Step[] } {
    const job = load(file).jobs[name];
    assert.ok(job, `${file} has no job ${name}`);
    return { ...job, steps: job.steps ?? [] };
}

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly engines: { readonly node: string };
    readonly devDependencies: Readonly<Record<string, string>>;
};

/** What a workflow may write besides an identity for a cloud. */
const mayWrite: Readonly<Record<string, readonly string[]>> = {
    "preview-comment.yml": ["pull-requests"],
    "release.yml": ["attestations", "contents", "id-token"],
};

describe("the workflows", () => {
    it("are these, each with its triggers", () => {
        assert.deepEqual(
            files.map((file) => [file, Object.keys(load(file).on)]),
            [
                ["acceptance.yml", ["schedule", "workflow_dispatch"]],
                ["ci.yml", ["pull_request", "merge_group", "workflow_call"]],
                ["drift.yml", ["schedule", "workflow_dispatch"]],
                ["preview-comment.yml", ["workflow_run"]],
                ["preview.yml", ["pull_request"]],
                ["release.yml", ["push"]],
                ["up.yml", ["push", "workflow_dispatch"]],
            ],
        );
    });

    for (const file of files) {
        it(`${file} never runs a pull request's code with the repository's rights`, () => {
            assert.ok(!("pull_request_target" in load(file).on));
            for (const job of Object.values(load(file).jobs)) {
                const rights = job.permissions ?? load(file).permissions;
                const writes = Object.entries(rights).filter(([, right]) => right === "write");
                const allowed = mayWrite[file] ?? ["id-token"];
                assert.deepEqual(
                    writes.map(([name]) => name).filter((name) => !allowed.includes(name)),
                    [],
                );
            }
        });

        it(`${file} pins each action by commit, with its version beside it`, () => {
            const pinned =
                /^ +(?:- )?uses: (?:[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+|\.\/\.github\/workflows\/\w+\.yml)$/;
            const uses = textOf(file)
                .split("\n")
                .filter((line) => /^ *(- )?["']?uses["']?\s*:/.test(line));
            assert.deepEqual(
                uses.filter((line) => !pinned.test(line)),
                [],
            );
            const jobs = Object.values(load(file).jobs).filter((job) => job.uses !== undefined);
            const steps = stepsOf(load(file)).filter((step) => step.uses !== undefined);
            assert.equal(uses.length, jobs.length + steps.length, "a `uses` that the lines above do not show");
        });

        it(`${file} reads by default at most, and lets a job say what more it needs`, () => {
            const rights = load(file).permissions;
            assert.ok(Object.entries(rights).every(([name, right]) => name === "contents" && right === "read"));
        });

        it(`${file} gives secrets to the steps that need them, which download nothing`, () => {
            const { jobs, ...rest } = load(file);
            const around = Object.values(jobs).map((job) => ({ ...job, steps: [] }));
            assert.doesNotMatch(JSON.stringify([rest, around]), /secrets\b|github\.token/);
            for (const step of stepsOf(load(file)).filter((each) => JSON.stringify(each).includes("secrets."))) {
                assert.match(step.run ?? "", /npm run --silent pipeline -- (preview|up|drift|verify) /, step.name);
                assert.doesNotMatch(step.run ?? "", /npm (ci|install)|npx|curl/, step.name);
            }
        });

        it(`${file} keeps no credentials in the checkout, and puts no expression into a script`, () => {
            for (const { uses, run, with: settings } of stepsOf(load(file))) {
                assert.doesNotMatch(run ?? "", /\$\{\{/);
                if (uses?.startsWith("actions/checkout@") === true) {
                    assert.equal(settings?.["persist-credentials"], false);
                }
            }
        });
    }

    it("use one commit of each action", () => {
        const uses = files.flatMap((file) => stepsOf(load(file)).flatMap((step) => step.uses ?? []));
        const actions = uses.map((each) => each.split("@")[0]);
        assert.equal(new Set(uses).size, new Set(actions).size);
    });

    it("reach no cloud in a fork of the repository until its owner sets a variable", () => {
        for (const file of files) {
            const { jobs } = load(file);
            for (const [name, job] of Object.entries(jobs)) {
                // A release of a fork is its owner's tag, in a separate environment.
                if (job.environment !== undefined && file !== "release.yml") {
                    const condition = job.if ?? jobs[job.needs ?? ""]?.if ?? "";
                    assert.match(condition, /^vars\.(PREVIEW_STACKS|UP_CLOUDS)\b(?!.*\|\|)/, `${file}: ${name}`);
                }
            }
        }
    });

    it("are valid by actionlint", function () {
        const { error, status, stdout, stderr } = spawnSync("actionlint", ["-no-color"], {
            cwd: root,
            encoding: "utf8",
        });
        if (error !== undefined) {
            this.skip();
        }
        assert.equal(status, 0, stdout + stderr);
    });

    it("release a bill of materials, and a provenance of every file", () => {
        const { steps } = jobOf("release.yml", "release");
        const at = (part: RegExp) => steps.findIndex((step) => part.test(JSON.stringify(step)));
        assert.ok(at(/npm sbom .*> build\/release\/sbom\.cdx\.json/) >= 0);
        assert.equal(steps[at(/attest-build-provenance/)]?.with?.["subject-path"], "build/release/*");
        assert.ok(at(/npm sbom/) < at(/attest-build-provenance/));
        assert.ok(at(/attest-build-provenance/) < at(/gh release create .*build\/release\/\*/));
    });

    it("release the package and the plugin as archives that the provenance covers", () => {
        const { steps } = jobOf("release.yml", "release");
        const made =
            steps.find(({ name }) => name === "Source archive, package, plugin and bill of materials")?.run ?? "";
        assert.match(
            made,
            /npm run build\nnpm pack \.\/dist --pack-destination build\/release\nnode plugin\/archive\.mjs\n/,
        );
    });

    it("publish to npm with provenance, by the job's identity alone and only where the owner's variable says so", () => {
        const { if: condition, needs, permissions, steps } = jobOf("release.yml", "npm");
        assert.equal(condition, "vars.NPM_PUBLISH == 'true'");
        assert.equal(needs, "release");
        assert.deepEqual(permissions, { contents: "read", "id-token": "write" });
        assert.match(steps.at(-1)?.run ?? "", /^npm publish \.\/dist --provenance /);
        assert.doesNotMatch(JSON.stringify(steps), /secrets|NODE_AUTH_TOKEN/);
    });

    it("report known vulnerabilities without stopping a change", () => {
        const report = jobOf("ci.yml", "audit").steps.find(({ run }) => run?.includes("npm audit"));
        assert.match(report?.run ?? "", /npm audit .*\|\| true/);
        assert.match(report?.run ?? "", /GITHUB_STEP_SUMMARY/);
    });

    it("and the packages are kept current by Dependabot", () => {
        const { updates } = parse(readFileSync(join(root, ".github", "dependabot.yml"), "utf8")) as {
            readonly updates: readonly { readonly "package-ecosystem": string; readonly directory: string }[];
        };
        assert.deepEqual(
            updates.map((update) => [update["package-ecosystem"], update.directory]),
            [
                ["github-actions", "/"],
                ["npm", "/"],
            ],
        );
    });

    it("comment from a job that checks out nothing but the default branch and reads nothing but digests", () => {
        const { steps } = jobOf("preview-comment.yml", "comment");
        const checkouts = steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
        assert.deepEqual(
            checkouts.map((step) => step.with?.["ref"]),
            ["${{ github.event.repository.default_branch }}"],
        );
        const commands = steps.map(({ run }) => run ?? "").join("\n");
        assert.match(commands, /comment "\$@" --only-digests/);
        assert.doesNotMatch(commands, /git (checkout|fetch|pull|clone)/);
        assert.deepEqual(load("preview-comment.yml").permissions, {});
        assert.deepEqual(load("preview-comment.yml").on["workflow_run"], {
            workflows: ["Preview"],
            types: ["completed"],
        });
    });

    it("give forks no environment, no identity and no secret, only an offline plan", () => {
        const offline = jobOf("preview.yml", "offline");
        const isFork = "github.event.pull_request.head.repo.full_name != github.repository";
        assert.equal(offline.if, `\${{ !vars.PREVIEW_STACKS || ${isFork} }}`);
        assert.equal(offline.environment, undefined);
        assert.equal(offline.permissions, undefined);
        assert.deepEqual(load("preview.yml").permissions, { contents: "read" });
        assert.doesNotMatch(JSON.stringify(offline), /secrets\.|id-token/);
        assert.match(JSON.stringify(offline), /plan -- --stack/);
        assert.equal(
            jobOf("preview.yml", "preview").if,
            "vars.PREVIEW_STACKS && github.event.pull_request.head.repo.full_name == github.repository",
        );
        assert.equal(jobOf("preview.yml", "preview").environment, "preview-${{ matrix.stack }}");
    });

    it("let only digests leave the preview", () => {
        const uploads = stepsOf(load("preview.yml")).filter(({ uses }) => uses?.startsWith("actions/upload-artifact@"));
        assert.deepEqual(
            uploads.map((step) => step.with?.["path"]),
            ["build/digests/*.json", "head/build/digests/*.json"],
        );
    });

    it("update one stack at a time in a cloud, and never cut an update off", () => {
        const up = jobOf("up.yml", "up");
        assert.deepEqual(up.concurrency, { group: "up-${{ matrix.cloud }}", "cancel-in-progress": false });
        assert.equal(up.environment, "production-${{ matrix.cloud }}");
        assert.match(up.steps.map(({ run }) => run ?? "").join("\n"), /--parallel 1/);
        assert.deepEqual(load("up.yml").on["push"], { branches: ["main"] });
    });

    it("deploy and release only what passed every test, and deploy only to the clouds that a variable names", () => {
        for (const [file, job] of [
            ["up.yml", "up"],
            ["release.yml", "release"],
        ] as const) {
            assert.equal(load(file).jobs["ci"]?.uses, "./.github/workflows/ci.yml");
            assert.equal(jobOf(file, job).needs, "ci");
        }
        assert.equal(load("up.yml").jobs["ci"]?.if, "vars.UP_CLOUDS && github.ref == 'refs/heads/main'");
        assert.deepEqual(jobOf("up.yml", "up").strategy?.matrix, { include: "${{ fromJSON(vars.UP_CLOUDS) }}" });
    });

    it("test the oldest supported Node.js, and the engine of the SDK's version", () => {
        const ci = load("ci.yml");
        const [oldest] = jobOf("ci.yml", "unit").strategy?.matrix["node"] as number[];
        assert.equal(/^>=(\d+)\.\d+$/.exec(manifest.engines.node)?.[1], oldest?.toString());
        const engine = stepsOf(ci).find(({ uses }) => uses?.startsWith("pulumi/actions@"));
        assert.equal(engine?.with?.["pulumi-version"], manifest.devDependencies["@pulumi/pulumi"]);
        assert.doesNotMatch(readFileSync(join(folder, "ci.yml"), "utf8"), /secrets\./);
    });

    it("take only packages that run on each Node.js that is tested", () => {
        const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
            packages: Readonly<Record<string, { engines?: { node?: string } }>>;
        };
        const [, ...lines] = jobOf("ci.yml", "unit").strategy?.matrix["node"] as number[];
        assert.ok(lines.length > 0);
        const tested = [manifest.engines.node.slice(2), ...lines.map((line) => `${line}.0`)];
        const refusing = Object.entries(packages).flatMap(([path, { engines }]) =>
            tested
                .filter((version) => !satisfies(`${version}.0`, engines?.node ?? "*"))
                .map((version) => `${path} on ${version}: ${engines?.node ?? ""}`),
        );
        assert.deepEqual(refusing, []);
    });

    it("may verify after an update what devices find, where a variable asks for it", () => {
        const names = jobOf("up.yml", "up").steps.map(({ name }) => name);
        assert.ok(names.indexOf("Verify") > names.indexOf("Up"));
        const verify = jobOf("up.yml", "up").steps.find(({ name }) => name === "Verify");
        assert.equal(verify?.if, "vars.VERIFY");
        assert.match(verify.run ?? "", /pipeline -- verify --stack "\$stack"/);
    });
});

describe("docs/gitlab-ci.yml", () => {
    const text = readFileSync(join(root, "docs", "gitlab-ci.yml"), "utf8");
    const pipeline = parse(text, { merge: true }) as Readonly<
        Record<
            string,
            {
                script?: readonly string[];
                before_script?: readonly string[];
                variables?: object;
                resource_group?: string;
                artifacts?: { paths: readonly string[] };
            }
        >
    >;

    it("runs the engine of the SDK's version", () => {
        const { default: defaults } = parse(text, { merge: true }) as { default: { image: string } };
        assert.equal(defaults.image, `pulumi/pulumi-nodejs:${manifest.devDependencies["@pulumi/pulumi"] ?? ""}`);
    });

    it("comments with the default branch's code and from digests alone", () => {
        assert.deepEqual(pipeline["comment"]?.variables, { GIT_STRATEGY: "none" });
        assert.match(pipeline["comment"].before_script?.join("\n") ?? "", /--branch "\$CI_DEFAULT_BRANCH"/);
        assert.match(pipeline["comment"].script?.join("\n") ?? "", /--only-digests .*--gitlab/);
    });

    it("lets no states leave the preview, and updates a stack once at a time", () => {
        assert.deepEqual(pipeline["preview"]?.artifacts?.paths, ["build/digests", "build/pages"]);
        assert.equal(pipeline["up"]?.resource_group, "up-$STACK");
    });
});
