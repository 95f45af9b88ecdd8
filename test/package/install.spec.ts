import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    statSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installPackage, packed, registryOrSkip } from "./support";

const clouds = ["aws", "azure-native", "digitalocean", "gcp"].map((name) => `@pulumi/${name}`);

/** What a user of each target installs beside the package. */
const targets: Readonly<Record<string, readonly string[]>> = {
    existing: [],
    eks: ["@pulumi/aws"],
    gke: ["@pulumi/gcp"],
    aks: ["@pulumi/azure-native"],
    doks: ["@pulumi/digitalocean"],
};

/** The project file that `pulumi new typescript` writes. */
const tsconfig = {
    compilerOptions: {
        strict: true,
        outDir: "bin",
        target: "es2020",
        module: "commonjs",
        moduleResolution: "node",
        sourceMap: true,
        experimentalDecorators: true,
        pretty: true,
        noFallthroughCasesInSwitch: true,
        noImplicitReturns: true,
        forceConsistentCasingInFileNames: true,
    },
    files: ["index.ts"],
};

/** The ten lines of docs/guides/library.md. */
function exampleProgram(): string {
    const guide = readFileSync(join(__dirname, "..", "..", "docs", "guides", "library.md"), "utf8");
    const [, program] = /```ts\n([\s\S]*?)```/.exec(guide) ?? [];
    assert.ok(program !== undefined, "the guide has a program");
    return program;
}

/** What the files of a folder hold together, in MiB. */
function mebibytesIn(folder: string): string {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    const bytes = entries
        .filter((entry) => entry.isFile())
        .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
    return (bytes / 2 ** 20).toFixed(0);
}

describe("The package, installed for one target", () => {
    let folder: string;

    before(function () {
        registryOrSkip(this);
        packed();
    });

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "vernemq-user-"));
        writeFileSync(join(folder, "package.json"), '{"name":"user","private":true}');
    });

    afterEach(() => {
        rmSync(folder, { recursive: true });
    });

    for (const [target, sdks] of Object.entries(targets)) {
        it(`brings no other cloud's SDK for ${target}`, () => {
            const wanted = ["@pulumi/pulumi", "@pulumi/kubernetes", ...sdks];
            installPackage(folder, ...wanted);
            const lock = join(folder, "node_modules", ".package-lock.json");
            const { packages } = JSON.parse(readFileSync(lock, "utf8")) as { readonly packages: object };
            const installed = Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, ""));
            const present = clouds.filter((name) => existsSync(join(folder, "node_modules", name)));
            assert.deepEqual(present, sdks);
            assert.deepEqual(
                clouds.filter((name) => installed.includes(name)),
                sdks,
            );
            const copies = installed.filter((name) => name === "@pulumi/pulumi");
            assert.equal(copies.length, 1, "two copies of the SDK would not know each other's resources");
            console.log(
                `      ${target}: ${installed.length} packages, ${mebibytesIn(join(folder, "node_modules"))} MiB`,
            );
        });
    }

    it("says in one sentence which SDK is missing, and compiles in a project of pulumi new typescript", () => {
        installPackage(folder, "@pulumi/pulumi", "@pulumi/kubernetes", "typescript@5", "@types/node@20");
        const missing = spawnSync(process.execPath, ["--eval", 'require("vernemq-anywhere/aws")'], {
            cwd: folder,
            encoding: "utf8",
        });
        assert.match(
            missing.stderr,
            /Amazon EKS needs @pulumi\/aws, which is not installed: run `npm install @pulumi\/aws`\./,
        );
        mkdirSync(join(folder, "bin"));
        writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(tsconfig));
        writeFileSync(join(folder, "index.ts"), exampleProgram());
        const compiler = join(folder, "node_modules", "typescript", "bin", "tsc");
        const { status, stdout } = spawnSync(process.execPath, [compiler], { cwd: folder, encoding: "utf8" });
        assert.equal(stdout, "");
        assert.equal(status, 0);
    });
});
