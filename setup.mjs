// Makes a fresh clone ready: installs the packages of the lockfile when they are missing or stale, and with --test the programs that the
// tests run. Then it runs what follows, as run.mjs does. Plain JavaScript without imports from node_modules, because it runs before they exist.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { npm, requireSupportedNode, run } from "./node.mjs";

const root = dirname(fileURLToPath(import.meta.url));

/** npm writes what it installed into node_modules/.package-lock.json; it matches the lockfile when the install is current. */
function packagesAreCurrent() {
    const installed = join(root, "node_modules", ".package-lock.json");
    if (!existsSync(installed)) {
        return false;
    }
    const wanted = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
    const present = JSON.parse(readFileSync(installed, "utf8")).packages;
    return Object.entries(wanted).every(
        ([path, entry]) => path === "" || entry.optional || present[path]?.version === entry.version,
    );
}

/** Programs that only tests need, with the Debian package that has each. */
const testPrograms = [
    { program: "chromium", package: "chromium" },
    { program: "haproxy", package: "haproxy" },
    { program: "mosquitto_pub", package: "mosquitto-clients" },
    // The package would also start a Prometheus wherever services are started at installation; the tests want one file of it.
    { program: "promtool", package: "prometheus", file: "./usr/bin/promtool" },
];

function isOnPath(program) {
    const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin"];
    return folders.some((folder) => existsSync(join(folder, program)));
}

/** Installs missing test programs where that is possible; where it is not, the tests that need them say so themselves. */
function installTestPrograms() {
    const missing = testPrograms.filter(({ program }) => !isOnPath(program));
    const canInstall = process.getuid?.() === 0 && isOnPath("apt-get");
    if (missing.length === 0 || !canInstall) {
        return;
    }
    console.error(`Installing ${missing.map(({ program }) => program).join(", ")} for the tests.`);
    const quiet = {
        stdio: ["ignore", "ignore", "inherit"],
        env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    };
    spawnSync("apt-get", ["update", "-qq"], quiet);
    const whole = missing.filter(({ file }) => file === undefined).map((entry) => entry.package);
    if (whole.length > 0) {
        spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...whole], quiet);
    }
    for (const single of missing.filter(({ file }) => file !== undefined)) {
        installOneFile(single, quiet);
    }
}

/** Takes a program out of its package without installing that. It has to run by itself, as Go's programs do. */
function installOneFile({ program, package: name, file }, options) {
    const folder = mkdtempSync(join(tmpdir(), "vernemq-setup-"));
    try {
        // Otherwise apt gives up root for the download, and cannot write to a folder of root's.
        spawnSync("apt-get", ["download", "-qq", "-o", "APT::Sandbox::User=root", name], { ...options, cwd: folder });
        const [archive] = readdirSync(folder);
        if (archive !== undefined) {
            const target = join(folder, "contents");
            spawnSync("dpkg-deb", ["--extract", join(folder, archive), target], options);
            copyFileSync(join(target, file), join("/usr/local/bin", program));
        }
    } catch (error) {
        console.error(`${program} could not be installed: ${error.message}`);
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

await requireSupportedNode();
const [first, ...rest] = process.argv.slice(2);
const isForTests = first === "--test";
if (!packagesAreCurrent()) {
    console.error("Installing the packages of package-lock.json.");
    const { status } = npm(["ci", "--ignore-scripts"], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
    if (status !== 0) {
        process.exit(2);
    }
}
if (isForTests) {
    installTestPrograms();
}
const program = isForTests ? rest : process.argv.slice(2);
if (program.length > 0) {
    await run(...program);
}
