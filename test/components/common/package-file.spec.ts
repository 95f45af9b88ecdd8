import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathFromProgram } from "../../../components/common/package-file";

describe("The path from a program to a file of the package", () => {
    let folder: string;

    beforeEach(() => {
        folder = realpathSync(mkdtempSync(join(tmpdir(), "vernemq-package-")));
    });

    afterEach(() => {
        rmSync(folder, { recursive: true });
    });

    /** A package with a file, at a place below the folder. */
    function packageAt(...place: readonly string[]): string {
        const root = join(folder, ...place);
        mkdirSync(join(root, "dist", "broker"), { recursive: true });
        writeFileSync(join(root, "package.json"), '{"name":"mqtt-package"}');
        writeFileSync(join(root, "dist", "broker", "render.mjs"), "");
        return join(root, "dist", "broker", "render.mjs");
    }

    function program(...place: readonly string[]): string {
        const path = join(folder, ...place);
        mkdirSync(path, { recursive: true });
        return path;
    }

    it("leads into the program's own folder where that is the package", () => {
        const file = packageAt("clone");
        assert.equal(pathFromProgram(file, program("clone")), "./dist/broker/render.mjs");
    });

    it("goes through links by which the program sees the package", () => {
        const file = packageAt("clone");
        symlinkSync(join(folder, "clone", "dist"), join(program("shown"), "dist"));
        assert.equal(pathFromProgram(file, program("shown")), "./dist/broker/render.mjs");
    });

    it("leads into node_modules where the package is installed there", () => {
        const file = packageAt("app", "node_modules", "mqtt-package");
        assert.equal(pathFromProgram(file, program("app")), "./node_modules/mqtt-package/dist/broker/render.mjs");
    });

    it("finds the node_modules of a workspace above the program", () => {
        const file = packageAt("node_modules", "mqtt-package");
        assert.equal(
            pathFromProgram(file, program("apps", "mqtt")),
            "../../node_modules/mqtt-package/dist/broker/render.mjs",
        );
    });

    it("has no store of a package manager in it, whose names change with each version", () => {
        const file = packageAt("app", "node_modules", ".store", "mqtt-package@1.0.0", "node_modules", "mqtt-package");
        symlinkSync(
            join(folder, "app", "node_modules", ".store", "mqtt-package@1.0.0", "node_modules", "mqtt-package"),
            join(folder, "app", "node_modules", "mqtt-package"),
        );
        assert.equal(pathFromProgram(file, program("app")), "./node_modules/mqtt-package/dist/broker/render.mjs");
    });

    it("leads to the file wherever else it is", () => {
        const file = packageAt("elsewhere");
        assert.equal(pathFromProgram(file, program("app")), "../elsewhere/dist/broker/render.mjs");
    });
});
