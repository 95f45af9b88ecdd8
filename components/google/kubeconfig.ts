/** What a kubeconfig says of a GKE cluster. */
export interface GkeEndpoint {
    readonly name: string;
    /** Address of the Kubernetes API. */
    readonly endpoint: string;
    /** Certificate of its CA, base64. */
    readonly certificateAuthority: string;
}

/**
 * A kubeconfig that lets Google's own plugin fetch a token at each use, so that it holds no credential and never expires
 * (https://cloud.google.com/kubernetes-engine/docs/how-to/cluster-access-for-kubectl).
 */
export function gkeKubeconfig({ name, endpoint, certificateAuthority }: GkeEndpoint): string {
    return JSON.stringify(
        {
            apiVersion: "v1",
            kind: "Config",
            clusters: [
                {
                    name,
                    cluster: {
                        server: `https://${endpoint}`,
                        "certificate-authority-data": certificateAuthority,
                    },
                },
            ],
            users: [
                {
                    name,
                    user: {
                        exec: {
                            apiVersion: "client.authentication.k8s.io/v1beta1",
                            command: "gke-gcloud-auth-plugin",
                            installHint: "gcloud components install gke-gcloud-auth-plugin",
                            interactiveMode: "IfAvailable",
                            provideClusterInfo: true,
                        },
                    },
                },
            ],
            contexts: [{ name, context: { cluster: name, user: name } }],
            "current-context": name,
        },
        null,
        2,
    );
}
