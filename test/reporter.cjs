"use strict";

const { reporters, Runner } = require("mocha");

/** Dots while the tests run, then what failed, what was skipped, and one closing line with the counts. */
module.exports = class Reporter extends reporters.Dot {
    constructor(runner, options) {
        super(runner, options);
        const skipped = [];
        runner.on(Runner.constants.EVENT_TEST_PENDING, (test) => skipped.push(test.fullTitle()));
        runner.once(Runner.constants.EVENT_RUN_END, () => {
            for (const title of skipped) {
                console.log(`  skipped: ${title}`);
            }
            const { passes, failures } = runner.stats;
            console.log(`${passes} passed, ${failures} failed, ${skipped.length} skipped`);
        });
    }
};
