import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "../../../ops/kubernetes/client";
import { runOps } from "../../../ops/run";
import { assertSentences } from "../support/ops";
import { ScriptedCluster, type ClusterOptions } from "../support/cluster";

const project = join(__dirname, "../../..");

/** How a command line ended. */
export interface Ended {
    readonly exitCode: number;
    /** Progress and result. */
    readonly out: string;
    readonly err: string;
}

/** A scripted cluster with a folder of stack files, for command lines of `npm run ops`. */
export class Workshop {
    readonly cluster: ScriptedCluster;
    readonly folder = mkdtempSync(join(tmpdir(), "vernemq-ops-"));

    private constructor(cluster: ScriptedCluster) {
        this.cluster = cluster;
        for (const file of ["Pulumi.yaml", "Pulumi.dev.yaml"]) {
            copyFileSync(join(project, file), join(this.folder, file));
        }
    }

    static async open(options: ClusterOptions = {}): Promise<Workshop> {
        return new Workshop(await ScriptedCluster.start(options));
    }

    async close(): Promise<void> {
        rmSync(this.folder, { recursive: true, force: true });
        await this.cluster.stop();
    }

    /** Runs a verb of the stack dev without an operator; its pauses take no time. */
    async ops(...words: readonly string[]): Promise<Ended> {
        const { kubeconfigPath, target } = this.cluster;
        let [out, err] = ["", ""];
        const exitCode = await runOps(
            [...words, "--stack", "dev", "--kubeconfig", kubeconfigPath, "--namespace", target.namespace],
            {
                out: (text) => (out += text),
                err: (text) => (err += text),
                colors: false,
            },
            this.folder,
            new AbortController().signal,
            {
                // One try: a cut connection is the end of a run here.
                connect: (to, options) => connect(to, { ...options, timing: { attempts: 1, timeoutMs: 60_000 } }),
                pace: 0,
            },
        );
        assertSentences({ exitCode, out, err });
        return { exitCode, out, err };
    }

    get stackFile(): string {
        return readFileSync(join(this.folder, "Pulumi.dev.yaml"), "utf8");
    }

    get claims(): readonly string[] {
        return this.cluster.world.store
            .list("v1/persistentvolumeclaims")
            .map(({ metadata }) => metadata.name)
            .sort();
    }

    get replicas(): unknown {
        return this.cluster.world.store.get("apps/v1/statefulsets", "vernemq").spec?.["replicas"];
    }

    /** What the scaling or restoring left as a note on the StatefulSet. */
    get notes(): Readonly<Record<string, string>> {
        return this.cluster.world.store.get("apps/v1/statefulsets", "vernemq").metadata.annotations ?? {};
    }

    /** Ordinals that each running broker sees as running members. */
    get views(): Readonly<Record<string, readonly string[]>> {
        const { brokers } = this.cluster.world;
        return Object.fromEntries(
            brokers.processes.map(({ node }) => [
                ordinalIn(node),
                brokers.view(node).map((member) => `${ordinalIn(member.node)}${member.running ? "" : " down"}`),
            ]),
        );
    }
}

function ordinalIn(node: string): string {
    return /-(\d+)\./.exec(node)?.[1] ?? node;
}

/** Views of a valid cluster. */
export function valid(count: number): Record<string, string[]> {
    const all = Array.from({ length: count }, (_, ordinal) => ordinal.toString());
    return Object.fromEntries(all.map((ordinal) => [ordinal, all]));
}
