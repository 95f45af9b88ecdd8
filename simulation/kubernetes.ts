import { at, listAt, type ResourceModel, type Rule, type SimulatedProvider } from "./provider";

const objectNames = "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/";
const services = "https://kubernetes.io/docs/concepts/services-networking/service/";

const nameIsLabel: Rule = {
    text: "an object's name is at most 253 lower-case letters, digits, hyphens and dots",
    source: objectNames,
    brokenBy: ({ inputs }) => {
        const name = at(inputs, "metadata.name");
        return typeof name !== "string" || /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/.test(name)
            ? undefined
            : "metadata.name";
    },
};

const nodePortsInRange: Rule = {
    text: "a node port is between 30000 and 32767",
    source: `${services}#type-nodeport`,
    brokenBy: ({ inputs }) => {
        const index = listAt(inputs, "spec.ports").findIndex((port) => {
            const nodePort = at(port, "nodePort");
            return typeof nodePort === "number" && (nodePort < 30_000 || nodePort > 32_767);
        });
        return index < 0 ? undefined : `spec.ports[${index.toString()}].nodePort`;
    },
};

const localPolicyNeedsExternalType: Rule = {
    text: "externalTrafficPolicy is for Services of type NodePort and LoadBalancer",
    source: `${services}#external-traffic-policy`,
    brokenBy: ({ inputs }) => {
        const type = at(inputs, "spec.type") ?? "ClusterIP";
        return at(inputs, "spec.externalTrafficPolicy") !== undefined && type === "ClusterIP"
            ? "spec.externalTrafficPolicy"
            : undefined;
    },
};

function textOr(value: unknown, otherwise: string): string {
    return typeof value === "string" ? value : otherwise;
}

/** What every object has: a checked name, and a name and namespace that cannot be changed in place. */
const object: ResourceModel = {
    rules: [nameIsLabel],
    replaceOn: ["metadata.name", "metadata.namespace", "apiVersion", "kind"],
    outputs: ({ inputs, symbol }) => ({
        metadata: {
            name: symbol("metadata.name"),
            ...(at(inputs, "metadata") as object | undefined),
            uid: symbol("metadata.uid"),
        },
    }),
    id: ({ inputs, name }) => {
        const namespace = at(inputs, "metadata.namespace");
        const own = textOr(at(inputs, "metadata.name"), name);
        return typeof namespace === "string" ? `${namespace}/${own}` : own;
    },
};

function extend(model: ResourceModel): ResourceModel {
    return {
        ...object,
        ...model,
        rules: [...(object.rules ?? []), ...(model.rules ?? [])],
        replaceOn: [...(object.replaceOn ?? []), ...(model.replaceOn ?? [])],
        outputs: (resource, world) => ({ ...object.outputs?.(resource, world), ...model.outputs?.(resource, world) }),
    };
}

/** Kubernetes' API server, as far as this program talks to it. */
export const kubernetes: SimulatedProvider = {
    name: "kubernetes",
    models: {
        "kubernetes:core/v1:Service": extend({
            rules: [nodePortsInRange, localPolicyNeedsExternalType],
            replaceOn: ["spec.clusterIP"],
            outputs: ({ inputs, symbol }) => ({
                status:
                    at(inputs, "spec.type") === "LoadBalancer"
                        ? {
                              loadBalancer: {
                                  ingress: [
                                      {
                                          ip: symbol("status.loadBalancer.ingress[0].ip"),
                                          hostname: symbol("status.loadBalancer.ingress[0].hostname"),
                                      },
                                  ],
                              },
                          }
                        : {},
            }),
        }),
        "kubernetes:apps/v1:Deployment": extend({ replaceOn: ["spec.selector"] }),
        "kubernetes:storage.k8s.io/v1:StorageClass": extend({
            replaceOn: ["provisioner", "parameters", "reclaimPolicy", "volumeBindingMode"],
        }),
        "kubernetes:helm.sh/v3:Release": {
            replaceOn: ["name", "namespace"],
            outputs: ({ inputs, symbol }) => ({
                name: inputs["name"] ?? symbol("name"),
                status: { name: inputs["name"], namespace: inputs["namespace"], status: "deployed" },
            }),
            id: ({ inputs, name }) => `${textOr(inputs["namespace"], "default")}/${textOr(inputs["name"], name)}`,
        },
    },
    fallback: () => object,
};
