/** How many ticks things take. A tick passes with every request, so that tests depend on no clock. */
export interface Pace {
    /** From a pod's making to its container's start. */
    readonly start: number;
    /** From a container's start to readiness. */
    readonly ready: number;
    /** From a pod's deletion to its end. Its broker runs on meanwhile, in the preStop sleep. */
    readonly stop: number;
    /** From a container's end to its next start. */
    readonly restart: number;
    /** From a snapshot's making to its readiness. */
    readonly snapshot: number;
}

export interface WorldOptions {
    /** What has made the brokers. */
    readonly engine: "helm" | "operator";
    readonly replicas: number;
    readonly name: string;
    readonly namespace: string;
    readonly headlessService: string;
    readonly nodePrefix: string;
    readonly persistence: boolean;
    readonly image: string;
    readonly readinessDelaySeconds: number;
    /** Pods of HAProxy before the brokers. */
    readonly haproxy: number;
    readonly pace: Pace;
}
