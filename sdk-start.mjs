// Takes out of a program's start what Pulumi's SDK does for programs of other kinds, until it is needed: for functions that it serializes (dynamic
// providers, callbacks as cloud functions) it loads the TypeScript compiler and opens a debugger's session, under which all code is slower; the
// Automation API and providers' servers it loads for all programs. Imported before the SDK. What a later SDK has elsewhere is only loaded at once again.
import inspector from "node:inspector";
import Module, { createRequire } from "node:module";

/** What `@pulumi/pulumi` requires at once, and whether it was an ES module before it was compiled. */
const modules = [
    { name: "./typescript-shim.js", wasEsm: false },
    { name: "./automation/index.js", wasEsm: true },
    { name: "./provider/index.js", wasEsm: true },
    { name: "normalize-package-data", wasEsm: false },
];

/** Stands for a module's exports, and loads it when they are looked at. Compiled code asks for `__esModule` before it uses any. */
function onceUsed(load, wasEsm) {
    let loaded;
    const exports = () => (loaded ??= load());
    return new Proxy(() => undefined, {
        apply: (_, self, words) => Reflect.apply(exports(), self, words),
        get: (_, key) => (key === "__esModule" ? wasEsm : exports()[key]),
        set: (_, key, value) => Reflect.set(exports(), key, value),
        has: (_, key) => key in exports(),
        ownKeys: () => Reflect.ownKeys(exports()),
        getOwnPropertyDescriptor: (_, key) => {
            const descriptor = Reflect.getOwnPropertyDescriptor(exports(), key);
            // A proxy may not tell of others: its own object has none of them.
            return descriptor && { ...descriptor, configurable: true };
        },
    });
}

function loadOnceUsed({ name, wasEsm }) {
    let file, require;
    try {
        require = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi"));
        file = require.resolve(name);
    } catch {
        return;
    }
    if (file in require.cache) {
        return;
    }
    const load = () => {
        delete require.cache[file];
        return require(file);
    };
    const module = new Module(file);
    require.cache[file] = Object.assign(module, { filename: file, loaded: true, exports: onceUsed(load, wasEsm) });
}

/** Lets a session of the SDK have the debugger when it is first asked for something else. The debugger then also tells of the scripts from before. */
function enableDebuggerOnceUsed() {
    const { post } = inspector.Session.prototype;
    const waiting = new WeakSet();
    inspector.Session.prototype.post = function (method, ...words) {
        const callback = words.at(-1);
        if (method === "Debugger.enable" && typeof callback === "function") {
            waiting.add(this);
            process.nextTick(callback, null, {});
            return;
        }
        if (waiting.delete(this)) {
            post.call(this, "Debugger.enable");
        }
        post.call(this, method, ...words);
    };
}

/**
 * A way to write stack traces that leaves out those which the SDK takes of its promises, thousands for one stack. They are shown with
 * PULUMI_DEBUG_PROMISE_LEAKS alone.
 *
 * @param prepareStackTrace writes the others
 */
export function withoutPromises(prepareStackTrace) {
    if (process.env.PULUMI_DEBUG_PROMISE_LEAKS) {
        return prepareStackTrace;
    }
    return (error, sites) =>
        error.message === "" && sites[0]?.getFunctionName() === "debuggablePromise"
            ? ""
            : prepareStackTrace(error, sites);
}

modules.forEach(loadOnceUsed);
enableDebuggerOnceUsed();
Error.prepareStackTrace = withoutPromises(Error.prepareStackTrace);
