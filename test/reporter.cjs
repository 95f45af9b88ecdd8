"use strict";

const { relative } = require("node:path");
const { reporters, Runner } = require("mocha");

const { EVENT_TEST_BEGIN, EVENT_TEST_PENDING, EVENT_TEST_END, EVENT_HOOK_END, EVENT_RUN_END } = Runner.constants;

/**
 * A line for each file with a dot for each test, of files side by side as soon as one has ended; then what failed, what was skipped, what
 * took longest, and one closing line with the counts.
 */
module.exports = class Reporter extends reporters.Base {
    constructor(runner, options) {
        super(runner, options);
        const skipped = [];
        const seconds = new Map();
        let shown;
        const show = ({ file }) => {
            if (file !== shown) {
                process.stdout.write(`\n  ${relative(process.cwd(), file)} `);
                shown = file;
            }
        };
        const count = ({ file, duration = 0 }) => seconds.set(file, (seconds.get(file) ?? 0) + duration / 1000);
        runner.on(EVENT_TEST_BEGIN, show);
        runner.on(EVENT_TEST_PENDING, (test) => {
            show(test);
            skipped.push(test.fullTitle());
        });
        runner.on(EVENT_TEST_END, (test) => {
            process.stdout.write({ passed: ".", failed: "!" }[test.state] ?? ",");
            count(test);
        });
        runner.on(EVENT_HOOK_END, count);
        runner.once(EVENT_RUN_END, () => {
            console.log();
            this.epilogue();
            for (const title of skipped) {
                console.log(`  skipped: ${title}`);
            }
            const longest = [...seconds].sort(([, one], [, other]) => other - one).slice(0, 10);
            for (const [file, taken] of longest) {
                console.log(`  ${taken.toFixed(0).padStart(4)} s: ${relative(process.cwd(), file)}`);
            }
            const { passes, failures } = runner.stats;
            console.log(`${passes} passed, ${failures} failed, ${skipped.length} skipped`);
        });
    }
};
