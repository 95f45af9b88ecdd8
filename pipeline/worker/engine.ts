// Before the SDK.
import "../../sdk-start.mjs";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { PulumiCommand } from "@pulumi/pulumi/automation";
import { version as sdkVersion } from "@pulumi/pulumi/version";
import { SemVer } from "semver";

/**
 * Pulumi's engine: the `pulumi` on the PATH; where there is none, the official release of the SDK's version, which is downloaded once
 * into ~/.pulumi/versions.
 *
 * @throws where neither can be had, and whatever keeps a `pulumi` on the PATH from being used, an old one for example.
 */
export async function findEngine(): Promise<PulumiCommand> {
    const found = await PulumiCommand.get().catch((error: unknown) => ({ error }));
    if ("command" in found && found.version !== null) {
        return found;
    }
    const version = await versionOnPath();
    if (version === undefined) {
        try {
            return await PulumiCommand.install();
        } catch (error) {
            throw new Error(
                "The pulumi program is not on the PATH, and its official download did not succeed: install it as " +
                    `https://www.pulumi.com/docs/install/ says, and run this again. (${firstLine(error)})`,
            );
        }
    }
    if ("error" in found && version !== "") {
        throw found.error;
    }
    return unnamedEngine();
}

/** What `pulumi version` says; undefined where there is no such program. */
async function versionOnPath(): Promise<string | undefined> {
    try {
        const { stdout } = await promisify(execFile)("pulumi", ["version"], {
            env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
        });
        return stdout.trim();
    } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") {
            return undefined;
        }
        throw error;
    }
}

/** An engine that is built from source says no version. It is taken for one that fits the SDK, which needs a version to go by. */
async function unnamedEngine(): Promise<PulumiCommand> {
    const command = await PulumiCommand.get({ skipVersionCheck: true });
    return Object.assign(command, { version: new SemVer(sdkVersion) });
}

function firstLine(error: unknown): string {
    const text = error instanceof Error ? error.message : String(error);
    // A failed command tells its code and output first and the reason on a separate line.
    const reason = /stderr: (.*)/.exec(text)?.[1] ?? text;
    return reason.trim().split("\n")[0] ?? "";
}
