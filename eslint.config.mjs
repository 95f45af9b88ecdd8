import pulumi from "@pulumi/eslint-plugin";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";
import words from "./lint/words.mjs";

/** The root of an SDK loads all of its modules at start-up; a sub-module loads what is used. */
const sdkRoots = ["aws", "gcp", "azure-native", "digitalocean", "kubernetes"].map((name) => ({
    name: `@pulumi/${name}`,
    message: `Import the sub-module (@pulumi/${name}/...), so that a plan loads only what it uses.`,
    allowTypeImports: true,
}));

/** What works on one system alone, in what users run; Windows has neither the paths nor the shell, and separates folders by `;`. */
const ofOneSystem = [
    {
        selector:
            ":matches(Literal[value=/^\\u002F(tmp|dev|bin|usr\\u002Fbin)\\b/], TemplateElement[value.raw=/^\\u002F(tmp|dev|bin|usr\\u002Fbin)\\b/])",
        message: "Paths of one system: os.tmpdir(), os.devNull, or a program's name.",
    },
    {
        selector:
            "CallExpression[callee.name=/^(spawn|execFile)(Sync)?$/] > Literal.arguments:first-child[value=/^(ba|z)?sh$|^cmd(\\.exe)?$/]",
        message: "No system has every shell: start the program itself.",
    },
    {
        selector: "CallExpression[callee.name=/^exec(Sync)?$/]",
        message: "It runs a shell: execFile or spawn start the program itself.",
    },
    {
        selector: 'Property[key.name="shell"][value.value=true]',
        message: "Shells quote differently: start the program itself.",
    },
    {
        selector:
            ":matches(TemplateLiteral > TemplateElement:first-child[value.raw=/^file:/], BinaryExpression > Literal.left[value=/^file:/])",
        message: "url.pathToFileURL(path).href knows drives and escapes.",
    },
    {
        selector: 'MemberExpression[object.property.name="env"][property.value="HOME"]',
        message: "os.homedir() knows it on every system.",
    },
    {
        selector:
            'CallExpression[callee.property.name="split"][callee.object.property.value="PATH"] > Literal.arguments[value=":"]',
        message: "path.delimiter separates folders.",
    },
];

export default defineConfig(
    { ignores: ["node_modules/", "build/", "dist/"] },
    {
        files: ["**/*.ts"],
        extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
        plugins: { pulumi, words },
        languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
        rules: {
            "words/no-words": "error",
            "pulumi/no-output-in-template-literal": "error",
            "pulumi/no-output-instance-in-template-literal": "error",
            "@typescript-eslint/no-restricted-imports": ["error", { paths: sdkRoots }],
            // Type-only modules are named by what they hold, and an alias of a record is as clear as an index signature.
            "@typescript-eslint/consistent-indexed-object-style": "off",
            "@typescript-eslint/dot-notation": ["error", { allowIndexSignaturePropertyAccess: true }],
            "@typescript-eslint/no-invalid-void-type": "off",
            // A number reads the same with and without toString(); what is undefined, an object or any is still refused.
            "@typescript-eslint/restrict-template-expressions": [
                "error",
                {
                    allowAny: false,
                    allowBoolean: false,
                    allowNever: false,
                    allowNullish: false,
                    allowNumber: true,
                    allowRegExp: false,
                },
            ],
            eqeqeq: "error",
        },
    },
    {
        files: [
            ...["cli", "lab", "ops", "passwd", "pipeline", "plan", "simulation", "stacks", "verify"].map(
                (name) => `${name}/**/*.ts`,
            ),
            ...["index.ts", "bin/*.mjs", "bundle.mjs", "node.mjs", "run.mjs", "setup.mjs"],
        ],
        rules: { "no-restricted-syntax": ["error", ...ofOneSystem] },
    },
    {
        files: ["test/**/*.ts"],
        rules: {
            // mocha returns nothing useful from describe and it, and chains of assertions read best plain.
            "@typescript-eslint/no-floating-promises": [
                "error",
                { allowForKnownSafeCalls: [{ from: "package", package: "mocha", name: ["describe", "it"] }] },
            ],
        },
    },
);
