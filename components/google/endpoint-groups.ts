import * as compute from "@pulumi/gcp/compute";
import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import type { GoogleNetworkContext } from "./network-context";
import type { ClusterHandle } from "../common/cluster-handle";
import { physicalName } from "../common/names";
import { backendPorts, negAnnotation, type ProxyBackend } from "./backend";
import type { EdgeListener, ListenerName } from "../edge/plan";
import { Component } from "../common/component";

export interface EndpointGroupsArgs {
    readonly cluster: ClusterHandle<GoogleNetworkContext>;
    readonly backend: ProxyBackend;
    readonly listeners: readonly EdgeListener[];
    /** Begins the names of the groups in Google Cloud. */
    readonly namePrefix: string;
}

const serviceName = "vernemq-edge-endpoints";

/** https://cloud.google.com/compute/docs/naming-resources */
const groupNameLimit = { max: 63 } as const;

/**
 * The network endpoint groups (one per port and zone) through which Google's proxies reach pods, and the Service that fills them.
 *
 * GKE's controller fills the groups, and would also make them: but some time after it has written their names into the Service's
 * annotation `neg-status` (kubernetes/ingress-gce: pkg/neg/controller.go, processService), so a backend service made right after
 * the Service would refer to groups that are not there yet; and a cluster that is deleted before the controller has cleaned up leaves
 * them behind, which then blocks the deletion of the network
 * (https://cloud.google.com/kubernetes-engine/docs/how-to/standalone-neg#prevent-leaks). So they are created here, before the Service: a
 * preview shows them, the backends depend on them and a destroy removes them. The controller takes a group of that name for its own
 * when the description is the one that it would have written (pkg/neg/syncers/utils.go, ensureNetworkEndpointGroup;
 * pkg/utils/negdescription.go, StandardNEGDescription), which it must go on to recognize for the sake of older groups. This was read
 * from its source, not tried on a live cluster.
 */
export class EndpointGroups extends Component {
    /** Fills the groups. What refers to them is deleted first. */
    readonly service: core.Service;
    readonly #groups: ReadonlyMap<number, readonly compute.NetworkEndpointGroup[]>;
    readonly #ports: Readonly<Record<ListenerName, number>>;

    constructor(name: string, args: EndpointGroupsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:edge:EndpointGroups", name, opts);
        const { backend, cluster } = args;
        const ports = backendPorts(args.listeners, backend.ports);
        const names = new Map(
            ports.map((port) => [port, physicalName([args.namePrefix, port.toString()], groupNameLimit)]),
        );
        const inCluster = { parent: this, provider: cluster.provider };
        const kubeSystem = core.Namespace.get(`${name}-kube-system`, "kube-system", inCluster);
        this.#ports = backend.ports;
        this.#groups = new Map(
            [...names].map(([port, groupName]) => [
                port,
                this.#groupsOfPort(args, { port, groupName, clusterUid: kubeSystem.metadata.uid }),
            ]),
        );
        const options = { ...inCluster, dependsOn: [...backend.ready, ...[...this.#groups.values()].flat()] };
        this.service = this.childWith(options, core.Service, "service", {
            metadata: { name: serviceName, namespace: backend.namespace, annotations: negAnnotation(names) },
            spec: {
                type: "ClusterIP",
                selector: backend.podLabels,
                ports: ports.map((port) => ({
                    name: `port-${port}`,
                    protocol: "TCP",
                    port,
                    targetPort: port,
                })),
            },
        });
        this.registerOutputs({ service: this.service.metadata.name });
    }

    /** The groups of a listener's port, one per zone. */
    of(listener: ListenerName): readonly pulumi.Output<string>[] {
        return (this.#groups.get(this.#ports[listener]) ?? []).map((group) => group.selfLink);
    }

    #groupsOfPort(
        { cluster, backend }: EndpointGroupsArgs,
        group: { readonly port: number; readonly groupName: string; readonly clusterUid: pulumi.Output<string> },
    ): readonly compute.NetworkEndpointGroup[] {
        const port = group.port.toString();
        return cluster.network.zones.map((zone) =>
            // The Service names the group, so two of one name cannot be there at the same time.
            this.childWith({ deleteBeforeReplace: true }, compute.NetworkEndpointGroup, `${port}-${zone}`, {
                name: group.groupName,
                zone,
                network: cluster.network.networkId,
                subnetwork: cluster.network.subnetworkId,
                networkEndpointType: "GCE_VM_IP_PORT",
                description: pulumi.jsonStringify({
                    "cluster-uid": group.clusterUid,
                    namespace: backend.namespace,
                    "service-name": serviceName,
                    port,
                }),
            }),
        );
    }
}
