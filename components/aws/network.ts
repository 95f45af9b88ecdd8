import * as ec2 from "@pulumi/aws/ec2";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../common/component";
import { planSubnets, type ZoneLetter } from "./subnets";

export interface EksNetworkArgs {
    /** Beginning of names: of the cluster (a hyphen and six digits follow, which change when it has to be replaced) and of Name tags. */
    readonly name: string;
    readonly region: string;
    /** Network of the VPC, /16 to /20. */
    readonly vpcCidr: string;
    readonly zones: readonly ZoneLetter[];
    /** `one` for all zones, or one in each, so that the failure of a zone leaves the others online. */
    readonly natGateways: "one" | "per-zone";
    readonly tags: Readonly<Record<string, string>>;
}

/** What a cluster stands on, made here or adopted. */
export interface EksSubnets {
    readonly vpcId: pulumi.Output<string>;
    readonly publicSubnetIds: pulumi.Output<string[]>;
    readonly privateSubnetIds: pulumi.Output<string[]>;
    /** What has to be there before a node can reach the internet for its images. */
    readonly ready: readonly pulumi.Resource[];
}

/** Where subnets without a more specific route send their packets. */
const anywhere = "0.0.0.0/0";

/** A VPC over several zones: public subnets for the load balancer and NAT, private ones for the nodes. */
export class EksNetwork extends Component implements EksSubnets {
    readonly vpcId: pulumi.Output<string>;
    readonly publicSubnetIds: pulumi.Output<string[]>;
    readonly privateSubnetIds: pulumi.Output<string[]>;
    readonly ready: readonly pulumi.Resource[];

    readonly #args: EksNetworkArgs;

    constructor(name: string, args: EksNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:cluster:EksNetwork", name, opts);
        this.#args = args;
        const plan = planSubnets(args.vpcCidr, args.zones);
        const vpc = this.child(ec2.Vpc, "vpc", {
            cidrBlock: args.vpcCidr,
            // Both are required for the cluster's private endpoint.
            enableDnsHostnames: true,
            enableDnsSupport: true,
            tags: this.#tags("vpc"),
        });
        this.vpcId = vpc.id;
        const gateway = this.child(ec2.InternetGateway, "internet-gateway", {
            vpcId: vpc.id,
            tags: this.#tags("internet-gateway"),
        });
        const publicRoutes = this.#routeTable("public");
        const publicDefault = this.#route("public", publicRoutes, { gatewayId: gateway.id });
        const publicSubnets = plan.map(({ zone, publicCidr }) =>
            this.#subnet("public", zone, publicCidr, publicRoutes, { "kubernetes.io/role/elb": "1" }),
        );
        const natGateways = plan
            .slice(0, args.natGateways === "one" ? 1 : plan.length)
            .map(({ zone }, index) => this.#natGateway(zone, publicSubnets[index]?.subnet.id, gateway));
        // A table per zone even with one NAT gateway: to go from one to one per zone then changes routes and replaces nothing.
        const privateSubnets = plan.map(({ zone, privateCidr }, index) => {
            const table = this.#routeTable(`private-${zone}`);
            const nat = natGateways[index] ?? natGateways[0];
            const toNat = this.#route(`private-${zone}`, table, { natGatewayId: nat?.id });
            const made = this.#subnet("private", zone, privateCidr, table, { "kubernetes.io/role/internal-elb": "1" });
            return { ...made, toNat };
        });
        this.publicSubnetIds = pulumi.all(publicSubnets.map(({ subnet }) => subnet.id));
        this.privateSubnetIds = pulumi.all(privateSubnets.map(({ subnet }) => subnet.id));
        this.ready = [
            publicDefault,
            ...publicSubnets.map(({ association }) => association),
            ...privateSubnets.flatMap(({ association, toNat }) => [toNat, association]),
        ];
        this.registerOutputs({
            vpcId: this.vpcId,
            publicSubnetIds: this.publicSubnetIds,
            privateSubnetIds: this.privateSubnetIds,
        });
    }

    /** A subnet in its route table. The role tag is where Kubernetes' load balancer controllers look for it. */
    #subnet(
        kind: "public" | "private",
        zone: ZoneLetter,
        cidrBlock: string,
        table: ec2.RouteTable,
        role: Record<string, string>,
    ): { subnet: ec2.Subnet; association: ec2.RouteTableAssociation } {
        const subnet = this.child(ec2.Subnet, `${kind}-${zone}`, {
            vpcId: this.vpcId,
            availabilityZone: `${this.#args.region}${zone}`,
            cidrBlock,
            // Nothing but load balancers and NAT gateways lives in public subnets, and those bring their own addresses.
            mapPublicIpOnLaunch: false,
            tags: { ...this.#tags(`${kind}-${zone}`), ...role },
        });
        const association = this.child(ec2.RouteTableAssociation, `${kind}-${zone}-association`, {
            subnetId: subnet.id,
            routeTableId: table.id,
        });
        return { subnet, association };
    }

    #natGateway(
        zone: ZoneLetter,
        subnetId: pulumi.Output<string> | undefined,
        gateway: ec2.InternetGateway,
    ): ec2.NatGateway {
        const address = this.child(ec2.Eip, `nat-${zone}-address`, { domain: "vpc", tags: this.#tags(`nat-${zone}`) });
        return this.childWith({ dependsOn: [gateway] }, ec2.NatGateway, `nat-${zone}`, {
            allocationId: address.id,
            subnetId,
            tags: this.#tags(`nat-${zone}`),
        });
    }

    #routeTable(suffix: string): ec2.RouteTable {
        return this.child(ec2.RouteTable, `${suffix}-routes`, { vpcId: this.vpcId, tags: this.#tags(suffix) });
    }

    #route(
        suffix: string,
        table: ec2.RouteTable,
        to: { gatewayId?: pulumi.Output<string>; natGatewayId?: pulumi.Output<string> },
    ): ec2.Route {
        return this.child(ec2.Route, `${suffix}-default`, {
            routeTableId: table.id,
            destinationCidrBlock: anywhere,
            ...to,
        });
    }

    #tags(suffix: string): Record<string, string> {
        return { ...this.#args.tags, Name: `${this.#args.name}-${suffix}` };
    }
}
