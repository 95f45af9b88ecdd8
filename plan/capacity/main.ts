import { parseSize, sizing } from "./size-command";

const parsed = parseSize(process.argv.slice(2));
switch (parsed.kind) {
    case "help":
        process.stdout.write(parsed.text);
        break;
    case "mistake":
        process.stderr.write(`${parsed.message}\n\`npm run size -- --help\` shows all options.\n`);
        process.exitCode = 2;
        break;
    case "run": {
        const result = sizing(parsed.options);
        if (result.ok) {
            process.stdout.write(result.text);
        } else {
            process.stderr.write(`No size can be proposed: ${result.reason}\n`);
            process.exitCode = 2;
        }
    }
}
