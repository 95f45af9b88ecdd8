/** How long the clouds take, in seconds, as their users see it; other types take two. */
const seconds: Readonly<Record<string, number>> = {
    "aws:eks/cluster:Cluster": 600,
    "aws:eks/nodeGroup:NodeGroup": 150,
    "aws:eks/addon:Addon": 40,
    "aws:ec2/natGateway:NatGateway": 100,
    "aws:lb/loadBalancer:LoadBalancer": 150,
    "aws:acm/certificateValidation:CertificateValidation": 90,
    "azure-native:containerservice:ManagedCluster": 300,
    "azure-native:containerservice:AgentPool": 180,
    "azure-native:network:ApplicationGateway": 360,
    "digitalocean:index/kubernetesCluster:KubernetesCluster": 360,
    "digitalocean:index/kubernetesNodePool:KubernetesNodePool": 150,
    "gcp:container/cluster:Cluster": 420,
    "gcp:container/nodePool:NodePool": 120,
    "kubernetes:helm.sh/v3:Release": 90,
    "kubernetes:apps/v1:Deployment": 40,
};

/** A hundred-thousandth: the slowest resource takes 6 ms. */
export const fast = 1e-5;

/** How long a call takes, in milliseconds. Reads are quick everywhere. */
export function delayOf(type: string, factor: number, isRead = false): number {
    return 1000 * factor * (isRead ? 0.2 : (seconds[type] ?? 2));
}

/** Waits, or throws where the wait is cancelled. */
export async function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) {
        throw new Error("cancelled");
    }
    await new Promise<void>((resolve, reject) => {
        const abort = () => {
            clearTimeout(timer);
            reject(new Error("cancelled"));
        };
        const timer = setTimeout(() => {
            signal?.removeEventListener("abort", abort);
            resolve();
        }, milliseconds);
        signal?.addEventListener("abort", abort, { once: true });
    });
}
