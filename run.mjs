// Runs a program of the repository on a supported Node.js (node.mjs), or a command of its packages:
//     node run.mjs cli/main.ts plan --stack eks
//     node run.mjs --node 22 npm run test:unit
// The second takes the newest Node.js 22 of npm's registry.
import { requireSupportedNode, rerunOn, run } from "./node.mjs";

const [first, version, ...words] = process.argv.slice(2);
if (first === "--node") {
    if (!/^\d+(\.\d+){0,2}$/.test(version ?? "")) {
        console.error("--node takes a version of Node.js or the number of a release line, for example 22.");
        process.exit(2);
    }
    await rerunOn(version, [process.argv[1], ...words], `With --node ${version}`);
}
await requireSupportedNode();
await run(...process.argv.slice(2));
