import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const root = join(__dirname, "..");
const withStart = ["--import", join(root, "sdk-start.mjs")];

/** What a script returns after what the engine's language host does before it loads a program. */
async function resultOf(script: string, nodeArgs: readonly string[] = withStart, env = {}): Promise<unknown> {
    const program = `const hooks = require("@pulumi/pulumi/runtime/closure/v8Hooks");
        const loads = (part) => Object.keys(require.cache).some((file) => file.replaceAll("\\\\", "/").includes(part));
        hooks.isInitializedAsync().then(async () => { ${script} }).then((result) => console.log(JSON.stringify(result)));`;
    const options = { cwd: root, env: { ...process.env, ...env } };
    const { stdout } = await promisify(execFile)(process.execPath, [...nodeArgs, "-e", program], options);
    return JSON.parse(stdout);
}

describe("sdk-start.mjs", function () {
    it("imports the SDK without the compiler, the Automation API and providers' servers", async () => {
        const script = `require("@pulumi/pulumi");
            return ["/typescript/lib/", "/hosted-git-info/", "/execa/", "/pulumi/provider/server.js"].map(loads);`;
        assert.deepEqual(await resultOf(script, []), [true, true, true, true]);
        assert.deepEqual(await resultOf(script), [false, false, false, false]);
    });

    it("loads what is used, as it is", async () => {
        const script = `const { automation, provider } = require("@pulumi/pulumi");
            const error = new automation.StackNotFoundError({});
            return [error instanceof Error, "Stack" in automation, Object.keys(automation).length, Object.keys(provider)];`;
        const result = await resultOf(script);
        assert.deepEqual(result, await resultOf(script, []));
        assert.deepEqual((result as unknown[]).slice(0, 2), [true, true]);
    });

    it("lets the SDK serialize a function with what it captures", async () => {
        const script = `const unit = "ms"; const { join } = require("node:path");
            const { text } = await require("@pulumi/pulumi").runtime.serializeFunction((word) => join(word, unit));
            return text;`;
        const text = await resultOf(script);
        assert.equal(text, await resultOf(script, []));
        assert.match(String(text), /unit: "ms"/);
    });

    it("writes no stack traces of promises, unless the SDK is to show them", async () => {
        const script = `const promise = Promise.resolve();
            require("@pulumi/pulumi/runtime/debuggable").debuggablePromise(promise, "test");
            return [promise._debugStackTrace.includes("debuggablePromise"), new Error("").stack.includes("    at ")];`;
        assert.deepEqual(await resultOf(script, []), [true, true]);
        assert.deepEqual(await resultOf(script), [false, true]);
        assert.deepEqual(await resultOf(script, withStart, { PULUMI_DEBUG_PROMISE_LEAKS: "1" }), [true, true]);
    });

    it("tells a debugger's session of the scripts from before", async () => {
        const script = `const { Session } = require("node:inspector"); const session = new Session(); session.connect();
            const urls = []; session.on("Debugger.scriptParsed", ({ params }) => urls.push(params.url));
            const post = (method) => new Promise((resolve) => session.post(method, resolve));
            await post("Debugger.enable"); const before = urls.length;
            await post("Runtime.enable");
            return [before, urls.some((url) => url.endsWith("/v8Hooks.js"))]`;
        assert.deepEqual(await resultOf(script), [0, true]);
    });
});
