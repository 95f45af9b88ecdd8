// Pulumi starts plugins with ts-node, which checks the types of everything at each start (15 s and 2 GB) and knows no newer syntax than
// its own defaults. So the program is loaded as all programs here are, by tsx.
require("tsx/cjs");
require("./index.ts");
