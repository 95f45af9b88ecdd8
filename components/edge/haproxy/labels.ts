/** Name of the HAProxy Deployment and of what belongs to it. */
export const haproxyName = "vernemq-edge";

/** Labels of the HAProxy pods: for their Deployment and Services, and for the network rules that let them through to the brokers. */
export const haproxyPodLabels = {
    "app.kubernetes.io/name": "haproxy",
    "app.kubernetes.io/instance": haproxyName,
} as const;
