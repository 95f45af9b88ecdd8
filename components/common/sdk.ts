import * as pulumi from "@pulumi/pulumi";

/**
 * Demands an SDK that only some users of this package need.
 *
 * @param resolve finds a module, or throws; default: as Node does from here
 * @throws RunError with the command that installs it
 */
export function requireSdk(name: string, cloud: string, resolve: (module: string) => string = require.resolve): void {
    try {
        resolve(`${name}/package.json`);
    } catch {
        throw new pulumi.RunError(`${cloud} needs ${name}, which is not installed: run \`npm install ${name}\`.`);
    }
}
