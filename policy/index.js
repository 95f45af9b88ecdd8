// The engine runs a policy pack by `node`, and passes `nodeargs` to the pack instead of to node: TypeScript is loaded from here.
require("tsx/cjs");
const { createPack } = require("./pack.ts");

createPack();
