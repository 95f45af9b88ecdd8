/**
 * Writes the tables of regions, machines and Kubernetes versions in components/<cloud>/catalog.json:
 *
 *     node --import tsx test/components/regenerate-catalogs.ts CFN_LINT RELIABILITY_DOCS AKS_DOCS ENDOFLIFE AUTOSCALER 2026-11
 *
 * CFN_LINT is an unpacked wheel of cfn-lint (`pip download --no-deps cfn-lint==1.58.0`); the others are Git directories of
 * MicrosoftDocs/reliability-docs, MicrosoftDocs/azure-aks-docs, endoflife-date/endoflife.date and kubernetes/autoscaler. What @pulumi/aws and
 * @pulumi/digitalocean list is read from their packages. Google publishes no list in a package: its zones stand below, as its page has them.
 * A table of a repository is as of the month of its commit: what a cloud announced later is not in it.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { familyOf as awsFamily } from "../../components/aws/catalog";
import { familyOf as azureFamily } from "../../components/azure/catalog";
import type { CatalogTables, SupportEnd } from "../../components/common/catalog";
import { familyOf as digitalOceanFamily } from "../../components/digitalocean/catalog";

const root = join(__dirname, "..", "..");
const [cfnLint = "", reliabilityDocs = "", aksDocs = "", endOfLife = "", autoscaler = "", asOf = ""] =
    process.argv.slice(2);

function show(repository: string, path: string): string {
    return execFileSync("git", ["-C", repository, "show", `HEAD:${path}`], {
        encoding: "utf8",
        maxBuffer: 64 * 1024 * 1024,
    });
}

function lastCommit(repository: string, format: string): string {
    return execFileSync("git", ["-C", repository, "log", "-1", `--format=${format}`], { encoding: "utf8" }).trim();
}

/** The commit and its day, for the source. */
function revision(repository: string): string {
    return `commit ${lastCommit(repository, "%h, %cs")}`;
}

/** The month of the last commit. */
function monthOf(repository: string): string {
    return lastCommit(repository, "%cs").slice(0, 7);
}

function packageVersion(name: string): string {
    const manifest = JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8")) as {
        version: string;
    };
    return `${name} ${manifest.version}`;
}

/** The values of an enum in a package's declarations. */
function enumValues(file: string, name: string): string[] {
    const text = readFileSync(join(root, "node_modules", file), "utf8");
    const [, body = ""] = new RegExp(`declare const ${name}: \\{([^}]*)\\}`).exec(text) ?? [];
    return [...body.matchAll(/"([^"]+)"/g)].map(([, value = ""]) => value);
}

function unique(values: readonly (string | undefined)[]): string[] {
    return [...new Set(values.filter((value) => value !== undefined))].sort();
}

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
    return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Ends of support as endoflife.date has them, of the versions that begin after 2024. */
function versions(product: string, whose: string): NonNullable<CatalogTables["versions"]> {
    const text = show(endOfLife, `products/${product}.md`);
    const releases = text.slice(text.indexOf("\nreleases:")).split("- releaseCycle: ").slice(1);
    const ends = releases.flatMap((release): [string, SupportEnd][] => {
        const version = /^"(\d\.\d+)"/.exec(release)?.[1];
        const day = (key: string) => new RegExp(`^\\s+${key}: (\\d{4}-\\d\\d-\\d\\d)`, "m").exec(release)?.[1];
        const standard = day("eol");
        return version === undefined || standard === undefined || Number(version.slice(2)) < 30
            ? []
            : [[version, { standard, extended: day("eoes") ?? null }]];
    });
    return {
        source: `${whose}, as endoflife.date reads it (https://github.com/endoflife-date/endoflife.date, products/${product}.md, ${revision(endOfLife)})`,
        asOf: monthOf(endOfLife),
        ends: sorted(Object.fromEntries(ends)),
    };
}

/** `2026-11-30` of `Nov 2026`, the month's last day, and of `Nov 30, 2026`. */
function dayOf(text: string): string {
    const [, month = "", day, year = ""] = /^([A-Z][a-z]{2}) (?:(\d{1,2}), )?(\d{4})$/.exec(text) ?? [];
    const index = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ").indexOf(month);
    const date = day === undefined ? Date.UTC(Number(year), index + 1, 0) : Date.UTC(Number(year), index, Number(day));
    return new Date(date).toISOString().slice(0, 10);
}

/** The calendar of long-term support, which has both ends of each version. */
function aksVersions(): NonNullable<CatalogTables["versions"]> {
    const file = "articles/aks/supported-kubernetes-versions.md";
    const page = show(aksDocs, file);
    const table = page.slice(page.indexOf("| LTS End of life |"));
    const rows = table.slice(0, table.indexOf("\n\n")).matchAll(/^\| (1\.[3-9]\d) \|.*\| ([^|]+) \| ([^|]+) \|$/gm);
    const ends = [...rows].map(([, version = "", standard = "", extended = ""]): [string, SupportEnd] => [
        version,
        { standard: dayOf(standard), extended: dayOf(extended) },
    ]);
    return {
        source: `https://learn.microsoft.com/azure/aks/supported-kubernetes-versions (https://github.com/MicrosoftDocs/azure-aks-docs, ${file}, ${revision(aksDocs)})`,
        asOf: monthOf(aksDocs),
        ends: sorted(Object.fromEntries(ends)),
    };
}

/** The zones that cfn-lint checks templates against. */
function aws(): CatalogTables {
    const text = readFileSync(join(cfnLint, "cfnlint", "helpers.py"), "utf8");
    const [, body = ""] =
        /AVAILABILITY_ZONES\s*=\s*\{([^}]*)\}/.exec(text) ?? /AVAILABILITY_ZONES[^{]*\{([^}]*)\}/.exec(text) ?? [];
    const zones = [...body.matchAll(/"([a-z0-9-]+)":\s*\[([^\]]*)\]/g)].map(
        ([, region = "", list = ""]) =>
            [region, [...list.matchAll(/"[a-z0-9-]+([a-z])"/g)].map(([, letter = ""]) => letter)] as const,
    );
    const wheel = readdirSync(cfnLint).find((name) => name.endsWith(".dist-info")) ?? "";
    return {
        regions: {
            source: `PyPI ${wheel
                .replace(".dist-info", "")
                .replace("_", "-")
                .replace(/-(?=\d)/, " ")}, helpers.py`,
            asOf,
            zones: sorted(Object.fromEntries(zones)),
        },
        families: {
            source: `${packageVersion("@pulumi/aws")}, enum ec2.InstanceType`,
            asOf,
            names: unique(enumValues("@pulumi/aws/types/enums/ec2/index.d.ts", "InstanceType").map(awsFamily)),
        },
        versions: versions("amazon-eks", "https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html"),
    };
}

function azure(): CatalogTables {
    const page = show(reliabilityDocs, "articles/reliability/regions-list.md");
    const all = page.slice(page.indexOf("#### [All]"), page.indexOf("#### [Americas]"));
    const rows = all.split("\n").flatMap((line) => {
        const cells = line.split("|").map((cell) => cell.trim());
        const name = cells.at(-2) ?? "";
        return cells.length === 8 && /^[a-z0-9]+$/.test(name)
            ? [[name, cells[2]?.includes("icon-checkmark") === true ? ["1", "2", "3"] : []] as const]
            : [];
    });
    const sizes = show(autoscaler, "cluster-autoscaler/cloudprovider/azure/azure_instance_types.go");
    return {
        regions: {
            source: `https://learn.microsoft.com/azure/reliability/regions-list (https://github.com/MicrosoftDocs/reliability-docs, articles/reliability/regions-list.md, ${revision(reliabilityDocs)})`,
            asOf: monthOf(reliabilityDocs),
            zones: sorted(Object.fromEntries(rows)),
        },
        families: {
            source: `https://github.com/kubernetes/autoscaler, cluster-autoscaler/cloudprovider/azure/azure_instance_types.go, ${revision(autoscaler)}`,
            asOf: monthOf(autoscaler),
            names: unique([...sizes.matchAll(/InstanceType:\s*"([^"]+)"/g)].map(([, size = ""]) => azureFamily(size))),
        },
        versions: aksVersions(),
    };
}

/** Zones that are not a, b and c, by https://docs.cloud.google.com/compute/docs/regions-zones. */
const googleZones: Readonly<Record<string, readonly string[]>> = {
    "europe-west1": ["b", "c", "d"],
    "us-central1": ["a", "b", "c", "f"],
    "us-east1": ["b", "c", "d"],
};

const googleRegions = [
    ...["africa-south1", "asia-east1", "asia-east2", "asia-northeast1", "asia-northeast2", "asia-northeast3"],
    ...["asia-south1", "asia-south2", "asia-southeast1", "asia-southeast2"],
    ...["australia-southeast1", "australia-southeast2"],
    ...["europe-central2", "europe-north1", "europe-north2", "europe-southwest1", "europe-west1", "europe-west2"],
    ...["europe-west3", "europe-west4", "europe-west6", "europe-west8", "europe-west9", "europe-west10"],
    ...["europe-west12", "me-central1", "me-central2", "me-west1"],
    ...["northamerica-northeast1", "northamerica-northeast2", "northamerica-south1"],
    ...["southamerica-east1", "southamerica-west1"],
    ...["us-central1", "us-east1", "us-east4", "us-east5", "us-south1", "us-west1", "us-west2", "us-west3", "us-west4"],
];

function google(): CatalogTables {
    return {
        regions: {
            source: "https://docs.cloud.google.com/compute/docs/regions-zones, read by hand",
            asOf,
            zones: sorted(
                Object.fromEntries(googleRegions.map((region) => [region, googleZones[region] ?? ["a", "b", "c"]])),
            ),
        },
        families: {
            source: "https://docs.cloud.google.com/compute/docs/machine-resource, read by hand; those with accelerators are left out",
            asOf,
            names: unique([
                ...["c2", "c2d", "c3", "c3d", "c4", "c4a", "c4d", "e2", "h3", "h4d", "m1", "m2", "m3", "m4"],
                ...["n1", "n2", "n2d", "n4", "n4a", "n4d", "t2a", "t2d", "x4", "z3"],
            ]),
        },
        // The release channel chooses the version.
        versions: null,
    };
}

function digitalOcean(): CatalogTables {
    const file = "@pulumi/digitalocean/types/enums/index.d.ts";
    return {
        regions: {
            source: `${packageVersion("@pulumi/digitalocean")}, enum Region`,
            asOf,
            zones: sorted(Object.fromEntries(enumValues(file, "Region").map((region) => [region, []]))),
        },
        families: {
            source: `${packageVersion("@pulumi/digitalocean")}, enum DropletSlug`,
            asOf,
            names: unique(enumValues(file, "DropletSlug").map(digitalOceanFamily)),
        },
        versions: versions(
            "kubernetes",
            "The Kubernetes project's own dates, https://kubernetes.io/releases: DigitalOcean withdraws versions by its own schedule",
        ),
    };
}

for (const [cloud, tables] of Object.entries({ aws, azure, google, digitalocean: digitalOcean })) {
    writeFileSync(join(root, "components", cloud, "catalog.json"), `${JSON.stringify(tables(), null, 4)}\n`);
}
