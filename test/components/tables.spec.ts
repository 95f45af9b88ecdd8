import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as ts from "typescript";
import * as awsLimits from "../../components/aws/limits";
import { awsCatalog } from "../../components/aws/catalog";
import { readActionResources } from "../../components/aws/arns";
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
/** No facts of a cloud: what is proposed, and where inputs stand. */
const noTables = ["machineProposals", "nodePoolTypes"];

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

/** A page, a package or repository with its version, what nodes said, or what was measured. */
const sourceForm =
    /https:\/\/[^ ]+\.[^ ]+|^(@pulumi\/[a-z]+|PyPI [a-z-]+|npm @[a-z/-]+) \d+\.\d+\.\d+|^kubectl describe node |^measured, /;

/** What is wrong with the origin of a table. */
function originProblems({ source = "", asOf = "" }: Partial<Origin>): readonly string[] {
    return [
        ...(sourceForm.test(source) ? [] : [`source ${source}`]),
        ...(/^20\d\d-(0[1-9]|1[0-2])$/.test(asOf) ? [] : [`date ${asOf}`]),
        ...(asOf <= new Date().toISOString().slice(0, 7) ? [] : [`${asOf} is to come`]),
    ];
}

type Data = Readonly<Record<string, unknown>>;

function isData(value: unknown): value is Data {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether data of a file say where they are from, as a whole or in each part. */
function hasOrigins(data: Data): boolean {
    const isText = (value: unknown) => typeof value === "string" && value !== "";
    const hasOrigin = ({ source, asOf, provider, version, date }: Data) =>
        (isText(source) && isText(asOf)) || [provider, version, date].every(isText);
    const parts = Object.values(data).filter(isData);
    return hasOrigin(data) || (parts.length > 0 && parts.every(hasOrigin));
}

/** The data without one of the words that say where they are from, each in turn. */
function withoutOneWord(data: Data): readonly Data[] {
    const words = [
        ["source", "asOf"],
        ["provider", "version", "date"],
    ].find((all) => all.every((word) => Object.hasOwn(data, word)));
    return [
        ...(words ?? []).map((word) => ({ ...data, [word]: undefined })),
        ...Object.entries(data).flatMap(([key, part]) =>
            words === undefined && isData(part) ? withoutOneWord(part).map((less) => ({ ...data, [key]: less })) : [],
        ),
    ];
}

const root = join(__dirname, "..", "..");

function filesIn(folders: readonly string[], ending: RegExp): readonly string[] {
    return folders.flatMap((folder) =>
        readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
            .filter((file) => ending.test(file) && !/(^|[\\/])(node_modules|package\.json)/.test(file))
            .map((file) => join(folder, file)),
    );
}

/** JSON that is loaded as data: each folder of the program, and what scripts generate into it. */
const dataFiles = filesIn(["components", "simulation", "plan", "stacks", "policy"], /\.json$/);

describe("Every table of facts", () => {
    for (const [name, origin] of tables) {
        it(`has a source and a date that is past: ${name}`, () => {
            assert.deepEqual(originProblems(origin), []);
        });
    }

    it("fails without its source, without its date, and with a date to come", () => {
        for (const [name, origin] of tables) {
            for (const change of [
                { source: undefined },
                { source: "AWS's documentation" },
                { asOf: undefined },
                { asOf: "today" },
            ]) {
                assert.notDeepEqual(originProblems({ ...origin, ...change }), [], `${name} ${JSON.stringify(change)}`);
            }
            assert.equal(originProblems({ ...origin, asOf: "2099-01" }).length, 1, name);
        }
    });

    for (const file of dataFiles) {
        it(`says its source and date, as a whole or in each part, and fails without one: ${file}`, () => {
            const data = JSON.parse(readFileSync(join(root, file), "utf8")) as Data;
            assert.ok(hasOrigins(data), Object.keys(data).join());
            const mutated = withoutOneWord(data);
            assert.ok(mutated.length > 0);
            assert.deepEqual(
                mutated.filter((less) => hasOrigins(less)),
                [],
            );
        });
    }
});

/** Constants whose comment names a page and that are no table of facts that a cloud may change, or whose table says it elsewhere. */
const exempt: Readonly<Record<string, string>> = {
    "accountIdLimit, clusterNameLimit, groupNameLimit": "limits of names, which their API documents",
    "azureRoles, serviceLinked, volumePolicies, maintenanceSchedules": "identifiers that a cloud gave once",
    "externalAnnotation, internalAnnotation, tagKeys, letsEncrypt, chart":
        "names and addresses, which are used as they are",
    "memoryPerVcpu, armSeries, sharedCore": "parts of the cloud's NodeLimits, which has their origin",
    clusterReads: "a part of the rights, which have their origin",
    instances: "decided here",
    brokerMetrics: "held against the list of a broker, test/components/observability",
    "passwordsFirst, databaseKinds, databasePlugins, operatorRules":
        "of a broker's or operator's version, not of a cloud",
    weakSignatures: "identifiers of algorithms in an RFC",
    cipherList: "named with its version in what it is written to",
};

const exemptNames = new Set(Object.keys(exempt).flatMap((names) => names.split(", ")));

/** Properties of what has a source and is no table: a chart's address, a rule, and a time-out that a planner's rule names. */
const noTable = ["version", "text", "owner"];

interface TableInCode {
    readonly line: number;
    /** Texts of its properties `source` and `asOf`, with the comma behind. */
    readonly source: string | undefined;
    readonly asOf: string | undefined;
}

/** Tables that are written as objects, and what is wrong with them and with constants whose source is in a comment alone. */
function tablesInCode(text: string): { readonly found: readonly TableInCode[]; readonly problems: readonly string[] } {
    const file = ts.createSourceFile("file.ts", text, ts.ScriptTarget.Latest, true);
    const [found, problems]: [TableInCode[], string[]] = [[], []];
    const visit = (node: ts.Node): void => {
        if (ts.isObjectLiteralExpression(node)) {
            const property = (name: string) => node.properties.find((each) => each.name?.getText(file) === name);
            const [source, asOf] = [property("source"), property("asOf")].map((each) => each?.getText(file));
            const [, constant] = /^source: (\w+)$/.exec(source ?? "") ?? [];
            const isPage =
                /^source: ["`](https:|measured|kubectl)/.test(source ?? "") ||
                (constant !== undefined && new RegExp(`const ${constant}\\s*=\\s*["\`]https:`).test(text));
            const line = file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
            // What only hands on a table's words has them from a table that is found itself.
            const isHandedOn = source === "source";
            if (
                !isHandedOn &&
                (asOf !== undefined || (isPage && !noTable.some((name) => property(name) !== undefined)))
            ) {
                found.push({ line, source, asOf });
                const isSpread = node.properties.some((each) => ts.isSpreadAssignment(each));
                if (!isSpread && (source === undefined || asOf === undefined)) {
                    problems.push(`line ${line}: no ${source === undefined ? "source" : "date"}`);
                }
            }
        }
        ts.forEachChild(node, visit);
    };
    visit(file);
    return { found, problems: [...problems, ...inCommentAlone(file, text)] };
}

/** Constants of several values whose comment names a page, and that have no source themselves. */
function inCommentAlone(file: ts.SourceFile, text: string): readonly string[] {
    return file.statements.filter(ts.isVariableStatement).flatMap((statement) => {
        const comments = (ts.getLeadingCommentRanges(text, statement.getFullStart()) ?? [])
            .map(({ pos, end }) => text.slice(pos, end))
            .join("");
        return statement.declarationList.declarations
            .filter(({ initializer }) => initializer !== undefined && isTable(initializer))
            .filter(({ name, initializer }) => {
                const isSourced = /\bsource\b/.test(initializer?.getText(file) ?? "");
                return (
                    !isSourced && /https?:|RFC \d|[Rr]ead 20\d\d/.test(comments) && !exemptNames.has(name.getText(file))
                );
            })
            .map(({ name }) => `${name.getText(file)}: its source is a comment`);
    });
}

function isTable(value: ts.Expression): boolean {
    if (ts.isAsExpression(value) || ts.isSatisfiesExpression(value)) {
        return isTable(value.expression);
    }
    if (ts.isNewExpression(value)) {
        return value.arguments?.[0] !== undefined && isTable(value.arguments[0]);
    }
    return ts.isObjectLiteralExpression(value) || ts.isArrayLiteralExpression(value);
}

describe("Every table in the code", () => {
    const sources = filesIn(["components", "stacks", "plan"], /\.ts$/).map(
        (file) => [file, readFileSync(join(root, file), "utf8")] as const,
    );

    it("has its source and date as data, not in a comment alone", () => {
        const problems = sources.flatMap(([file, text]) =>
            tablesInCode(text).problems.map((problem) => `${file}: ${problem}`),
        );
        assert.deepEqual(problems, []);
    });

    it("fails where its source or its date is deleted", () => {
        let mutations = 0;
        for (const [file, text] of sources) {
            for (const { line, source, asOf } of tablesInCode(text).found) {
                const start = text.split("\n", line - 1).join("\n").length;
                for (const property of [source, asOf].filter((each) => each !== undefined)) {
                    const place = text.indexOf(property, start);
                    const less = text.slice(0, place) + text.slice(place + property.length).replace(/^,/, "");
                    assert.notDeepEqual(tablesInCode(less).problems, [], `${file}:${line} without ${property}`);
                    mutations++;
                }
            }
        }
        assert.ok(mutations > 60, `${mutations}`);
    });

    it("is found where its source is a comment", () => {
        const text =
            "/** Where proxies come from (https://cloud.example/docs, read 2026-11). */\nconst cidrs = new Set(['35.191.0.0/16']);";
        assert.deepEqual(tablesInCode(text).problems, ["cidrs: its source is a comment"]);
    });

    it("has no exemption that no constant needs", () => {
        const all = sources.map(([, text]) => text).join("\n");
        assert.deepEqual(
            [...exemptNames].filter((name) => !new RegExp(`^(export )?const ${name}\\b`, "m").test(all)),
            [],
        );
    });
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
