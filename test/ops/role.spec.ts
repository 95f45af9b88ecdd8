import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { connect as connectSocket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse, parseAllDocuments } from "yaml";
import { runOps } from "../../ops/run";
import { clusterVerbs } from "../../ops/verbs";
import { ScriptedCluster, type ClusterOptions } from "./support/cluster";
import { freePort } from "./support/free-port";
import { ops, projectFolder } from "./support/ops";
import { rightsAsked, rightText, type Rule } from "./support/wire";

interface RbacObject {
    readonly kind: string;
    readonly metadata: { readonly name: string; readonly namespace?: string };
    readonly rules?: readonly Rule[];
    readonly subjects?: readonly { readonly kind: string; readonly name: string }[];
    readonly roleRef?: { readonly kind: string; readonly name: string };
}

async function print(...words: string[]): Promise<{ exitCode: number; out: string; err: string }> {
    let [out, err] = ["", ""];
    const terminal = { out: (text: string) => (out += text), err: (text: string) => (err += text), colors: false };
    const exitCode = await runOps(["role", ...words], terminal, projectFolder, new AbortController().signal);
    return { exitCode, out, err };
}

async function roles(...words: string[]): Promise<readonly RbacObject[]> {
    const { out, err, exitCode } = await print("--namespace", "messaging", ...words);
    assert.equal(exitCode, 0, err);
    return parseAllDocuments(out).map((document) => document.toJS() as RbacObject);
}

function rulesIn(objects: readonly RbacObject[]): readonly Rule[] {
    return objects.flatMap(({ rules }) => rules ?? []);
}

/** `get pods/exec` and so on: all that rules allow. */
function allowed(rules: readonly Rule[]): string[] {
    const texts = rules.flatMap(({ apiGroups, resources, verbs }) =>
        apiGroups.flatMap((apiGroup) =>
            resources.flatMap((resource) => verbs.map((verb) => rightText({ verb, apiGroup, resource }))),
        ),
    );
    return [...new Set(texts)].sort();
}

const snapshots = "snapshot.storage.k8s.io/v1";
const withSnapshots = { customResources: [`${snapshots}/volumesnapshots`, `${snapshots}/volumesnapshotclasses`] };

/** A run of a verb against a cluster; the rest of what it may ask is in the others. */
type Scenario = readonly [options: ClusterOptions, run: (cluster: ScriptedCluster) => Promise<void>];

async function well(cluster: ScriptedCluster, words: readonly string[], stack?: string): Promise<void> {
    const ran = await ops(cluster, words, stack === undefined ? {} : { stack });
    assert.equal(ran.exitCode, 0, `${words.join(" ")}: ${ran.err}`);
}

/** Runs without a stack's file. */
async function stackless(cluster: ScriptedCluster, ...words: string[]): Promise<void> {
    const ran = await ops(cluster, [...words, "--namespace", "messaging"], { stack: null });
    assert.equal(ran.exitCode, 0, `${words.join(" ")}: ${ran.err}`);
}

async function forwarded(cluster: ScriptedCluster): Promise<void> {
    const interrupt = new AbortController();
    let output = "";
    const port = await freePort();
    const running = ops(cluster, ["port-forward", "--ports", `${port}:1883`], {
        signal: interrupt.signal,
        onOut: (text) => (output += text),
    });
    while (!output.includes("->")) {
        const ended = await Promise.race([running, sleep(10)]);
        assert.equal(ended, undefined, `it ended: ${ended?.err ?? ""}`);
    }
    const socket = connectSocket(port, "127.0.0.1");
    socket.on("error", () => undefined);
    await new Promise((resolve) => socket.on("close", resolve));
    interrupt.abort();
    assert.equal((await running).exitCode, 0);
}

function prepareSnapshots({ world }: ScriptedCluster): void {
    for (const ordinal of [0, 1, 2]) {
        const metadata = { name: `pv-vernemq-${ordinal}` };
        world.store.create("v1/persistentvolumes", { metadata, spec: { csi: { driver: "d" } } });
    }
    world.store.create(`${snapshots}/volumesnapshotclasses`, { metadata: { name: "c" }, driver: "d" });
}

const scenarios: Readonly<Record<string, readonly Scenario[]>> = {
    status: [
        [{}, (cluster) => well(cluster, ["status"])],
        [{}, (cluster) => stackless(cluster, "status")],
    ],
    "port-forward": [[{}, forwarded]],
    reload: [[{}, (cluster) => well(cluster, ["reload"])]],
    drain: [[{}, (cluster) => well(cluster, ["drain", "1"])]],
    undrain: [[{}, (cluster) => well(cluster, ["undrain", "1"])]],
    upgrade: [[{}, (cluster) => well(cluster, ["upgrade", "--restart"])]],
    scale: [[{}, (cluster) => well(cluster, ["scale", "--to", "2", "--yes", "--no-setting"])]],
    backup: [
        [
            withSnapshots,
            async (cluster) => {
                prepareSnapshots(cluster);
                const before = cluster.requests.length;
                await well(cluster, ["backup"]);
                const first = cluster.requests.slice(before).findIndex(({ method }) => method === "POST");
                // Sets are named by the second. The answer of the first snapshot is lost: it is looked for.
                await sleep(1000);
                cluster.failAt(first + 1, "after");
                await well(cluster, ["backup", "--keep", "1"]);
            },
        ],
    ],
    restore: [
        [
            withSnapshots,
            async (cluster) => {
                prepareSnapshots(cluster);
                const { rules } = cluster;
                cluster.rules = undefined;
                await well(cluster, ["backup"]);
                cluster.requests.length = 0;
                cluster.rules = rules;
                await well(cluster, ["restore", "--from", "newest", "--replace", "--yes", "--no-setting"]);
            },
        ],
        [
            { ...withSnapshots, engine: "operator" },
            async (cluster) => {
                const ran = await ops(cluster, ["restore", "--from", "newest"], { stack: "operator" });
                assert.match(ran.err, /There is no complete backup/);
            },
        ],
    ],
};

describe("ops role", () => {
    // The client library takes seconds to load.
    for (const { name } of clusterVerbs) {
        it(`allows ${name} what it asks for, and nothing else`, async () => {
            const rules = rulesIn(await roles("--verbs", name));
            const asked = new Set<string>();
            for (const [options, run] of scenarios[name] ?? []) {
                const cluster = await ScriptedCluster.start(options);
                try {
                    cluster.rules = rules;
                    await run(cluster);
                    for (const { method, path } of cluster.requests) {
                        for (const right of rightsAsked(method, path)) {
                            asked.add(rightText(right));
                        }
                    }
                } finally {
                    await cluster.stop();
                }
            }
            assert.deepEqual([...asked].sort(), allowed(rules));
        });
    }

    it("is for all verbs where none are named: what each of them is allowed, once", async () => {
        const all = rulesIn(await roles());
        const each = [];
        for (const { name } of clusterVerbs) {
            each.push(...allowed(rulesIn(await roles("--verbs", name))));
        }
        assert.deepEqual(allowed(all), [...new Set(each)].sort());
        const resources = all.flatMap(({ apiGroups, resources }) => resources.map((it) => `${apiGroups.join()}/${it}`));
        assert.equal(resources.length, new Set(resources).size);
    });

    it("reads no other Secrets for status than those of the server certificate and the RSA one beside it", async () => {
        const secrets = rulesIn(await roles("--verbs", "status,scale")).filter(({ resources }) =>
            resources.includes("secrets"),
        );
        assert.deepEqual(
            secrets.map(({ resourceNames, verbs }) => [resourceNames, verbs]),
            [[["vernemq-edge-certificate", "vernemq-edge-certificate-rsa"], ["get"]]],
        );
    });

    it("has a Role in the brokers' namespace and a ClusterRole for what belongs to none, each bound", async () => {
        const shape = (objects: readonly RbacObject[]) =>
            objects.map(({ kind, metadata, subjects, roleRef }) =>
                [
                    kind,
                    metadata.namespace,
                    metadata.name,
                    subjects?.[0]?.kind,
                    subjects?.[0]?.name,
                    roleRef?.name,
                ].join(),
            );
        assert.deepEqual(shape(await roles("--verbs", "drain", "--user", "ada")), [
            "Role,messaging,vernemq-ops,,,",
            "RoleBinding,messaging,vernemq-ops,User,ada,vernemq-ops",
        ]);
        assert.deepEqual(shape(await roles("--verbs", "status", "--group", "on-call")).slice(2), [
            "ClusterRole,,vernemq-ops-messaging,,,",
            "ClusterRoleBinding,,vernemq-ops-messaging,Group,on-call,vernemq-ops-messaging",
        ]);
        for (const { kind, rules } of await roles()) {
            // A Role with cluster-wide kinds allows nothing (rbac reference, referring to resources).
            const clusterWide = ["nodes", "persistentvolumes", "volumesnapshotclasses"];
            for (const resource of rules?.flatMap(({ resources }) => resources) ?? []) {
                assert.equal(clusterWide.includes(resource), kind === "ClusterRole", resource);
            }
        }
    });

    it("takes the namespace of a stack, and with --json is a List for kubectl", async () => {
        const { out } = await print("--stack", "metal", "--json");
        const list = parse(out) as { kind: string; items: RbacObject[] };
        assert.equal(list.kind, "List");
        assert.deepEqual(list.items, await roles());
    });

    it("names the mistake: a verb that there is not, no namespace, two subjects", async () => {
        for (const [words, message] of [
            [["--namespace", "n", "--verbs", "status,fly"], /There is no verb fly; there are status, port-forward/],
            [[], /name the stack with --stack, or give --namespace/],
            [["--namespace", "n", "--user", "a", "--group", "b"], /cannot be used with/],
        ] as const) {
            const { exitCode, err } = await print(...words);
            assert.equal(exitCode, 2);
            assert.match(err, message);
        }
    });

    it("is what docs/guides/operations.md lists for each verb", () => {
        const page = readFileSync(join(projectFolder, "docs/guides/operations.md"), "utf8");
        const start = page.indexOf("\n## Rights");
        const section = page.slice(start, page.indexOf("\n## ", start + 1));
        const item =
            /^- `([a-z-]+)`\n {2}- in the brokers' namespace: (.*(?:\n {4}.*)*)(?:\n {2}- of the whole cluster: (.*(?:\n {4}.*)*))?/gm;
        const oneLine = (text = "") => text.replaceAll(/\s+/g, " ").trim();
        const listed = [...section.matchAll(item)].map(([, verb = "", namespaced, clusterWide]) => ({
            verb,
            namespaced: oneLine(namespaced),
            clusterWide: oneLine(clusterWide),
        }));
        assert.deepEqual(
            listed.map(({ verb }) => verb),
            clusterVerbs.map(({ name }) => name),
        );
        const texts = (cell: string) =>
            cell
                .split("; ")
                .filter((part) => part !== "")
                .flatMap((part) => {
                    const [, resource = "", verbs = ""] = /^`([^`]+)` ([a-z, ]+)/.exec(part) ?? [];
                    return verbs
                        .trim()
                        .split(", ")
                        .map((verb) => `${verb} ${resource}`);
                })
                .sort();
        for (const { verb, namespaced, clusterWide } of listed) {
            const rights = clusterVerbs.find(({ name }) => name === verb)?.rights ?? [];
            const wanted = (isClusterWide: boolean) => [
                ...new Set(
                    rights
                        .filter((right) => right.clusterWide === isClusterWide)
                        .flatMap(({ apiGroup, resource, verbs }) =>
                            verbs.map((one) => rightText({ verb: one, apiGroup, resource })),
                        ),
                ),
            ];
            assert.deepEqual(texts(namespaced), wanted(false).sort(), verb);
            assert.deepEqual(texts(clusterWide), wanted(true).sort(), verb);
        }
    });
});
