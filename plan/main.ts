import { parseSettings } from "../stacks/config";
import { readStackFile } from "./stack-file";
import { join } from "node:path";
async function main() {
    const stack = process.argv[3] ?? "dev";
    const config = readStackFile(join(__dirname, ".."), stack);
    const settings = parseSettings(config);
    const program = (await import("../index")).default;
    const { planStack } = await import("./plan");
    const result = await planStack(config, settings, program);
    console.log(JSON.stringify(result.plan, null, 2));
    if (result.rejections.length) console.error(result.rejections);
}
main().catch((e: unknown) => {
    console.error(e);
    process.exitCode = 1;
});
