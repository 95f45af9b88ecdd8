import assert from "node:assert/strict";
import { authorizedNetworks, googleNodeLimits } from "../../components/google/limits";
import { awsNodeLimits, connectionTracking, securityGroupRules } from "../../components/aws/limits";
import { awsPlaces } from "../../components/aws/places";
import { azureNodeLimits, systemPool } from "../../components/azure/limits";
import { azurePlaces } from "../../components/azure/places";
import type { Origin, Places } from "../../components/common/places";
import { digitaloceanNodeLimits } from "../../components/digitalocean/limits";
import { digitalOceanPlaces } from "../../components/digitalocean/places";
import { googlePlaces } from "../../components/google/places";

const places: readonly Places[] = [awsPlaces, azurePlaces, digitalOceanPlaces, googlePlaces];

/** Every table of facts about a cloud, by name. */
const tables: Readonly<Record<string, Origin>> = {
    ...Object.fromEntries(
        places.flatMap(({ title, regions, families, versions }): (readonly [string, Origin])[] => [
            [`regions of ${title}`, regions],
            [`machines of ${title}`, families],
            ...(versions === null ? [] : [[`Kubernetes versions of ${title}`, versions] as const]),
        ]),
    ),
    "networks that may reach GKE": authorizedNetworks,
    "rules of a security group": securityGroupRules,
    "connection tracking of EC2": connectionTracking,
    "system pools of AKS": systemPool,
};

/** A page, or a package or repository with its version. */
const sourceForm = /https:\/\/[^ ]+\.[^ ]+|^(@pulumi\/[a-z]+|PyPI [a-z-]+) \d+\.\d+\.\d+/;

describe("Every table of facts", () => {
    for (const [name, { source, asOf }] of Object.entries(tables)) {
        it(`has a source and a date that is past: ${name}`, () => {
            assert.match(source, sourceForm);
            assert.match(asOf, /^20\d\d-(0[1-9]|1[0-2])$/);
            assert.ok(asOf <= new Date().toISOString().slice(0, 7), asOf);
        });
    }

    it("of machines' sizes has a date", () => {
        for (const { asOf } of [awsNodeLimits, azureNodeLimits, digitaloceanNodeLimits, googleNodeLimits]) {
            assert.match(asOf, /^20\d\d-(0[1-9]|1[0-2])$/);
        }
    });
});

describe("The generated tables", () => {
    it("have regions whose names and zones the settings take", () => {
        const forms: Readonly<Record<string, readonly [region: RegExp, zone: RegExp]>> = {
            AWS: [/^[a-z]{2,4}(-[a-z]+)+-\d$/, /^[a-f]$/],
            Azure: [/^[a-z][a-z0-9]+$/, /^[123]$/],
            DigitalOcean: [/^[a-z]{3}\d$/, /^$/],
            "Google Cloud": [/^[a-z]+-[a-z]+\d{1,2}$/, /^[a-z]$/],
        };
        for (const { title, regions } of places) {
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
        for (const { versions } of places) {
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
        const known = places.flatMap((cloud) =>
            ["m8i.large", "m7g.4xlarge", "Standard_D8s_v6", "Standard_D8ps_v6", "n4-standard-8", "c4a-standard-8"]
                .concat("g-8vcpu-32gb")
                .filter((size) => cloud.families.names.includes(cloud.familyOf(size) ?? "")),
        );
        assert.equal(known.length, 7, known.join());
    });
});
