import { homedir } from "node:os";
import { brokerNames } from "../components/broker/names";
import { UserError } from "../plan/report";
import { readStackFile } from "../plan/stack-file";
import { parseSettings, type Settings } from "../stacks/settings/parse";
import type { KubeTarget } from "./kubernetes/client";
import type { KubeconfigSource } from "./kubernetes/kubeconfig";

/** Which brokers a verb is about. */
export interface OpsTarget extends KubeTarget {
    readonly stack: string;
    /** Folder of the stack's file. */
    readonly folder: string;
    readonly settings: Settings;
    /** Where the kubeconfig comes from, for a person to read. */
    readonly kubeconfigFrom: string;
}

/** What the command line says about the cluster. */
export interface TargetFlags {
    readonly stack: string;
    /** Path of a kubeconfig. */
    readonly kubeconfig?: string;
    readonly context?: string;
    /** Default: the namespace of the stack's settings. */
    readonly namespace?: string;
}

/** The kubeconfig in a stack's outputs; undefined where the stack has none, and the reason where it cannot be known. */
export type ReadOutput = (stack: string, folder: string) => Promise<{ kubeconfig?: string; problem?: string }>;

/**
 * Finds a stack's brokers. The kubeconfig is the one of the flags, else of the stack's settings (target existing), else the stack's output
 * `kubeconfig`, else `$KUBECONFIG`. `~/.kube/config` is taken for target existing alone, as the program does: what it points at may be
 * another cluster than a managed one.
 *
 * @throws UserError where none is found, ConfigurationError where the stack's settings are wrong.
 */
export async function resolveTarget(
    flags: TargetFlags,
    folder: string,
    readOutput: ReadOutput = readStackOutput,
    env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<OpsTarget> {
    const settings = parseSettings(readStackFile(folder, flags.stack));
    const { source, from } = await findKubeconfig(flags, settings, () => readOutput(flags.stack, folder), env);
    return {
        stack: flags.stack,
        folder,
        settings,
        namespace: flags.namespace ?? settings.broker.namespace,
        statefulSet: brokerNames[settings.broker.engine].workload,
        kubeconfig: flags.context === undefined ? source : { ...source, context: flags.context },
        kubeconfigFrom: flags.context === undefined ? from : `${from}, context ${flags.context}`,
    };
}

interface Found {
    readonly source: KubeconfigSource;
    readonly from: string;
}

async function findKubeconfig(
    flags: TargetFlags,
    settings: Settings,
    readOutput: () => Promise<{ kubeconfig?: string; problem?: string }>,
    env: Readonly<Record<string, string | undefined>>,
): Promise<Found> {
    if (flags.kubeconfig !== undefined) {
        return { source: { kind: "file", path: flags.kubeconfig }, from: flags.kubeconfig };
    }
    const own = ownKubeconfig(settings);
    if (own !== undefined) {
        return own;
    }
    const { kubeconfig, problem } = await readOutput();
    if (kubeconfig !== undefined) {
        return {
            source: { kind: "text", text: kubeconfig },
            from: `the output kubeconfig of stack ${settings.stack}`,
        };
    }
    const named = env["KUBECONFIG"];
    if (named !== undefined && named !== "") {
        return { source: { kind: "default" }, from: `$KUBECONFIG (${named})` };
    }
    throw new UserError(
        `There is no kubeconfig for stack ${settings.stack}: ${problem ?? "the stack has no output kubeconfig"}. Name one with --kubeconfig, or set KUBECONFIG.`,
    );
}

/** The kubeconfig that the settings of target existing say; undefined where they hold its encrypted contents, or for another target. */
function ownKubeconfig(settings: Settings): Found | undefined {
    if (settings.target !== "existing" || settings.cluster.kubeconfig !== undefined) {
        return undefined;
    }
    const { kubeconfigPath: path, context } = settings.cluster;
    const at = context === undefined ? "" : `, context ${context}`;
    return path === undefined
        ? { source: { kind: "default", context }, from: `the machine's kubeconfig${at}` }
        : { source: { kind: "file", path, context }, from: `${path.replace(homedir(), "~")}${at}` };
}

/** The output `kubeconfig` of a stack, by the Pulumi engine. */
const readStackOutput: ReadOutput = async (stack, folder) => {
    const { outputs } = await import("../pipeline/index");
    const [run] = await outputs({ stacks: [stack], folder, showSecrets: true });
    const value = run?.outputs?.["kubeconfig"]?.value;
    return typeof value === "string" ? { kubeconfig: value } : { problem: run?.error?.split("\n")[0] };
};
