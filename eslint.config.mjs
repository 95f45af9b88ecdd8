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
