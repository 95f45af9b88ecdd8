import { reloadSeconds } from "../access/files";
import type { ConfSetting } from "./conf";

/** What vernemq.conf follows from, whatever deploys the brokers. */
export interface CommonConfInput {
    /** The user accepts the license of the official image. An open-source build refuses to start with it. */
    readonly acceptLicense: boolean;
    readonly allowAnonymous: boolean;
    /** Largest message in bytes; 0 sets no limit. */
    readonly maxMessageBytes: number;
    readonly memoryGiB: number;
    /** vmq.passwd in the pod; without it passwords are not checked. */
    readonly passwordFile?: string | undefined;
    /** vmq.acl in the pod; without it topics are not checked. */
    readonly aclFile?: string | undefined;
}

/**
 * LevelDB takes 70 % of the host's memory unless told otherwise, whatever the pod's limit; a fifth of the limit leaves room for
 * sessions. It is VerneMQ's default that a user's `leveldb.maximum_memory` replaces.
 */
const leveldbShare = 0.2;

/** Keys that a user may set otherwise. */
export function commonDefaults({ memoryGiB, passwordFile, aclFile }: CommonConfInput): Record<string, ConfSetting> {
    return {
        "leveldb.maximum_memory": Math.floor(memoryGiB * 2 ** 30 * leveldbShare),
        ...(passwordFile === undefined ? {} : { "vmq_passwd.password_reload_interval": reloadSeconds }),
        ...(aclFile === undefined ? {} : { "vmq_acl.acl_reload_interval": reloadSeconds }),
    };
}

/** Keys that are this program's alone. */
export function commonConf(input: CommonConfInput): Record<string, ConfSetting> {
    const { passwordFile, aclFile } = input;
    return {
        ...(input.acceptLicense ? { accept_eula: "yes" } : {}),
        // Off, one dead node makes every other node refuse all clients (CONNACK 3) at once.
        allow_publish_during_netsplit: true,
        allow_register_during_netsplit: true,
        allow_subscribe_during_netsplit: true,
        allow_unsubscribe_during_netsplit: true,
        allow_anonymous: input.allowAnonymous,
        max_message_size: input.maxMessageBytes,
        "plugins.vmq_acl": aclFile !== undefined,
        "plugins.vmq_passwd": passwordFile !== undefined,
        ...(aclFile === undefined ? {} : { "vmq_acl.acl_file": aclFile }),
        ...(passwordFile === undefined ? {} : { "vmq_passwd.password_file": passwordFile }),
    };
}

/** Processes and ports for all that is no connection of a client: files, other brokers, VerneMQ itself. */
const connectionReserve = 50_000;

/** What the Erlang VM needs for connections: a port each, and up to three processes (its session, its queue and, by WebSocket, its HTTP connection). */
export function erlangNeeds(maxConnections: number): { readonly ports: number; readonly processes: number } {
    return { ports: maxConnections + connectionReserve, processes: 3 * maxConnections + connectionReserve };
}

/** Acceptors of a listener. Set, because VerneMQ's limit of connections counts per acceptor (ranch 2.1, in VerneMQ 1.13 too). */
export const acceptors = 10;

export function connectionsPerAcceptor(maxConnections: number): number {
    return Math.ceil(maxConnections / acceptors);
}

/** What a broker's container asks for. */
export function brokerResources({ cpu, memoryGiB }: { readonly cpu: number; readonly memoryGiB: number }) {
    const memory = `${Math.round(memoryGiB * 1024)}Mi`;
    return { requests: { cpu: `${Math.round(cpu * 1000)}m`, memory }, limits: { memory } };
}
