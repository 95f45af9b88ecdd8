#!/usr/bin/env node
// The command line, from any folder.
import { createRequire } from "node:module";
import { requireSupportedNode } from "../node.mjs";

await requireSupportedNode();
await import("tsx");
createRequire(import.meta.url)("../cli/main.ts");
