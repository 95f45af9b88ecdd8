/** The seconds that decide how VerneMQ's pods start, stop and are waited for. */
export interface BrokerTiming {
    /** Seconds between two checks whether a broker is ready. */
    readonly readinessPeriodSeconds: number;
    /** Checks in a row that have to succeed before a pod counts as ready. */
    readonly readinessSuccesses: number;
    /** Seconds that a broker may take to answer its first health check before it is restarted. */
    readonly startupSeconds: number;
    /** Seconds between the order to stop and VerneMQ's stop, in which load balancers notice. */
    readonly drainSeconds: number;
    /** Seconds from the order to stop until the container is killed. */
    readonly terminationGraceSeconds: number;
    /** Seconds that Helm waits for the whole release. */
    readonly releaseTimeoutSeconds: number;
}

/** A node's listeners are open about 5 s after its start, and its plugins 0.7 s later; until then right passwords are refused. */
const pluginSeconds = 1;

/** For 3 to 10 s after a node joined, messages between brokers may be lost. Only with more than one broker. */
const joinSeconds = 10;

const readinessPeriodSeconds = 5;

/** `vmq-admin node stop` and the shutdown of the Erlang VM, with the message store flushed. */
const stopSeconds = 75;

/** One replica's way to ready when it is new on its node: volume attached, image pulled, cluster joined. */
const replicaSeconds = 180;

/** What does not grow with the replicas: the release's other objects, and nodes that are just being created. */
const baseSeconds = 300;

/**
 * The timing for a number of brokers. The StatefulSet starts and updates them one after another (OrderedReady), each only when the one
 * before is ready, so the time that Helm waits grows with their number: its own 300 s are too few from three on with the chart's
 * defaults (a readiness delay of 90 s each).
 *
 * A start-up probe finds out when a broker answers, and until then nothing restarts it; from then on it has to be well for as long as plugins
 * and a join take. So neither readiness nor liveness has a delay, which would be too long for most starts and too short for the others.
 */
export function brokerTiming(replicas: number, drainSeconds: number, startupSeconds: number): BrokerTiming {
    const settleSeconds = replicas > 1 ? joinSeconds : pluginSeconds;
    return {
        readinessPeriodSeconds,
        readinessSuccesses: 1 + Math.ceil(settleSeconds / readinessPeriodSeconds),
        startupSeconds,
        drainSeconds,
        terminationGraceSeconds: drainSeconds + stopSeconds,
        releaseTimeoutSeconds: baseSeconds + replicas * (Math.max(replicaSeconds, startupSeconds) + drainSeconds),
    };
}
