import { commonConf, type CommonConfInput, commonDefaults, erlangNeeds } from "../config/common";
import { type ConfProblem, type ConfSetting, confValue, environmentName } from "../config/conf";
import { brokerPorts } from "../ports";

/** What the text of vernemq.conf and the flags of the Erlang VM follow from. */
export interface OperatedConfInput extends CommonConfInput {
    /** Connections that one listener of one broker takes. */
    readonly maxConnections: number;
    /** Further keys of vernemq.conf. */
    readonly settings: Readonly<Record<string, ConfSetting>>;
    /** Further keys whose values are secret: they come as variables of the environment, named by `environmentName`. */
    readonly secretKeys: readonly string[];
}

/** Processes that the operator allows the Erlang VM (`+P 256000`), and ports (`ERL_MAX_PORTS 262144`; statefulset.go, makeGlobalVMArgs). */
const operatorLimit = 256_000;

/**
 * The lines that the operator appends to its own vernemq.conf. Of a key that comes twice the last counts. A pod's shell expands the whole
 * text (`eval "echo ..."`, statefulset.go), which is how secret values get in: as variables that no manifest shows.
 */
export function operatedConf(input: OperatedConfInput): string {
    const managed: Record<string, ConfSetting> = {
        ...commonConf(input),
        // The operator says 20, of the node's memory. With 100, bytes and share say the same, whichever of the two LevelDB goes by.
        "leveldb.maximum_memory.percent": 100,
    };
    const secrets = Object.fromEntries(input.secretKeys.map((key) => [key, `$${environmentName(key)}`]));
    return Object.entries({ ...commonDefaults(input), ...input.settings, ...managed, ...secrets })
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
    const { ports, processes } = erlangNeeds(maxConnections);
    return [
        `-kernel inet_dist_listen_min ${first} inet_dist_listen_max ${last}`,
        ...(processes > operatorLimit ? [`+P ${processes}`] : []),
        ...(ports > operatorLimit ? [`+Q ${ports}`] : []),
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
              rule: "the operator's pods pass vernemq.conf through a shell, which interprets \", `, $ and \\",
              remedy: "choose a value without them, or move it to vernemq:broker.secretSettings",
          }
        : undefined;
}
