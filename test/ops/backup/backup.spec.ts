import { strict as assert } from "node:assert";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { valid, Workshop } from "../scale/support";
import type { ClusterOptions } from "../support/cluster";

const api = "snapshot.storage.k8s.io/v1";
const installed = { customResources: [`${api}/volumesnapshots`, `${api}/volumesnapshotclasses`] };
const driver = "ebs.csi.aws.com";

/** Three brokers with queues on volumes of the driver, and a class for snapshots of it. */
async function open(
    options: ClusterOptions = installed,
    classes: readonly string[] = ["snapshots"],
): Promise<Workshop> {
    const shop = await Workshop.open(options);
    const { store } = shop.cluster.world;
    for (const [ordinal, messages] of [4, 2, 3].entries()) {
        store.create("v1/persistentvolumes", {
            metadata: { name: `pv-vernemq-${ordinal}` },
            spec: { csi: { driver } },
        });
        shop.cluster.addQueue(ordinal, { clientId: `client-${ordinal}`, messages });
    }
    for (const name of options.customResources === undefined ? [] : classes) {
        store.create(`${api}/volumesnapshotclasses`, { metadata: { name }, driver, deletionPolicy: "Delete" });
    }
    return shop;
}

async function within(shop: Promise<Workshop>, work: (shop: Workshop) => Promise<void>): Promise<void> {
    const opened = await shop;
    try {
        await work(opened);
    } finally {
        await opened.close();
    }
}

interface Set {
    readonly name: string;
    readonly whole: boolean;
}

async function setsOf(shop: Workshop): Promise<readonly Set[]> {
    return (JSON.parse((await shop.ops("backup", "--list", "--json")).out) as { sets: Set[] }).sets;
}

describe("ops backup", () => {
    it("takes a snapshot of each broker's volume, with what a restore has to know", () =>
        within(open(), async (shop) => {
            const { exitCode, out, err } = await shop.ops("backup");
            assert.equal(exitCode, 0, err);
            const [set] = await setsOf(shop);
            assert.equal(set?.whole, true);
            assert.ok(out.includes(`--from ${set.name}`));
            const taken = shop.cluster.world.store.list(`${api}/volumesnapshots`);
            assert.deepEqual(
                taken.map(({ metadata, spec }) => [metadata.name, metadata.labels, spec]),
                ["0", "1", "2"].map((ordinal) => [
                    `data-vernemq-${ordinal}-${set.name}`,
                    {
                        "app.kubernetes.io/managed-by": "vernemq-anywhere",
                        "vernemq.io/backup": set.name,
                        "vernemq.io/stateful-set": "vernemq",
                        "vernemq.io/broker": ordinal,
                    },
                    {
                        volumeSnapshotClassName: "snapshots",
                        source: { persistentVolumeClaimName: `data-vernemq-${ordinal}` },
                    },
                ]),
            );
            const { takenAt, ...facts } = JSON.parse(
                taken[0]?.metadata.annotations?.["vernemq.io/backup-facts"] ?? "",
            ) as {
                takenAt: string;
            };
            assert.match(takenAt, /^\d{4}-\d\d-\d\dT/);
            assert.deepEqual(facts, {
                stack: "dev",
                brokers: 3,
                templates: ["data"],
                image: "vernemq/vernemq:2.1.2-alpine",
                members: ["0", "1", "2"].map(
                    (ordinal) => `VerneMQ@vernemq-${ordinal}.vernemq-headless.messaging.svc.cluster.local`,
                ),
            });
        }));

    it("says so where the brokers were no valid cluster", () =>
        within(open(), async (shop) => {
            shop.cluster.world.broken.add("vernemq-1");
            shop.cluster.world.crash(1);
            shop.cluster.world.settle();
            const { exitCode, out } = await shop.ops("backup");
            assert.equal(exitCode, 0);
            assert.match(out, /not one valid cluster when it was taken: broker 1 is not ready/);
            assert.match(
                (await shop.ops("backup", "--list")).out,
                /3, not of one valid cluster: broker 1 is not ready/,
            );
        }));

    it("lets no set of brokers in trouble push out one of a valid cluster, nor be the newest to go back to", () =>
        within(open(), async (shop) => {
            await shop.ops("backup");
            const [valid] = await setsOf(shop);
            shop.cluster.world.broken.add("vernemq-1");
            shop.cluster.world.crash(1);
            shop.cluster.world.settle();
            for (let run = 0; run < 2; run += 1) {
                // Sets are named by the second.
                await new Promise((resolve) => setTimeout(resolve, 1000));
                const { exitCode, err } = await shop.ops("backup", "--keep", "1");
                assert.equal(exitCode, 0, err);
            }
            assert.equal((await setsOf(shop)).length, 3);
            shop.cluster.world.broken.clear();
            shop.cluster.world.settle();
            const restored = await shop.ops("restore", "--from", "newest", "--replace", "--yes");
            assert.equal(restored.exitCode, 0, restored.err);
            assert.match(restored.out, new RegExp(`3 brokers run on ${valid?.name ?? ""}, one valid cluster`));
        }));

    it("deletes what is older than the sets to keep, and what a run that was cut off left", () =>
        within(open(), async (shop) => {
            const { store } = shop.cluster.world;
            const old = (name: string, takenAt: string, ready: boolean) => {
                for (const ordinal of ["0", "1", "2"]) {
                    store.create(`${api}/volumesnapshots`, {
                        metadata: {
                            name: `data-vernemq-${ordinal}-${name}`,
                            labels: {
                                "vernemq.io/backup": name,
                                "vernemq.io/stateful-set": "vernemq",
                                "vernemq.io/broker": ordinal,
                            },
                            annotations: {
                                "vernemq.io/backup-facts": JSON.stringify({
                                    brokers: 3,
                                    templates: ["data"],
                                    members: [],
                                    takenAt,
                                }),
                            },
                        },
                        spec: { source: { persistentVolumeClaimName: `data-vernemq-${ordinal}` } },
                        status: { readyToUse: ready, readyAt: Number.POSITIVE_INFINITY },
                    });
                }
            };
            old("backup-1", "2020-01-01T00:00:00Z", true);
            old("backup-2", "2020-01-02T00:00:00Z", true);
            old("backup-cut", "2020-01-03T00:00:00Z", false);
            store.create(`${api}/volumesnapshots`, { metadata: { name: "of-someone-else" }, spec: {} });
            const { exitCode, err } = await shop.ops("backup", "--keep", "2");
            assert.equal(exitCode, 0, err);
            const [newest, ...others] = await setsOf(shop);
            assert.equal(newest?.whole, true);
            assert.deepEqual(
                others.map(({ name }) => name),
                ["backup-2"],
            );
            assert.ok(store.find(`${api}/volumesnapshots`, "of-someone-else"));
        }));

    it("fails with the driver's word for a snapshot that cannot be taken", () =>
        within(open(), async (shop) => {
            shop.cluster.world.store.create(`${api}/volumesnapshots`, {
                metadata: { name: "seed" },
            });
            const { store } = shop.cluster.world;
            const create = store.create.bind(store);
            store.create = (collection, object) =>
                create(
                    collection,
                    object.metadata.name.startsWith("data-vernemq-1-")
                        ? {
                              ...object,
                              status: { readyToUse: false, readyAt: Infinity, error: { message: "quota exceeded" } },
                          }
                        : object,
                );
            const { exitCode, err } = await shop.ops("backup");
            assert.equal(exitCode, 1);
            assert.match(err, /data-vernemq-1-backup-\S+ failed: quota exceeded/);
        }));

    describe("refuses in one sentence", () => {
        const cases: readonly (readonly [string, () => Promise<Workshop>, RegExp])[] = [
            [
                "where the cluster has no snapshots",
                () => open({}),
                /no snapshots .* is not installed.*add-on snapshot-controller.*\n$/,
            ],
            [
                "where the driver has no class",
                () => open(installed, []),
                /ebs\.csi\.aws\.com, which has no VolumeSnapshotClass/,
            ],
            [
                "where it has several and no default",
                () => open(installed, ["a", "b"]),
                /name one of a, b with --snapshot-class/,
            ],
            [
                "where nothing is on volumes",
                () => open({ ...installed, persistence: false }),
                /keep nothing on volumes/,
            ],
        ];
        for (const [name, opening, why] of cases) {
            it(name, () =>
                within(opening(), async (shop) => {
                    const { exitCode, err } = await shop.ops("backup");
                    assert.equal(exitCode, 4);
                    assert.match(err, why);
                    assert.deepEqual(shop.cluster.changes, []);
                }),
            );
        }

        it("while a scaling is not finished", () =>
            within(open(), async (shop) => {
                shop.cluster.crashAt(40, "after");
                await shop.ops("scale", "--to", "2", "--yes");
                shop.cluster.recover();
                const { exitCode, err } = await shop.ops("backup");
                assert.equal(exitCode, 4);
                assert.match(err, /scaling to 2 brokers, begun .*, is not finished/);
            }));
    });
});

describe("ops restore", () => {
    /** A backup of three brokers with 9 messages; since then some were delivered and a broker left. */
    async function later(): Promise<Workshop> {
        const shop = await open();
        await shop.ops("backup");
        await shop.ops("scale", "--to", "2", "--yes");
        for (const { data } of shop.cluster.world.brokers.processes) {
            data.queues.clear();
        }
        return shop;
    }

    it("brings back every broker with its messages, on volumes created from the set", () =>
        within(later(), async (shop) => {
            const { exitCode, err, out } = await shop.ops("restore", "--from", "newest", "--replace", "--yes");
            assert.equal(exitCode, 0, err);
            assert.deepEqual(shop.views, valid(3));
            assert.equal(shop.cluster.queuedMessages, 9);
            assert.deepEqual(shop.notes, {});
            assert.match(shop.stackFile, /replicas: 3/);
            assert.match(out, /npm run pipeline -- up --stack dev/);
            const [set] = await setsOf(shop);
            const claim = shop.cluster.world.store.get("v1/persistentvolumeclaims", "data-vernemq-1");
            assert.deepEqual(claim.spec, {
                resources: { requests: { storage: "20Gi" } },
                dataSource: {
                    apiGroup: "snapshot.storage.k8s.io",
                    kind: "VolumeSnapshot",
                    name: `data-vernemq-1-${set?.name ?? ""}`,
                },
            });
            assert.equal(claim.metadata.labels?.["app.kubernetes.io/instance"], "vernemq");
        }));

    it("says that maintenance is unguarded where it brings back more brokers than the PodDisruptionBudget is for", () =>
        within(later(), async (shop) => {
            const spec = { minAvailable: 1 };
            shop.cluster.world.store.patch("policy/v1/poddisruptionbudgets", "vernemq", { spec });
            const words = ["restore", "--from", "newest", "--replace", "--yes"];
            const { maintenance } = JSON.parse((await shop.ops(...words, "--json")).out) as {
                maintenance?: { state: string; evictable: number };
            };
            assert.deepEqual([maintenance?.state, maintenance?.evictable], ["unguarded", 2]);
            assert.match((await shop.ops(...words)).out, /^Node maintenance is unguarded until the next/m);
        }));

    it("stops all brokers before the first volume goes, and starts none before the last is there", () =>
        within(later(), async (shop) => {
            const before = shop.cluster.requests.length;
            await shop.ops("restore", "--from", "newest", "--replace", "--yes");
            const deeds = shop.cluster.requests.slice(before).flatMap(({ method, path, body }) => {
                const replicas = (body as { spec?: { replicas?: number } } | undefined)?.spec?.replicas;
                return method === "GET"
                    ? []
                    : replicas === undefined
                      ? path.endsWith("statefulsets/vernemq")
                          ? []
                          : [method]
                      : [`replicas ${replicas}`];
            });
            assert.deepEqual(deeds, ["replicas 0", "DELETE", "DELETE", "POST", "POST", "POST", "replicas 3"]);
        }));

    it("goes on when it is run again, wherever it was cut off", async () => {
        const words = ["restore", "--from", "newest", "--replace", "--yes"];
        const shop = await later();
        const before = shop.cluster.requests.length;
        await shop.ops(...words);
        const changes = shop.cluster.requests
            .slice(before)
            .flatMap(({ method, number }) => (method === "GET" ? [] : [number - before]));
        await shop.close();
        assert.equal(changes.length, 9);
        for (const k of changes) {
            for (const when of ["before", "after"] as const) {
                await within(later(), async (cut) => {
                    cut.cluster.crashAt(k, when);
                    await cut.ops(...words);
                    cut.cluster.recover();
                    cut.cluster.world.settle();
                    const { exitCode, err } = await cut.ops(...words);
                    assert.equal(exitCode, 0, `${k} ${when}: ${err}`);
                    assert.deepEqual(cut.views, valid(3));
                    assert.equal(cut.cluster.queuedMessages, 9);
                    assert.deepEqual(cut.notes, {});
                });
            }
        }
    });

    it("refuses, and changes nothing, where brokers run and --replace is missing", () =>
        within(later(), async (shop) => {
            const before = shop.cluster.changes.length;
            const { exitCode, err } = await shop.ops("restore", "--from", "newest", "--yes");
            assert.equal(exitCode, 4);
            assert.match(err, /the brokers run.*--replace/);
            assert.equal(shop.cluster.changes.length, before);
        }));

    it("refuses a set that is not there, or not whole", () =>
        within(later(), async (shop) => {
            const { name = "" } = (await setsOf(shop))[0] ?? {};
            const missing = await shop.ops("restore", "--from", "backup-x", "--replace", "--yes");
            assert.equal(missing.exitCode, 4);
            assert.match(missing.err, new RegExp(`no backup backup-x of vernemq; there are ${name}`));
            shop.cluster.world.store.drop(`${api}/volumesnapshots`, `data-vernemq-1-${name}`);
            const torn = await shop.ops("restore", "--from", name, "--replace", "--yes");
            assert.equal(torn.exitCode, 4);
            assert.match(torn.err, /is not complete/);
            assert.equal((await shop.ops("restore", "--from", "newest", "--replace", "--yes")).exitCode, 4);
        }));

    it("refuses a set of more brokers than the stack's settings allow, before anything stops", () =>
        within(later(), async (shop) => {
            const path = join(shop.folder, "Pulumi.dev.yaml");
            writeFileSync(path, shop.stackFile.replace(/replicas: \d/, "$&\n    maxReplicas: 2"));
            const before = shop.cluster.changes.length;
            const { exitCode, err } = await shop.ops("restore", "--from", "newest", "--replace", "--yes");
            assert.equal(exitCode, 4);
            assert.match(err, /maxReplicas/);
            assert.equal(shop.cluster.changes.length, before);
        }));

    it("refuses a set of brokers by other names: their data is bound to them", () =>
        within(later(), async (shop) => {
            shop.cluster.world.store.patch("apps/v1/statefulsets", "vernemq", { spec: { serviceName: "renamed" } });
            const { exitCode, err } = await shop.ops("restore", "--from", "newest", "--replace", "--yes");
            assert.equal(exitCode, 4);
            assert.match(err, /brokers by other names/);
        }));
});
