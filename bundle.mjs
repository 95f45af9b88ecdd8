// Loads the Pulumi program: bundles index.ts and what it imports in memory, when the engine starts it (`nodeargs` in Pulumi.yaml). Nothing is
// written, so nothing can be stale. Compared with compiling file by file (tsx) it halves the processor time until the program runs.
// Plain JavaScript, because it runs before anything can be compiled.
import { build } from "esbuild";
import { readFile } from "node:fs/promises";
import { createRequire, SourceMap } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { unsupportedNode } from "./node.mjs";
import { withoutPromises } from "./sdk-start.mjs";

const root = dirname(fileURLToPath(import.meta.url));

const unsupported = unsupportedNode();
if (unsupported !== undefined) {
    console.error(
        `${unsupported}: not tried, and not supported. The engine takes the node that it finds first on PATH.`,
    );
}

/** In a bundle every module would have the bundle's folder for its own; those that look for a file beside them keep theirs. */
const foldersOfModules = {
    name: "folders-of-modules",
    setup({ onLoad }) {
        onLoad({ filter: /\.ts$/, namespace: "file" }, async ({ path }) => {
            const contents = await readFile(path, "utf8");
            return contents.includes("__dirname")
                ? { contents: `const __dirname = ${JSON.stringify(dirname(path))};${contents}`, loader: "ts" }
                : undefined;
        });
    },
};

const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [join(root, "index.ts")],
    outfile: join(root, "index.js"),
    bundle: true,
    packages: "external",
    platform: "node",
    format: "cjs",
    target: `node${process.versions.node}`,
    // Node would look for an imported subpath by its exact file name; require knows `@pulumi/aws/provider`.
    supported: { "dynamic-import": false },
    keepNames: true,
    sourcemap: "external",
    sourcesContent: false,
    plugins: [foldersOfModules],
    write: false,
});
const [bundle, map] = [".js", ".map"].map((suffix) => outputFiles.find(({ path }) => path.endsWith(suffix)));

/**
 * Writes stack traces with the places in the sources. The SDK takes the trace of each promise and resource, thousands for one stack: the package with
 * which it maps them (source-map-support) takes a third of a preview's processor time, Node's own way a tenth. Here a place is mapped once.
 *
 * @param file what the traces call the bundle
 */
function mapStackTraces(file) {
    let sources;
    const places = new Map();
    const placeOf = (line, column) => {
        sources ??= new SourceMap(JSON.parse(map.text));
        const { fileName, lineNumber, columnNumber } = sources.findOrigin(line, column);
        return fileName === undefined
            ? `${file}:${line}:${column}`
            : `${join(root, fileName)}:${lineNumber}:${columnNumber}`;
    };
    const mapped = (site) => {
        const line = site.getLineNumber();
        const column = site.getColumnNumber();
        const key = `${file}:${line}:${column}`;
        if (!places.has(key)) {
            places.set(key, placeOf(line, column));
        }
        return String(site).replace(key, () => places.get(key));
    };
    Error.prepareStackTrace = withoutPromises((error, sites) => {
        const lines = sites.map((site) => (site.getFileName() === file ? mapped(site) : String(site)));
        return [Error.prototype.toString.call(error), ...lines].join("\n    at ");
    });
}

// The engine's language host requires the program by its path.
createRequire(import.meta.url).extensions[".ts"] = (module, file) => {
    mapStackTraces(file);
    module._compile(bundle.text, file);
};
