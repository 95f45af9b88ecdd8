#!/usr/bin/env node
// The command line, from any folder: TypeScript in a clone, JavaScript in the installed package.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { requireSupportedNode } from "../node.mjs";

await requireSupportedNode();
if (existsSync(new URL("../cli/main.ts", import.meta.url))) {
    await import("../typescript.mjs");
}
createRequire(import.meta.url)("../cli/main");
