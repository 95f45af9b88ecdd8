import { reloadSeconds } from "../authentication-files";
import { type ConfProblem, type ConfSetting, confValue, environmentName } from "../conf";
import { brokerPorts } from "../ports";

/** What the text of vernemq.conf and the flags of the Erlang VM follow from. */
export interface OperatedConfInput {
    /** The user accepts the licence of the official image. An open-source build refuses to start with it. */
    readonly acceptLicense: boolean;
    readonly allowAnonymous: boolean;
    /** Connections that one listener of one broker takes. */
    readonly maxConnections: number;
    /** Largest message in bytes; 0 sets no limit. */
    readonly maxMessageBytes: number;
    readonly memoryGiB: number;
    /** vmq.passwd in the pod; without it passwords are not checked. */
    readonly passwordFile?: string;
    /** vmq.acl in the pod; without it topics are not checked. */
    readonly aclFile?: string;
    /** Further keys of vernemq.conf. */
    readonly settings: Readonly<Record<string, ConfSetting>>;
    /** Further keys whose values are secret: they come as variables of the environment, named by `environmentName`. */
    readonly secretKeys: readonly string[];
}

/** Share of the pod's memory that LevelDB may take, as with the Helm chart. */
const leveldbShare = 0.2;

/** Processes that the operator allows the Erlang VM (`+P 256000`), and ports (`ERL_MAX_PORTS 262144`; statefulset.go, makeGlobalVMArgs). */
const operatorLimit = 256_000;

/** Processes and ports for all that is no connection of a client. */
const connectionReserve = 50_000;

/**
 * The lines that the operator appends to its own vernemq.conf. Of a key that comes twice the last counts. A pod's shell expands the whole
 * text (`eval "echo ..."`, statefulset.go), which is how secret values get in: as variables that no manifest shows.
 */
export function operatedConf(input: OperatedConfInput): string {
    const defaults: Record<string, ConfSetting> = {
        "leveldb.maximum_memory": Math.floor(input.memoryGiB * 2 ** 30 * leveldbShare),
        ...(input.aclFile === undefined ? {} : { "vmq_acl.acl_reload_interval": reloadSeconds }),
        ...(input.passwordFile === undefined ? {} : { "vmq_passwd.password_reload_interval": reloadSeconds }),
    };
    const managed: Record<string, ConfSetting> = {
        ...(input.acceptLicense ? { accept_eula: "yes" } : {}),
        // Off, one dead node makes every other node refuse all clients (CONNACK 3) at once.
        allow_publish_during_netsplit: true,
        allow_register_during_netsplit: true,
        allow_subscribe_during_netsplit: true,
        allow_unsubscribe_during_netsplit: true,
        allow_anonymous: input.allowAnonymous,
        // The operator says 20, of the node's memory. With 100, bytes and share say the same, whichever of the two LevelDB goes by.
        "leveldb.maximum_memory.percent": 100,
        max_message_size: input.maxMessageBytes,
        "plugins.vmq_acl": input.aclFile !== undefined,
        "plugins.vmq_passwd": input.passwordFile !== undefined,
        ...(input.aclFile === undefined ? {} : { "vmq_acl.acl_file": input.aclFile }),
        ...(input.passwordFile === undefined ? {} : { "vmq_passwd.password_file": input.passwordFile }),
    };
    const secrets = Object.fromEntries(input.secretKeys.map((key) => [key, `$${environmentName(key)}`]));
    return Object.entries({ ...defaults, ...input.settings, ...managed, ...secrets })
        .map(([key, value]) => `${key} = ${confValue(value)}`)
        .sort()
        .join("\n");
}

/**
 * Flags that the operator appends to its own vm.args: the ports of the Erlang distribution, which the NetworkPolicy opens, and room for the
 * connections. `+Q` takes the place of ERL_MAX_PORTS (https://www.erlang.org/doc/apps/erts/erl_cmd.html).
 */
export function operatedVmArgs({ maxConnections }: Pick<OperatedConfInput, "maxConnections">): string {
    const { first, last } = brokerPorts.distribution;
    // A connection takes a port, and up to three processes: its session, its queue and, by WebSocket, its HTTP connection.
    const ports = maxConnections + connectionReserve;
    const processes = 3 * maxConnections + connectionReserve;
    return [
        `-kernel inet_dist_listen_min ${first.toString()} inet_dist_listen_max ${last.toString()}`,
        ...(processes > operatorLimit ? [`+P ${processes.toString()}`] : []),
        ...(ports > operatorLimit ? [`+Q ${ports.toString()}`] : []),
    ].join("\n");
}

/** What is wrong with a key of vernemq.conf for the operator, or undefined. */
export function operatedKeyProblem(key: string): ConfProblem | undefined {
    if (key.startsWith("erlang.")) {
        return {
            rule: "the operator writes vm.args itself, so a setting of the Erlang VM in vernemq.conf does nothing",
            remedy: "leave it out; processes and ports follow from vernemq:broker.maxConnections",
        };
    }
    // VerneMQ 1.13.0, vmq_listener_cli.erl and vmq_ranch_config.erl
    return key.startsWith("listener.")
        ? {
              rule: "the operator's plugin starts the listeners by vmq-admin, which does not look at vernemq.conf for their options",
              remedy: "leave it out",
          }
        : undefined;
}

/** What is wrong with a plain value for the operator, or undefined: its pods' shell would make something else of it, or run it. */
export function operatedValueProblem(value: ConfSetting): ConfProblem | undefined {
    return /["`$\\]/.test(confValue(value))
        ? {
              rule: "the operator's pods pass vernemq.conf through a shell, which takes \", `, $ and \\ for its own",
              remedy: "choose a value without them, or move it to vernemq:broker.secretSettings",
          }
        : undefined;
}
