"use strict";

const programs = require("node:child_process");
const { syncBuiltinESMExports } = require("node:module");
const { Server } = require("node:net");
const { basename } = require("node:path");

/** Fails a unit test that starts a program or a server: its file belongs to those that test/run.mjs names. */
function refuse(what) {
    throw new Error(`A unit test starts no program and no server (${what}); name its file in test/run.mjs.`);
}

/** What tsx compiles with is part of loading a file. */
function isCompiler(file) {
    return basename(file) === "esbuild";
}

function guard() {
    const { spawn } = programs.ChildProcess.prototype;
    programs.ChildProcess.prototype.spawn = function (options) {
        return isCompiler(options.file) ? spawn.call(this, options) : refuse(options.file);
    };
    for (const name of ["spawnSync", "execSync", "execFileSync"]) {
        const run = programs[name];
        programs[name] = (file, ...rest) => (isCompiler(file) ? run(file, ...rest) : refuse(file));
    }
    Server.prototype.listen = () => refuse("a server");
    syncBuiltinESMExports();
}

// Mocha's first process starts the workers, and runs no test.
if (process.env.MOCHA_WORKER_ID !== undefined) {
    guard();
}
