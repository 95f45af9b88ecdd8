/**
 * How a HAProxy pod leaves, in seconds. Kubernetes takes it out of Services at once; a load balancer with its own list of targets
 * goes on sending connections until it has deregistered the pod, so the pod takes connections for longer than that.
 */
export const drain = {
    /** The longest a load balancer before HAProxy may take to deregister a target: set its deregistration delay to at most this. */
    deregistrationSeconds: 60,
    /** The preStop sleep: the pod serves old and new connections as before. */
    preStopSeconds: 75,
    /** After that nothing new is accepted; connections that are still there are closed after this long. */
    softStopSeconds: 30,
    /** Kubernetes kills what is left. */
    terminationGracePeriodSeconds: 120,
} as const;
