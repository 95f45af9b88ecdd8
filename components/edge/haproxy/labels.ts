/** Labels of the HAProxy pods: for their Deployment and Services, and for the network rules that let them through to the brokers. */
export const haproxyPodLabels = {
    "app.kubernetes.io/name": "haproxy",
    "app.kubernetes.io/instance": "vernemq-edge",
} as const;
