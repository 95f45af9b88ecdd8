import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import type { Context } from "mocha";
import { connectAsync } from "mqtt";
import { stringify } from "yaml";
import { connect, type Kube } from "../../ops/kubernetes/client";
import { collections } from "../../ops/kubernetes/objects";
import { runOps } from "../../ops/run";
import { run } from "../../pipeline";
import type { StackRun, Verb } from "../../pipeline/run";
import type { StackRunOptions } from "../../pipeline/stack-run";
import { runVerify } from "../../verify/command";
import type { StackConfig } from "../support";
import { project } from "../support-engine";

/** The cluster and the consent that the user gives in the environment, or why there is nothing to run. */
export type Given =
    | { readonly kubeconfig: string; readonly context: string | undefined; readonly storageClass: string | undefined }
    | { readonly missing: string };

/** Reads ACCEPTANCE_KUBECONFIG, ACCEPTANCE_CONTEXT, ACCEPTANCE_STORAGE_CLASS and ACCEPTANCE_LICENSE. */
export function givenIn(env: Readonly<Record<string, string | undefined>>): Given {
    const kubeconfig = env["ACCEPTANCE_KUBECONFIG"] ?? "";
    if (kubeconfig === "") {
        return { missing: "ACCEPTANCE_KUBECONFIG names no cluster" };
    }
    if (env["ACCEPTANCE_LICENSE"] !== "accepted") {
        return { missing: "ACCEPTANCE_LICENSE=accepted does not say that you accept the license of VerneMQ's image" };
    }
    return { kubeconfig, context: env["ACCEPTANCE_CONTEXT"], storageClass: env["ACCEPTANCE_STORAGE_CLASS"] };
}

/** Skips the tests of a suite from its `before`, with the reason in the title of each: that of the suite is printed already. */
export function skipAll(context: Context, reason: string): never {
    for (const test of context.test?.parent?.tests ?? []) {
        test.title += ` (${reason})`;
    }
    return context.skip();
}

/** What a cluster holds that a destroyed stack must not leave: names of namespaces and volumes. */
export interface Leftovers {
    readonly namespaces: readonly string[];
    readonly volumes: readonly string[];
}

const namespaces = { apiVersion: "v1", plural: "namespaces", namespaced: false } as const;

/** Names of what is there, sorted. */
export async function inventoryOf(kube: Kube): Promise<Leftovers> {
    const names = async (collection: (typeof collections)["volumes"]) =>
        (await kube.list(collection)).map(({ metadata }) => metadata.name).sort();
    return { namespaces: await names(namespaces), volumes: await names(collections.volumes) };
}

/**
 * Why no pod can run, for example in an API server without kubelets; undefined where one can. A node of a kubelet that lives is Ready
 * (https://kubernetes.io/docs/reference/node/node-status/#condition); one that only pretends is told by ACCEPTANCE_PODS=none.
 */
export async function withoutPods(
    kube: Kube,
    env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
    if (env["ACCEPTANCE_PODS"] === "none") {
        return "ACCEPTANCE_PODS=none";
    }
    const ready = (await kube.list(collections.nodes)).filter(({ status }) =>
        ((status as { conditions?: readonly { type: string; status: string }[] } | undefined)?.conditions ?? []).some(
            ({ type, status: is }) => type === "Ready" && is === "True",
        ),
    );
    return ready.length === 0 ? "no node is Ready" : undefined;
}

/** A stack in a real cluster, with its own state and stack file. */
export class ClusterStack {
    readonly name: string;
    readonly folder: string;
    readonly #env: Readonly<Record<string, string>>;

    constructor(name: string) {
        this.name = name;
        this.folder = mkdtempSync(join(tmpdir(), `acceptance-${name}-`));
        mkdirSync(join(this.folder, "state"));
        const entries = readdirSync(project).filter((entry) => entry !== ".git" && !/^Pulumi\..+\.yaml$/.test(entry));
        for (const entry of entries) {
            symlinkSync(join(project, entry), join(this.folder, entry));
        }
        this.#env = {
            PULUMI_BACKEND_URL: pathToFileURL(join(this.folder, "state")).href,
            PULUMI_CONFIG_PASSPHRASE: "acceptance",
            PULUMI_SKIP_UPDATE_CHECK: "true",
        };
    }

    configure(config: StackConfig): void {
        writeFileSync(join(this.folder, `Pulumi.${this.name}.yaml`), stringify({ config }));
    }

    /** Drives the engine to the end of a verb, which has to succeed. */
    async drive(verb: Verb, options: Partial<StackRunOptions> = {}): Promise<StackRun> {
        const [done] = await run(verb, {
            stacks: [this.name],
            folder: this.folder,
            env: this.#env,
            confirm: () => Promise.resolve(true),
            ...options,
        });
        assert.ok(done !== undefined);
        assert.equal(done.status, "succeeded", `${verb}: ${done.error ?? ""}`);
        return done;
    }

    async outputs(): Promise<StackRun> {
        return this.drive("outputs", { showSecrets: true });
    }

    /** Runs an ops verb, which has to end with exit code 0, and gives what it wrote. */
    async ops(...words: readonly string[]): Promise<string> {
        let out = "";
        let err = "";
        const terminal = {
            out: (text: string) => (out += text),
            err: (text: string) => (err += text),
            colors: false,
        };
        const all = [...words, "--stack", this.name];
        const code = await runOps(all, terminal, this.folder, new AbortController().signal);
        assert.equal(code, 0, `ops ${words.join(" ")}\n${out}\n${err}`);
        return out;
    }

    /** Verifies the endpoints by MQTT clients that dial an address; every check has to pass or warn. */
    async verify(address: string, ...words: readonly string[]): Promise<void> {
        let text = "";
        const hear = (part: string) => (text += part);
        const streams = { out: hear, err: hear, columns: 160, colors: false, watched: false };
        const all = ["--stack", this.name, "--address", address, ...words];
        const code = await runVerify(all, streams, process.env, this.folder, { outputs: () => this.outputs() });
        assert.equal(code, 0, text);
    }

    remove(): void {
        rmSync(this.folder, { recursive: true, force: true });
    }
}

/** An address of a node, where its node ports answer. ACCEPTANCE_ADDRESS names another, for example of a tunnel. */
export async function addressOf(kube: Kube, env: Readonly<Record<string, string | undefined>>): Promise<string> {
    const given = env["ACCEPTANCE_ADDRESS"];
    if (given !== undefined) {
        return given;
    }
    const [node] = await kube.list(collections.nodes);
    const { addresses = [] } = (node?.["status"] ?? {}) as {
        addresses?: readonly { type: string; address: string }[];
    };
    const found = addresses.find(({ type }) => type === "InternalIP");
    assert.ok(found !== undefined, "the first node has no InternalIP");
    return found.address;
}

/** Connects the stack's first user by mqtts, and ends the connection after some work. */
export async function withClient<T>(
    stack: ClusterStack,
    address: string,
    work: (client: Awaited<ReturnType<typeof connectAsync>>) => Promise<T>,
): Promise<T> {
    const { outputs = {} } = await stack.outputs();
    const value = (name: string) => outputs[name]?.value;
    const url = new URL((value("endpoints") as Readonly<Record<string, string>>)["mqtts"] ?? "");
    const client = await connectAsync({
        protocol: "mqtts",
        host: address,
        port: Number(url.port),
        servername: url.hostname,
        ca: value("ca") as string,
        username: "device",
        password: (value("passwords") as Readonly<Record<string, string>>)["device"],
        protocolVersion: 5,
    });
    try {
        return await work(client);
    } finally {
        await client.endAsync();
    }
}

/** The payload of a retained message; undefined where none comes within some seconds. */
export async function retained(stack: ClusterStack, address: string, topic: string): Promise<string | undefined> {
    return withClient(stack, address, async (client) => {
        const message = new Promise<string>((resolve) => {
            client.once("message", (_, payload) => {
                resolve(payload.toString());
            });
        });
        await client.subscribeAsync(topic, { qos: 1 });
        return Promise.race([message, wait(5000, undefined)]);
    });
}

/** Connects to the API server; `namespace` is where the brokers are. */
export function kubeOf(given: Extract<Given, { kubeconfig: string }>, namespace: string): Promise<Kube> {
    const { kubeconfig: path, context } = given;
    const kubeconfig = { kind: "file", path, ...(context === undefined ? {} : { context }) } as const;
    return connect({ kubeconfig, namespace, statefulSet: "vernemq" });
}

/** Waits until a condition holds. */
export async function eventually(what: string, holds: () => Promise<boolean>, seconds = 180): Promise<void> {
    const until = Date.now() + seconds * 1000;
    while (!(await holds())) {
        assert.ok(Date.now() < until, `${what}: not within ${seconds} s`);
        await wait(2000);
    }
}
