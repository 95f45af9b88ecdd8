import { Command, InvalidArgumentError } from "commander";
import { stringify } from "yaml";
import { compact } from "../../components/common/compact";
import { defaultRequirements, hasHop } from "../../components/edge/plan";
import { planEdge } from "../../components/edge/planner";
import { findTarget, targets } from "../../stacks/targets/registry";
import {
    answer,
    commonOptions,
    number,
    type Output,
    type Read,
    readOptions,
    wholeNumber,
} from "../common/command-line";
import { type ExitCode, exitCodeHelp, exitCodes } from "../common/exit-code";
import { sentence } from "../common/sentence";
import { grouped } from "./edge";
import { measured } from "./estimate";
import { connectionsPerHaproxyPod, proposeSize, type SizeProposal } from "./size";
import { asTyped, commandLine } from "../common/command-name";

/** What `size` is asked. */
export interface SizeOptions {
    readonly devices: number;
    readonly messagesPerSecond: number;
    readonly keepalive: number;
    /** Share of the devices with a persistent session. */
    readonly persistent: number;
    readonly subscribers: number;
    /** The name of a target whose cluster the program creates. */
    readonly target: string;
    /** The stack file's piece without the arithmetic. */
    readonly quiet?: true;
}

const example = `
Example:
  vernemq size --devices 500000 --messages-per-second 8000 --keepalive 60 --target eks

${exitCodeHelp([0, 2], { 0: "there is a proposal", 2: "none is possible, or the command line has to be fixed first" })}`;

const sizedTargets = targets().flatMap(({ name, machineProposals }) => (machineProposals === null ? [] : [name]));

function target(text: string): string {
    if (!sizedTargets.includes(text)) {
        throw new InvalidArgumentError(
            `Expected: ${sizedTargets.join(", ")}. The nodes of an existing cluster are not this program's.`,
        );
    }
    return text;
}

/** The verb `size`. */
export function sizeCommand(): Command {
    const command = new Command(commandLine("size"))
        .description("Propose brokers, nodes and HAProxy pods for a number of devices, as part of a stack file.")
        .requiredOption("--devices <count>", "devices that are connected at once", wholeNumber(1, 10_000_000))
        .requiredOption("--messages-per-second <count>", "messages that all of them send", number(0, 10_000_000))
        .requiredOption("--target <name>", `one of ${sizedTargets.join(", ")}`, target)
        .option("--keepalive <seconds>", "MQTT keepalive of the devices", wholeNumber(5, 65_535), 60)
        .option("--persistent <share>", "share of the devices with a persistent session", number(0, 1), 0)
        .option("--subscribers <count>", "subscribers of each message", number(0, 100_000), 1)
        .addHelpText("after", asTyped(example))
        .allowExcessArguments(false);
    return commonOptions(command);
}

/** Reads the words behind the verb. */
export function parseSize(words: readonly string[]): Read<SizeOptions> {
    return readOptions(sizeCommand(), words);
}

/** Runs the verb `size` with the words behind it. */
export function runSize(words: readonly string[], streams: Output): ExitCode {
    const parsed = parseSize(words);
    if (parsed.kind !== "run") {
        return answer(parsed, "size", streams);
    }
    const result = sizing(parsed.options);
    if (result.ok) {
        streams.out(result.text);
        return exitCodes.done;
    }
    streams.err(`${sentence(`No size can be proposed: ${result.reason}`)}\n`);
    return exitCodes.misuse;
}

/** What is proposed: the stack file's piece and the arithmetic as its comments, or why nothing is. */
export type Sizing =
    | { readonly ok: true; readonly text: string; readonly config: Readonly<Record<string, object>> }
    | { readonly ok: false; readonly reason: string };

/** Proposes a size. The connection path is the target's default with your own certificate. */
export function sizing(options: SizeOptions): Sizing {
    const record = findTarget(options.target);
    if (record === undefined || record.machineProposals === null) {
        return { ok: false, reason: `no machines are proposed for a target ${options.target}` };
    }
    const machines = record.machineProposals;
    const certificate = record.matrix[0]?.requirements ?? {};
    const decision = planEdge(record, { ...defaultRequirements, ...certificate, keepaliveSeconds: options.keepalive });
    if (!decision.ok) {
        const [problem] = decision.problems;
        return { ok: false, reason: `${problem?.rule ?? "the connection path cannot be"}: ${problem?.remedy ?? ""}` };
    }
    const proposal = proposeSize({
        ...options,
        machines,
        keepaliveSeconds: options.keepalive,
        subscribersPerMessage: options.subscribers,
        haproxy: hasHop(decision.plan, "haproxy"),
    });
    if (typeof proposal === "string") {
        return { ok: false, reason: proposal };
    }
    const config = configOf(options, machines.key, proposal);
    const comments = arithmetic(options, proposal).map((line) => `# ${line}\n`);
    return {
        ok: true,
        config,
        text: `${options.quiet === true ? "" : comments.join("")}${stringify({ config }, { indent: 2 })}`,
    };
}

function configOf(options: SizeOptions, key: string, proposal: SizeProposal): Readonly<Record<string, object>> {
    const { haproxyPods, loadBalancerNodes } = proposal;
    return {
        "vernemq:cluster": {
            systemNodes: { [key]: proposal.systemSize, count: proposal.systemNodes },
            brokerNodes: { [key]: proposal.brokerSize },
            ...(loadBalancerNodes === undefined ? {} : { loadBalancerNodes }),
        },
        "vernemq:broker": {
            replicas: proposal.brokers,
            maxConnections: proposal.maxConnections,
            resources: { cpu: proposal.brokerCores, memoryGiB: proposal.brokerMemoryGiB },
        },
        "vernemq:edge": {
            keepaliveSeconds: options.keepalive,
            ...(haproxyPods === undefined
                ? {}
                : { haproxy: { replicas: haproxyPods, maxConnections: connectionsPerHaproxyPod } }),
        },
    };
}

function arithmetic(options: SizeOptions, proposal: SizeProposal): readonly string[] {
    const { load, brokers, haproxyPods, loadBalancerNodes } = proposal;
    const left = (brokers - 1).toString();
    const sessions = Math.ceil((options.devices * options.persistent) / (brokers - 1));
    const messages = options.messagesPerSecond / (brokers - 1);
    return compact([
        `An estimate for ${grouped(options.devices)} devices and ${grouped(options.messagesPerSecond)} messages a second on ${options.target}, from measured figures (docs/guides/capacity.md).`,
        `With one of ${brokers.toString()} brokers lost, each of ${left} has ${grouped(load.connections)} connections and ${grouped(messages)} messages a second:`,
        `  memory: ${measured.idleMiB.toString()} MiB + ${grouped(load.connections)} x 29 KiB = ${grouped(load.memoryMiB)} MiB of ${grouped(proposal.brokerMemoryGiB * 1024)}, a fifth of which is the message store's`,
        `  cores: ${grouped(load.connections / options.keepalive)} PINGREQs x ${measured.microsecondsPerPing.toString()} us + ${grouped(messages)} messages x ${measured.microsecondsPerMessage.toString()} us${options.subscribers === 1 ? "" : " and half of it for each further subscriber"} = ${grouped(load.millicores)}m of ${grouped(proposal.brokerCores * 1000)}m, of which six tenths are used`,
        `  what binds: ${proposal.binds}`,
        haproxyPods !== undefined &&
            `HAProxy: ${grouped(options.devices)} / ${grouped(connectionsPerHaproxyPod)} connections and one pod more = ${haproxyPods.toString()} pods; ${proposal.systemNodes.toString()} x ${proposal.systemSize} hold them, an update and the loss of a node`,
        loadBalancerNodes !== undefined &&
            `Load balancer: ${grouped(options.devices)} / 10,000 connections and one node more = ${loadBalancerNodes.toString()} nodes`,
        sessions !== 0 &&
            `Persistent sessions: ${grouped(sessions)} of them on a broker. A message that waits for one takes disk: with 100 of 1 KiB each that is ${grouped(Math.ceil((sessions * 100) / 2 ** 20))} GiB (broker.persistence.sizeGiB, default 20); what a session takes of memory was not measured.`,
        `One more subscriber of every message adds about ${grouped((messages * measured.microsecondsPerMessage) / 2000)}m to each broker.`,
    ]);
}
