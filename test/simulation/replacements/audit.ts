import { Command } from "commander";
import { askAzure } from "./ask-azure";
import { askGoogle } from "./ask-google";
import { askKubernetes } from "./ask-kubernetes";
import { askPulumi } from "./ask-pulumi";
import { askTerraform } from "./ask-terraform";

async function main(): Promise<void> {
    const command = new Command("npm run audit:replacements --").description(
        "Writes simulation/<platform>/replacements.json anew from the providers' own word.",
    );
    command
        .command("terraform <mirror>")
        .description("AWS: asks Terraform's provider of a file system mirror to plan a change of each property")
        .action(askTerraform);
    command
        .command("google <folder> <version>")
        .description("Google Cloud: reads the source of Terraform's provider, folder google-beta of tag <version>")
        .action(askGoogle);
    command
        .command("pulumi <package> <schema>")
        .description("digitalocean: reads the JSON of `pulumi package get-schema`")
        .argument("[version]", "the schema's version, where it does not say so itself")
        .action(askPulumi);
    command
        .command("kubernetes <folder> <version>")
        .description("Kubernetes: reads the source of Pulumi's provider")
        .action(askKubernetes);
    command
        .command("azure <file> <commit>")
        .description("Azure: reads provider/pkg/gen/replacement.go of Pulumi's provider, and the installed SDK")
        .action(askAzure);
    await command.parseAsync();
}

void main();
