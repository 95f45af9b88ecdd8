/** The seconds that decide how VerneMQ's pods start, stop and are waited for. */
export interface BrokerTiming {
    /** Seconds after a container's start before the pod may count as ready. */
    readonly readinessDelaySeconds: number;
    /** Seconds after a container's start before a failing health check restarts it. */
    readonly livenessDelaySeconds: number;
    /** Seconds between the order to stop and VerneMQ's stop, in which load balancers notice. */
    readonly drainSeconds: number;
    /** Seconds from the order to stop until the container is killed. */
    readonly terminationGraceSeconds: number;
    /** Seconds that Helm waits for the whole release. */
    readonly releaseTimeoutSeconds: number;
}

/** A node's listeners are open after about 5 s, and its plugins 0.7 s later; until then right passwords are refused. */
const startSeconds = 10;

/** For 3 to 10 s after a node joined, messages between brokers may be lost. Only with more than one broker. */
const joinSeconds = 10;

/** Reading a large message store takes a while, and nothing is gained by killing a broker that is busy with it. */
const livenessDelaySeconds = 120;

/** `vmq-admin node stop` and the shutdown of the Erlang VM, with the message store flushed. */
const stopSeconds = 75;

/** One replica's way to ready when it is new on its node: volume attached, image pulled, cluster joined. */
const replicaSeconds = 180;

/** What does not grow with the replicas: the release's other objects, and nodes that are just being made. */
const baseSeconds = 300;

/**
 * The timing for a number of brokers. The StatefulSet starts and updates them one after another (OrderedReady), each only when the one
 * before is ready, so the time that Helm waits grows with their number: its own 300 s are too few from three on with the chart's
 * defaults (a readiness delay of 90 s each).
 */
export function brokerTiming(replicas: number, drainSeconds: number): BrokerTiming {
    return {
        readinessDelaySeconds: startSeconds + (replicas > 1 ? joinSeconds : 0),
        livenessDelaySeconds,
        drainSeconds,
        terminationGraceSeconds: drainSeconds + stopSeconds,
        releaseTimeoutSeconds: baseSeconds + replicas * (replicaSeconds + drainSeconds),
    };
}
