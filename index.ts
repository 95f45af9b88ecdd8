import * as pulumi from "@pulumi/pulumi";
import { ConfigurationError } from "./components/common/problem";
import { deploy, type StackOutputs } from "./stacks/deploy";
import { parseSettings } from "./stacks/settings/parse";
import { readEngineConfig } from "./stacks/settings/engine-config";

/** The Pulumi program: reads the stack's settings, deploys its target and exports what the user needs next. */
async function program(): Promise<StackOutputs> {
    try {
        return await deploy(parseSettings(readEngineConfig(), new Date()));
    } catch (error) {
        // A RunError is shown without a stack trace, and a mistake in the configuration is the user's to fix.
        throw error instanceof ConfigurationError ? new pulumi.RunError(error.message) : error;
    }
}

export = program;
