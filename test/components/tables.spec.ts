import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as awsLimits from "../../components/aws/limits";
import { awsCatalog } from "../../components/aws/catalog";
import { readActionResources } from "../../components/aws/policies";
import * as azureLimits from "../../components/azure/limits";
import { azureCatalog } from "../../components/azure/catalog";
import type { NodeLimits } from "../../components/common/node-limits";
import type { Origin, CloudCatalog } from "../../components/common/catalog";
import * as digitalOceanLimits from "../../components/digitalocean/limits";
import { digitalOceanCatalog } from "../../components/digitalocean/catalog";
import * as googleLimits from "../../components/google/limits";
import { googleCatalog } from "../../components/google/catalog";
import { builds } from "../../plan/capacity/architectures";
import { charts } from "../../plan/capacity/workloads";
import { loadSimulatedProvider } from "../../simulation";
import { targets } from "../../stacks/targets/registry";

const catalogs: readonly CloudCatalog[] = [awsCatalog, azureCatalog, digitalOceanCatalog, googleCatalog];

/** Files of the clouds' limits. What they export beside functions, single numbers and proposals is a table. */
const limitFiles = { aws: awsLimits, azure: azureLimits, digitalocean: digitalOceanLimits, google: googleLimits };
/** By the same sources as a table of their file (families that forget connections), or no facts of a cloud: what is proposed, and where inputs stand. */
const noTables = ["familiesThatForget", "machineProposals", "nodePoolTypes"];

/** The origins of a table: its own, or those of its parts. */
function originsOf(name: string, table: object): (readonly [string, Partial<Origin>])[] {
    return "origins" in table
        ? Object.entries((table as NodeLimits).origins).map(([part, origin]) => [`${name}, ${part}`, origin])
        : [[name, table]];
}

/** Every table of facts, by name: found in the files and the targets' records, so that none is forgotten. */
const tables: readonly (readonly [string, Partial<Origin>])[] = [
    ...Object.entries(limitFiles).flatMap(([cloud, exported]) =>
        Object.entries(exported as Readonly<Record<string, unknown>>)
            .filter(([name]) => !noTables.includes(name))
            .flatMap(([name, table]) =>
                typeof table === "object" && table !== null ? originsOf(`${cloud}, ${name}`, table) : [],
            ),
    ),
    ...catalogs.flatMap(({ title, regions, families, versions }): (readonly [string, Origin])[] => [
        [`regions of ${title}`, regions],
        [`machines of ${title}`, families],
        ...(versions === null ? [] : [[`Kubernetes versions of ${title}`, versions] as const]),
    ]),
    ...targets().flatMap(({ name, account, cloudNames }): (readonly [string, Origin])[] => [
        ...(cloudNames === null ? [] : [[`names in certificates of ${name}`, cloudNames] as const]),
        ...(account === null ? [] : [[`rights of ${name}`, account.rights] as const]),
        ...(account?.quotas ?? []).map((quota) => [`quota of ${name}, ${quota.name}`, quota] as const),
        ...["m7i.large", "p5.48xlarge", "Standard_D4s_v5", "n2-standard-4"].flatMap((size) => {
            const quota = account?.machineQuota?.(size);
            return quota === undefined ? [] : [[`quota of ${name} for ${size}`, quota] as const];
        }),
    ]),
    ["resources of AWS's actions", readActionResources()],
    ...Object.entries(charts).map(([name, chart]) => [`pods of chart ${name}`, chart] as const),
    ...builds.map((row) => [`processors of ${row.image.source}`, row] as const),
];

/** A page, a package or repository with its version, or what nodes said. */
const sourceForm =
    /https:\/\/[^ ]+\.[^ ]+|^(@pulumi\/[a-z]+|PyPI [a-z-]+|npm @[a-z/-]+) \d+\.\d+\.\d+|^kubectl describe node /;

const root = join(__dirname, "..", "..");

/** JSON that is loaded as data: each folder of the program, and what scripts generate into it. */
const dataFiles = ["components", "simulation", "plan", "stacks", "policy"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".json") && !/(^|[\\/])(node_modules|package\.json)/.test(file))
        .map((file) => join(folder, file)),
);

describe("Every table of facts", () => {
    for (const [name, { source = "", asOf = "" }] of tables) {
        it(`has a source and a date that is past: ${name}`, () => {
            assert.match(source, sourceForm);
            assert.match(asOf, /^20\d\d-(0[1-9]|1[0-2])$/);
            assert.ok(asOf <= new Date().toISOString().slice(0, 7), asOf);
        });
    }

    for (const file of dataFiles) {
        it(`says its source and date, as a whole or in each part: ${file}`, () => {
            type Data = Readonly<Record<string, unknown>>;
            const data = JSON.parse(readFileSync(join(root, file), "utf8")) as Data;
            const hasOrigin = ({ source, asOf, provider, version, date }: Data) =>
                (typeof source === "string" && typeof asOf === "string") ||
                [provider, version, date].every((word) => typeof word === "string" && word !== "");
            const parts = Object.values(data).filter((part): part is Data => typeof part === "object" && part !== null);
            assert.ok(hasOrigin(data) || (parts.length > 0 && parts.every(hasOrigin)), Object.keys(data).join());
        });
    }
});

describe("Every rule of the simulated clouds", () => {
    for (const name of ["aws", "gcp", "azure-native", "digitalocean", "kubernetes"]) {
        it(`says a page as its source, of states and of changes: ${name}`, async () => {
            const models = Object.entries((await loadSimulatedProvider(name))?.models ?? {});
            const rules = models.flatMap(([type, { rules: states = [], changeRules = [] }]) =>
                [...states, ...changeRules].map(({ text, source }) => ({ type, text, source })),
            );
            assert.ok(rules.length > 10, `${rules.length} rules`);
            assert.deepEqual(
                rules.filter(({ source }) => !/^https:\/\/\S+\.\S+/.test(source)),
                [],
            );
        });
    }
});

describe("The generated tables", () => {
    it("have regions whose names and zones the settings take", () => {
        const forms: Readonly<Record<string, readonly [region: RegExp, zone: RegExp]>> = {
            AWS: [/^[a-z]{2,4}(-[a-z]+)+-\d$/, /^[a-f]$/],
            Azure: [/^[a-z][a-z0-9]+$/, /^[123]$/],
            DigitalOcean: [/^[a-z]{3}\d$/, /^$/],
            "Google Cloud": [/^[a-z]+-[a-z]+\d{1,2}$/, /^[a-z]$/],
        };
        for (const { title, regions } of catalogs) {
            const [region, zone] = forms[title] ?? [/^$/, /^$/];
            assert.ok(Object.keys(regions.zones).length > 10, title);
            for (const [name, zones] of Object.entries(regions.zones)) {
                assert.match(name, region);
                assert.ok(
                    zones.every((letter) => zone.test(letter)) && new Set(zones).size === zones.length,
                    `${name} ${zones.join()}`,
                );
            }
        }
    });

    it("have support that ends after it begins to cost, and one day of the calendar each", () => {
        for (const { versions } of catalogs) {
            for (const [version, { standard, extended }] of Object.entries(versions?.ends ?? {})) {
                assert.match(version, /^1\.\d\d$/);
                for (const day of [standard, ...(extended === null ? [] : [extended])]) {
                    assert.equal(new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10), day);
                }
                assert.ok(extended === null || extended > standard);
            }
        }
    });

    it("know the families of the clouds' current general-purpose machines", () => {
        // By the clouds' own pages of 2026: M8i and M7g of EC2, Dsv6 and Dpsv6 of Azure, N4 and C4A of Google, g of DigitalOcean.
        const known = catalogs.flatMap((cloud) =>
            ["m8i.large", "m7g.4xlarge", "Standard_D8s_v6", "Standard_D8ps_v6", "n4-standard-8", "c4a-standard-8"]
                .concat("g-8vcpu-32gb")
                .filter((size) => cloud.families.names.includes(cloud.familyOf(size) ?? "")),
        );
        assert.equal(known.length, 7, known.join());
    });
});
