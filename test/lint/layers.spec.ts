import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { promisify } from "node:util";

const root = resolve(__dirname, "../..");
const cruise = join(root, "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs");

/** Names of the rules that these imports break, each `FILE -> FILE`, in a folder that holds nothing else. */
async function broken(imports: readonly (readonly [from: string, to: string])[]): Promise<string[]> {
    const folder = await mkdtemp(join(tmpdir(), "layers-"));
    try {
        const files = new Map<string, string>();
        for (const [from, to] of imports) {
            const path = relative(dirname(from), to).replace(/\.ts$/, "");
            files.set(to, files.get(to) ?? "export type It = 1;\n");
            files.set(
                from,
                `import type { It } from "${path.startsWith(".") ? path : `./${path}`}";\nexport type Mine = It;\n${files.get(from) ?? "export type It = 1;\n"}`,
            );
        }
        for (const [path, text] of [...files, ["tsconfig.json", "{}"] as const]) {
            await mkdir(join(folder, dirname(path)), { recursive: true });
            await writeFile(join(folder, path), text);
        }
        const args = [cruise, "--config", join(root, "dependency-cruiser.config.mjs"), "--output-type", "json", "."];
        const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder }).catch(
            (error: unknown) => error as { stdout: string },
        );
        const { summary } = JSON.parse(stdout) as { summary: { violations: { rule: { name: string } }[] } };
        return [...new Set(summary.violations.map(({ rule }) => rule.name))].sort();
    } finally {
        await rm(folder, { recursive: true });
    }
}

describe("the lint of layers", () => {
    it("refuses an import against the layers, even of a type", async () => {
        const wrong = [
            ["components/broker/a.ts", "stacks/b.ts", "components-below-policy"],
            ["stacks/c.ts", "plan/d.ts", "stacks-below-plan"],
            ["plan/e.ts", "pipeline/f.ts", "plan-below-pipeline"],
            ["pipeline/g.ts", "cli/h.ts", "pipeline-below-ops"],
            ["ops/i.ts", "verify/j.ts", "ops-below-verify"],
            ["verify/k.ts", "cli/l.ts", "verify-below-cli"],
            ["components/common/m.ts", "components/aws/n.ts", "components-common-is-lower"],
            ["components/broker/o.ts", "components/edge/p.ts", "components-broker-is-lower"],
            ["components/edge/q.ts", "components/kubernetes/r.ts", "components-edge-is-lower"],
            ["components/kubernetes/s.ts", "components/azure/t.ts", "components-kubernetes-is-lower"],
            ["components/google/u.ts", "components/aws/v.ts", "components-google-stands-alone"],
            ["simulation/google/w.ts", "components/google/x.ts", "simulation-stands-alone"],
            ["components/aws/y.ts", "simulation/z.ts", "no-simulation-in-what-is-deployed"],
            ["plan/aa.ts", "lab/bb.ts", "tools-are-leaves"],
            ["ops/cc.ts", "test/dd.ts", "no-tests-in-code"],
        ] as const;
        assert.deepEqual(await broken(wrong.map(([from, to]) => [from, to])), wrong.map(([, , rule]) => rule).sort());
    });

    it("refuses a circle of types", async () => {
        const circle = await broken([
            ["stacks/a.ts", "stacks/b.ts"],
            ["stacks/b.ts", "stacks/c.ts"],
            ["stacks/c.ts", "stacks/a.ts"],
        ]);
        assert.deepEqual(circle, ["no-cycle"]);
    });

    it("lets a layer use the lower ones, and the simulation what is common", async () => {
        const right = await broken([
            ["components/google/a.ts", "components/edge/b.ts"],
            ["stacks/c.ts", "components/google/a.ts"],
            ["plan/d.ts", "simulation/e.ts"],
            ["simulation/e.ts", "components/common/f.ts"],
            ["verify/g.ts", "ops/h.ts"],
            ["lab/i.ts", "components/edge/b.ts"],
        ]);
        assert.deepEqual(right, []);
    });
});
