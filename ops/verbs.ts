import { brokerCount } from "../components/broker/replicas";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { BackupFlags } from "./backup/index";
import type { RestoreFlags } from "./backup/restore";
import type { ScaleFlags } from "./scale/index";
import { wholeNumber } from "../plan/common/command-line";
import { brokerArgument } from "./broker-name";
import type { DrainOptions } from "./drain/index";
import { parsePorts } from "./port-forward/ports";
import type { PortForwardOptions } from "./port-forward/index";
import type { ReloadOptions } from "./reload/index";
import { type Right, rightsOf } from "./rights";
import type { RoleSubject } from "./role/index";
import type { ExitCode } from "../plan/common/exit-code";
import type { Session, Shown } from "./session";
import type { UpgradeOptions } from "./upgrade/index";
import { commandLine } from "../plan/common/command-name";

/** What the command line says for a verb: its arguments, and its own options by their camel-cased names. */
export interface Given<O = Readonly<Record<string, unknown>>> {
    readonly args: readonly string[];
    readonly options: O;
}

interface Described {
    readonly name: string;
    readonly summary: string;
    /** Declares its own arguments and options. */
    readonly describe: (command: Command) => Command;
}

/** A verb that operates and asks a cluster. */
export interface ClusterVerb extends Described {
    /** What it asks of the API server. */
    readonly rights: readonly Right[];
    /** Does it. What it needs is loaded only now. */
    readonly run: (session: Session, given: Given) => Promise<ExitCode>;
}

/** A verb that prints something about the brokers' namespace and asks no cluster. */
export interface PrintVerb extends Described {
    readonly print: (namespace: string, given: Given) => Promise<Shown>;
}

export type Verb = ClusterVerb | PrintVerb;

/** A verb whose options have the type that its `describe` declares them to have. */
function verb<O>(
    entry: Omit<ClusterVerb, "run"> & { run: (session: Session, given: Given<O>) => Promise<ExitCode> },
): ClusterVerb {
    return { ...entry, run: (session, given) => entry.run(session, given as Given<O>) };
}

/** Of the verbs that ask before they do it. */
const yes = new Option("--yes", "do not ask");

/** Every verb that asks a cluster, in the order of the help. */
export const clusterVerbs: readonly ClusterVerb[] = [
    verb<object>({
        name: "status",
        summary: "show each broker's pod, membership, sessions, version and volume, and the certificate's days left",
        rights: rightsOf.status,
        describe: (command) => command,
        run: async (session) => (await import("./status/index")).runStatus(session),
    }),
    verb<PortForwardOptions>({
        name: "port-forward",
        summary: "forward ports of this machine to a broker: MQTT and the status page, until Ctrl-C",
        rights: rightsOf.portForward,
        describe: (command) =>
            command
                .option(
                    "--ports <here:there,...>",
                    "ports, here and in the pod; default: 1883 for MQTT and 8888 for the status page",
                    parsePorts,
                )
                .option("--broker <broker>", "number or pod; default: the first that is ready", brokerArgument),
        run: async (session, { options }) => (await import("./port-forward/index")).runPortForward(session, options),
    }),
    verb<ReloadOptions>({
        name: "reload",
        summary: "make changed users and rules live at every broker now, not within a minute",
        rights: rightsOf.reload,
        describe: (command) =>
            command.option("--wait <seconds>", "how long the slowest broker may take", wholeNumber(1, 3600), 150),
        run: async (session, { options }) => (await import("./reload/index")).runReload(session, options),
    }),
    verb<DrainOptions>({
        name: "drain",
        summary: "take a broker out of service for maintenance of its node; it stays a member",
        rights: rightsOf.drain,
        describe: (command) =>
            command
                .argument("<broker>", "number or pod: 2 or vernemq-2", brokerArgument)
                .option("--batch <clients>", "clients to disconnect in one batch", wholeNumber(1, 10_000), 200)
                .option("--pause <seconds>", "between two batches", wholeNumber(0, 3600), 2)
                .option(
                    "--timeout <seconds>",
                    "after which the remaining clients stay connected",
                    wholeNumber(1, 86_400),
                    600,
                ),
        run: async (session, { args, options }) =>
            (await import("./drain/index")).runDrain(session, brokerArgument(args[0] ?? ""), options),
    }),
    verb<object>({
        name: "undrain",
        summary: "let a drained broker take clients again",
        rights: rightsOf.undrain,
        describe: (command) => command.argument("<broker>", "number or pod: 2 or vernemq-2", brokerArgument),
        run: async (session, { args }) =>
            (await import("./drain/index")).runUndrain(session, brokerArgument(args[0] ?? "")),
    }),
    verb<UpgradeOptions>({
        name: "upgrade",
        summary: "bring every broker to the newest template, one at a time, each only when all brokers see each other",
        rights: rightsOf.upgrade,
        describe: (command) =>
            command
                .option("--hold", `only hold updates back, before \`${commandLine("up")}\``)
                .option("--restart", "restart brokers that are up to date too")
                .option("--drain", "drain each broker first")
                .option("--accept-loss", "continue although brokers without volumes lose messages")
                .option("--timeout <seconds>", "time that one broker may take to return", wholeNumber(30, 86_400), 900)
                .addOption(yes),
        run: async (session, { options }) => (await import("./upgrade/index")).runUpgrade(session, options),
    }),
    verb<ScaleFlags>({
        name: "scale",
        summary: "run more brokers, or fewer: those that go first leave the cluster and hand over their queues",
        rights: rightsOf.scale,
        describe: (command) =>
            command
                .requiredOption("--to <brokers>", "number of brokers", wholeNumber(brokerCount.least, brokerCount.most))
                .option(
                    "--accept-loss",
                    "continue although messages of a broker that is down, or of a volume, are lost",
                )
                .option("--take-over", "replace an unfinished scaling to another number that no longer runs")
                .option("--no-setting", "leave the number in the stack's file as it is")
                .addOption(yes),
        run: async (session, { options }) => (await import("./scale/index")).runScale(session, options),
    }),
    verb<BackupFlags>({
        name: "backup",
        summary: "take a snapshot of every broker's volume, as one set",
        rights: rightsOf.backup,
        describe: (command) =>
            command
                .option("--list", "list the sets; nothing is taken")
                .option("--keep <sets>", "keep this many sets, and delete older ones", wholeNumber(1, 1000))
                .option("--snapshot-class <name>", "VolumeSnapshotClass; default: the one of the volumes' CSI driver"),
        run: async (session, { options }) => (await import("./backup/index")).runBackup(session, options),
    }),
    verb<RestoreFlags>({
        name: "restore",
        summary: "bring all brokers back to what a set of snapshots holds",
        rights: rightsOf.restore,
        describe: (command) =>
            command
                .requiredOption("--from <set>", "name of the set, or newest")
                .option("--replace", "stop the brokers that run, and replace their volumes")
                .option("--no-setting", "leave the number of brokers in the stack's file as it is")
                .addOption(yes),
        run: async (session, { options }) => (await import("./backup/restore")).runRestore(session, options),
    }),
];

const role: PrintVerb = {
    name: "role",
    summary: "print a Role and its binding with what the verbs need, as YAML for `kubectl apply`",
    describe: (command) =>
        command
            .option("--verbs <verb,...>", "verbs that it allows; default: all", clusterVerbsNamed, clusterVerbs)
            .addOption(new Option("--group <name>", "group that gets it; default: vernemq-operators").conflicts("user"))
            .option("--user <name>", "user that gets it, instead of a group"),
    print: async (namespace, { options }) => {
        const { roleObjects, roleYaml } = await import("./role/index");
        const { verbs: wanted, user, group = "vernemq-operators" } = options as unknown as RoleOptions;
        const subject: RoleSubject = user === undefined ? { kind: "Group", name: group } : { kind: "User", name: user };
        const request = { namespace, verbs: wanted, subject };
        return {
            text: roleYaml(request).trimEnd(),
            json: { apiVersion: "v1", kind: "List", items: roleObjects(request) },
        };
    },
};

/** Every verb, in the order of the help. */
export const verbs: readonly Verb[] = [...clusterVerbs, role];

interface RoleOptions {
    readonly verbs: readonly ClusterVerb[];
    readonly group?: string;
    readonly user?: string;
}

/** A commander parser for `status,drain`. */
function clusterVerbsNamed(text: string): readonly ClusterVerb[] {
    const names = new Set(text.split(",").map((name) => name.trim()));
    const known = clusterVerbs.map(({ name }) => name);
    const unknown = [...names].find((name) => !known.includes(name));
    if (unknown !== undefined) {
        throw new InvalidArgumentError(`There is no verb ${unknown}; there are ${known.join(", ")}.`);
    }
    return clusterVerbs.filter(({ name }) => names.has(name));
}
