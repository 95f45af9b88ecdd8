// The engine runs a policy pack by `node`, and passes `nodeargs` to the pack instead of to node: TypeScript is loaded from here.
// In the installed package pack.js is found.
require("tsx/cjs");
const { createPack } = require("./pack");

createPack();
