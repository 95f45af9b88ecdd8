import type { SimulatedProvider } from "../../../../simulation/provider";

/** How Nimbus' API would answer. */
export const nimbusProvider: SimulatedProvider = {
    name: "nimbus",
    models: {
        "nimbus:index/cluster:Cluster": {
            replaceOn: ["region", "network"],
            rules: [
                {
                    text: "versions of Kubernetes have two parts",
                    source: "https://nimbus.example/docs/versions",
                    brokenBy: ({ inputs }) => (/^\d+\.\d+$/.test(String(inputs["version"])) ? undefined : "version"),
                },
            ],
            outputs: ({ symbol }) => ({ kubeconfig: symbol("kubeconfig") }),
            secretOutputs: ["kubeconfig"],
        },
        "nimbus:index/nodePool:NodePool": { replaceOn: ["size"] },
        "nimbus:index/dnsRecord:DnsRecord": { replaceOn: ["zone"] },
    },
};
