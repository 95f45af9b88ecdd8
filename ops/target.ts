import { homedir } from "node:os";
import { brokerNames, type Engine } from "../components/broker/names";
import { UserError } from "../plan/common/errors";
import { forPlanning, readStackFile } from "../plan/stack-file";
import { parseSettings } from "../stacks/settings/parse";
import type { Settings } from "../stacks/settings/settings";
import { targetOf } from "../stacks/targets/registry";
import { collections, type Kube, type KubeTarget } from "./kubernetes/client";
import type { KubeconfigSource } from "./kubernetes/kubeconfig";
import { sentence } from "../plan/common/sentence";

export interface TargetStack {
    readonly name: string;
    /** Folder of the stack's file. */
    readonly folder: string;
    readonly settings: Settings;
}

/** Which brokers a verb is about. */
export interface OpsTarget extends KubeTarget {
    readonly engine: Engine;
    /** Undefined where the command line names the cluster and the namespace instead. */
    readonly stack?: TargetStack;
    /** Where the kubeconfig comes from, for the user to read. */
    readonly kubeconfigFrom: string;
    /** Options that name these brokers on another command line: `--stack eks`. */
    readonly options: string;
}

/** What the command line says about the cluster of a stack. */
export interface StackFlags {
    readonly stack: string;
    readonly kubeconfig?: string;
    readonly context?: string;
    /** Default: the namespace of the stack's settings. */
    readonly namespace?: string;
}

/** What the command line says where it names no stack. */
export interface ClusterFlags {
    readonly stack?: undefined;
    readonly kubeconfig: string;
    readonly context?: string;
    readonly namespace: string;
}

export type TargetFlags = StackFlags | ClusterFlags;

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
    flags: StackFlags,
    folder: string,
    readOutput: ReadOutput = readStackOutput,
    env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<OpsTarget> {
    const settings = parseSettings(forPlanning(readStackFile(folder, flags.stack)));
    const { source, from } = await findKubeconfig(flags, settings, () => readOutput(flags.stack, folder), env);
    const { engine } = settings.broker;
    return {
        engine,
        stack: { name: flags.stack, folder, settings },
        namespace: flags.namespace ?? settings.broker.namespace,
        statefulSet: brokerNames[engine].workload,
        kubeconfig: flags.context === undefined ? source : { ...source, context: flags.context },
        kubeconfigFrom: flags.context === undefined ? from : `${from}, context ${flags.context}`,
        options: `--stack ${flags.stack}`,
    };
}

/** The namespace of the brokers: the one that is named, else the stack's. */
export function namespaceOf(
    { stack = "", namespace }: { readonly stack?: string; readonly namespace?: string },
    folder: string,
): string {
    return namespace ?? parseSettings(forPlanning(readStackFile(folder, stack))).broker.namespace;
}

/**
 * Finds the brokers of a namespace, without a stack's file: their StatefulSet has one of two names, which says what deploys them.
 *
 * @throws UserError where there is none, or both
 */
export async function discoverTarget(
    { kubeconfig: path, context, namespace }: ClusterFlags,
    connect: (target: KubeTarget) => Promise<Kube>,
): Promise<OpsTarget> {
    const kubeconfig: KubeconfigSource = { kind: "file", path, context };
    const engines = Object.keys(brokerNames) as Engine[];
    const kube = await connect({ kubeconfig, namespace, statefulSet: brokerNames.helm.workload });
    const found = await Promise.all(
        engines.map((engine) => kube.find(collections.statefulSets, brokerNames[engine].workload)),
    );
    const [engine, ...others] = engines.filter((_, index) => found[index] !== undefined);
    const names = engines.map((name) => brokerNames[name].workload);
    if (engine === undefined) {
        throw new UserError(
            `There is no StatefulSet ${names.join(" or ")} in namespace ${namespace}: the brokers are in another cluster or namespace.`,
        );
    }
    if (others.length > 0) {
        throw new UserError(
            `Namespace ${namespace} has both StatefulSets ${names.join(" and ")}: name the stack with --stack.`,
        );
    }
    return {
        engine,
        namespace,
        statefulSet: brokerNames[engine].workload,
        kubeconfig,
        kubeconfigFrom: context === undefined ? path : `${path}, context ${context}`,
        options: `--kubeconfig ${path}${context === undefined ? "" : ` --context ${context}`} --namespace ${namespace}`,
    };
}

interface Found {
    readonly source: KubeconfigSource;
    readonly from: string;
}

async function findKubeconfig(
    flags: StackFlags,
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
        `${sentence(`There is no kubeconfig for stack ${settings.stack}: ${problem ?? "the stack has no output kubeconfig"}`)} Name one with --kubeconfig, or set KUBECONFIG.`,
    );
}

/** The kubeconfig that the settings name; undefined where they hold its encrypted contents, or where the program creates the cluster. */
function ownKubeconfig(settings: Settings): Found | undefined {
    const adopted = targetOf(settings.target).adoptedKubeconfig(settings);
    if (adopted === undefined || adopted.hasContents) {
        return undefined;
    }
    const { path, context } = adopted;
    const at = context === undefined ? "" : `, context ${context}`;
    return path === undefined
        ? { source: { kind: "default", context }, from: `the machine's kubeconfig${at}` }
        : { source: { kind: "file", path, context }, from: `${path.replace(homedir(), "~")}${at}` };
}

/** The output `kubeconfig` of a stack, by the Pulumi engine. */
const readStackOutput: ReadOutput = async (stack, folder) => {
    const { runStack } = await import("../pipeline/stack-run");
    const { outputs, error } = await runStack("outputs", stack, { folder, showSecrets: true });
    const value = outputs?.["kubeconfig"]?.value;
    return typeof value === "string" ? { kubeconfig: value } : { problem: error?.split("\n")[0] };
};
