import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A block of a resource's schema, as `terraform providers schema -json` gives it. */
export interface Block {
    readonly attributes?: Readonly<Record<string, { readonly type?: unknown; readonly computed?: boolean }>>;
    readonly block_types?: Readonly<
        Record<string, { readonly nesting_mode: string; readonly max_items?: number; readonly block: Block }>
    >;
}

export interface ResourceSchema {
    readonly version: number;
    readonly block: Block;
}

type Attributes = Readonly<Record<string, unknown>>;

/** A resource as Terraform would have it: what is there, and what is asked for. */
export interface Probe {
    /** Terraform's type, for example `aws_lb`. */
    readonly type: string;
    readonly state?: Attributes;
    readonly config: Attributes;
}

/** What a provider says of a probe. */
export type Answer =
    | {
          readonly kind: "planned";
          readonly actions: readonly string[];
          readonly after: Attributes;
          readonly unknown: Attributes;
      }
    | { readonly kind: "refused"; readonly message: string };

/** Terraform in a dedicated folder, with one provider of a mirror. Nothing is reached over the network: nothing is read and applied. */
export class Terraform {
    readonly #folder = mkdtempSync(join(tmpdir(), "replacements-"));
    readonly #environment: NodeJS.ProcessEnv;
    readonly #provider: string;
    readonly #settings: Attributes;

    /** @param provider its address, for example `hashicorp/aws` */
    constructor(mirror: string, provider: string, settings: Attributes) {
        const rc = join(this.#folder, "terraform.rc");
        writeFileSync(
            rc,
            `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`,
        );
        this.#environment = { ...process.env, TF_CLI_CONFIG_FILE: rc, CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" };
        this.#provider = provider;
        this.#settings = settings;
        this.#write([]);
        this.#run(["init", "-no-color"]);
    }

    /** The provider's version and what its resources take. */
    schemas(): { readonly version: string; readonly schemas: Readonly<Record<string, ResourceSchema>> } {
        const { provider_selections: selections } = JSON.parse(this.#run(["version", "-json"])) as {
            provider_selections: Record<string, string>;
        };
        const { provider_schemas: all } = JSON.parse(this.#run(["providers", "schema", "-json"])) as {
            provider_schemas: Record<string, { resource_schemas: Record<string, ResourceSchema> }>;
        };
        const [address] = Object.keys(selections);
        if (address === undefined) {
            throw new Error(`the mirror has no provider ${this.#provider}`);
        }
        return { version: selections[address] ?? "", schemas: all[address]?.resource_schemas ?? {} };
    }

    /** Asks for all probes in one plan; those that the provider refuses are left out of the next one. */
    ask(probes: readonly Probe[], schemas: Readonly<Record<string, ResourceSchema>>): readonly Answer[] {
        const answers: (Answer | undefined)[] = probes.map(() => undefined);
        for (;;) {
            const open = probes.flatMap((probe, index) => (answers[index] === undefined ? [{ probe, index }] : []));
            this.#write(open, schemas);
            const refused = this.#plan();
            if (refused.length === 0) {
                break;
            }
            for (const [index, message] of refused) {
                answers[index] = { kind: "refused", message };
            }
        }
        const { resource_changes: changes } = JSON.parse(this.#run(["show", "-json", "plan"])) as {
            resource_changes: {
                name: string;
                change: { actions: string[]; after: Attributes; after_unknown: Attributes };
            }[];
        };
        for (const { name, change } of changes) {
            const { actions, after, after_unknown: unknown } = change;
            answers[Number(name.slice(1))] = { kind: "planned", actions, after, unknown };
        }
        return answers.map((answer, index) => answer ?? { kind: "refused", message: `no answer to probe ${index}` });
    }

    close(): void {
        rmSync(this.#folder, { recursive: true, force: true });
    }

    #write(
        open: readonly { probe: Probe; index: number }[],
        schemas: Readonly<Record<string, ResourceSchema>> = {},
    ): void {
        const [, name = ""] = this.#provider.split("/");
        const resource: Record<string, Record<string, unknown>> = {};
        for (const { probe, index } of open) {
            (resource[probe.type] ??= {})[nameOf(index)] = probe.config;
        }
        const config = {
            terraform: [{ required_providers: [{ [name]: { source: this.#provider } }] }],
            provider: { [name]: this.#settings },
            ...(open.length === 0 ? {} : { resource }),
        };
        const state = {
            version: 4,
            terraform_version: "1.0.0",
            serial: 1,
            lineage: "replacements",
            outputs: {},
            resources: open.flatMap(({ probe: { type, state: attributes }, index }) =>
                attributes === undefined
                    ? []
                    : [
                          {
                              mode: "managed",
                              type,
                              name: nameOf(index),
                              provider: `provider["registry.terraform.io/${this.#provider}"]`,
                              instances: [{ schema_version: schemas[type]?.version ?? 0, attributes }],
                          },
                      ],
            ),
        };
        writeFileSync(join(this.#folder, "main.tf.json"), JSON.stringify(config));
        writeFileSync(join(this.#folder, "terraform.tfstate"), JSON.stringify(state));
    }

    /** Plans; gives the probes that are refused, with what the provider says. */
    #plan(): readonly (readonly [number, string])[] {
        const words = ["plan", "-refresh=false", "-input=false", "-json", "-out=plan"];
        const result = spawnSync("terraform", words, this.#options());
        if (result.status === 0) {
            return [];
        }
        const lines = result.stdout.split("\n").filter((line) => line.startsWith("{"));
        const found = lines.flatMap((line) => {
            const { diagnostic } = JSON.parse(line) as {
                diagnostic?: {
                    severity: string;
                    summary: string;
                    detail: string;
                    address?: string;
                    snippet?: { context?: string };
                };
            };
            const place = `${diagnostic?.address ?? ""} ${diagnostic?.snippet?.context ?? ""}`;
            const index = /\bp(\d+)\b/.exec(place)?.[1];
            return diagnostic?.severity === "error" && index !== undefined
                ? [[Number(index), `${diagnostic.summary}: ${diagnostic.detail}`.replace(/\s+/g, " ")] as const]
                : [];
        });
        if (found.length === 0) {
            throw new Error(`terraform plan failed and names no resource:\n${result.stdout}${result.stderr}`);
        }
        return found;
    }

    #run(words: readonly string[]): string {
        return execFileSync("terraform", words, this.#options());
    }

    #options() {
        return { cwd: this.#folder, env: this.#environment, encoding: "utf8", maxBuffer: 2 ** 28 } as const;
    }
}

function nameOf(index: number): string {
    return `p${index.toString()}`;
}
