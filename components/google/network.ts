import * as compute from "@pulumi/gcp/compute";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../common/component";

export interface GkeNetworkArgs {
    readonly region: string;
    readonly nodeCidr: string;
    readonly podCidr: string;
    readonly serviceCidr: string;
}

/** Names of the subnet's secondary ranges, from which pods and Services get their addresses. */
export const secondaryRanges = { pods: "pods", services: "services" } as const;

/** A VPC network of the cluster's own, with one subnet, and Cloud NAT for nodes that have no public address. */
export class GkeNetwork extends Component {
    readonly networkId: pulumi.Output<string>;
    readonly subnetworkId: pulumi.Output<string>;
    /** Without it a private node pulls no image from outside Google. */
    readonly nat: pulumi.Resource;

    constructor(name: string, args: GkeNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:cluster:GkeNetwork", name, opts);
        const network = this.child(compute.Network, "vpc", {
            autoCreateSubnetworks: false,
            routingMode: "REGIONAL",
            description: "VerneMQ",
        });
        const options = {
            // Two subnets of one network cannot have the same ranges at the same time.
            deleteBeforeReplace: true,
            // A range can be widened in place but not narrowed or moved. Replacing it in any case keeps the cluster's identity
            // predictable: another range is another cluster.
            replaceOnChanges: ["ipCidrRange", "secondaryIpRanges"],
        };
        const subnetwork = this.childWith(options, compute.Subnetwork, "subnet", {
            region: args.region,
            network: network.id,
            ipCidrRange: args.nodeCidr,
            secondaryIpRanges: [
                { rangeName: secondaryRanges.pods, ipCidrRange: args.podCidr },
                { rangeName: secondaryRanges.services, ipCidrRange: args.serviceCidr },
            ],
            // Nodes without public addresses reach Google's own services (images, logs, metrics) through it.
            privateIpGoogleAccess: true,
            // A tenth of the flows, in ten-minute steps: enough to see who talks to whom at a tenth of the cost.
            logConfig: { aggregationInterval: "INTERVAL_10_MIN", flowSampling: 0.1, metadata: "INCLUDE_ALL_METADATA" },
        });
        const router = this.child(compute.Router, "router", { region: args.region, network: network.id });
        this.nat = this.child(compute.RouterNat, "nat", {
            region: args.region,
            router: router.name,
            natIpAllocateOption: "AUTO_ONLY",
            sourceSubnetworkIpRangesToNat: "LIST_OF_SUBNETWORKS",
            subnetworks: [{ name: subnetwork.id, sourceIpRangesToNats: ["ALL_IP_RANGES"] }],
            logConfig: { enable: true, filter: "ERRORS_ONLY" },
        });
        this.networkId = network.id;
        this.subnetworkId = subnetwork.id;
        this.registerOutputs({ networkId: this.networkId, subnetworkId: this.subnetworkId });
    }
}
