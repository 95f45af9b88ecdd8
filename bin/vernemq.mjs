#!/usr/bin/env node
// The command line, from any folder.
import { createRequire } from "node:module";

await import("tsx");
createRequire(import.meta.url)("../cli/main.ts");
