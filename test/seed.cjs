"use strict";

const fc = require("fast-check");

// A change is judged by what it changes: in CI properties are tried with the same values each time, elsewhere with new ones.
if (process.env.CI !== undefined) {
    fc.configureGlobal({ seed: 20_261_123 });
}
