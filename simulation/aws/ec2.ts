import { isInside, isIpv4Network, overlaps, parseNetwork } from "../../components/common/addresses";
import { createHash } from "node:crypto";
import { at, type ResourceModel, type Rule, type SimulatedFunction } from "../provider";
import {
    between,
    isSymbolic,
    isWithin,
    matches,
    nameWithin,
    oneOf,
    property,
    rule,
    siblings,
    symbols,
    textAt,
} from "../rules";
import { tagRule } from "./model";

const vpcSizes = "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html";
const subnetSizes = "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html";
const natGateways = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNatGateway.html";
const routes = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html";
const securityGroups = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html";
const ingressRules = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html";
const metadataOptions =
    "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_LaunchTemplateInstanceMetadataOptionsRequest.html";
const launchTemplates = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html";
const volumeTypes = "https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html";

function networkRule(source: string): Rule {
    return property(
        "cidrBlock",
        "an IPv4 network from /16 to /28 with no bits beyond its prefix",
        source,
        (cidr) => isIpv4Network(cidr) && isWithin(parseNetwork(cidr)?.prefix, 16, 28),
    );
}

/** A rule that exactly one of these properties is there; the first is at fault. */
function exactlyOne(properties: readonly [string, ...string[]], text: string, source: string): Rule {
    return rule(
        properties[0],
        text,
        source,
        ({ inputs }) => properties.filter((name) => inputs[name] !== undefined).length === 1,
    );
}

/** Where a rule of a security group may point to; exactly one of them. */
const ruleSources = ["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"] as const;

const securityGroupRules: readonly Rule[] = [
    exactlyOne(
        ruleSources,
        "a rule names exactly one of an IPv4 network, an IPv6 network, a prefix list and a security group",
        ingressRules,
    ),
    property(
        "cidrIpv4",
        "an IPv4 network with no bits beyond its prefix (the provider refuses others)",
        ingressRules,
        isIpv4Network,
    ),
    rule("fromPort", "ports from 0 to 65535, the first not above the last", ingressRules, ({ inputs }) => {
        const [from, to] = [Number(inputs["fromPort"] ?? 0), Number(inputs["toPort"] ?? 65_535)];
        return from >= 0 && from <= to && to <= 65_535;
    }),
    rule(
        "fromPort",
        "a security group has each rule once (InvalidPermission.Duplicate)",
        ingressRules,
        (resource, world) =>
            siblings(resource, world, ["securityGroupId", "ipProtocol", "fromPort", "toPort", ...ruleSources])
                .length === 0,
    ),
    matches(
        "description",
        /^[A-Za-z0-9 ._\-:/()#,@[\]+=&;{}!$*]{0,255}$/,
        "a description has at most 255 characters: letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*",
        securityGroups,
    ),
    tagRule,
];

/** EC2: networks, security groups and launch templates. */
export const ec2Models: Readonly<Record<string, ResourceModel>> = {
    "aws:ec2/vpc:Vpc": {
        rules: [networkRule(vpcSizes), tagRule],
        outputs: symbols("arn", "mainRouteTableId", "defaultSecurityGroupId"),
    },
    "aws:ec2/subnet:Subnet": {
        rules: [
            networkRule(subnetSizes),
            property("cidrBlock", "a subnet lies inside its VPC's network", subnetSizes, (cidr, { inputs }, world) => {
                const whole = textAt(world.resolve(inputs["vpcId"])?.inputs, "cidrBlock");
                return whole === undefined || isInside(cidr, whole);
            }),
            property(
                "cidrBlock",
                "the subnets of a VPC do not overlap",
                subnetSizes,
                (cidr, subnet, world) =>
                    !siblings(subnet, world, ["vpcId"]).some(({ inputs }) => overlaps(cidr, inputs["cidrBlock"])),
            ),
            tagRule,
        ],
        outputs: symbols("arn"),
    },
    "aws:ec2/internetGateway:InternetGateway": { rules: [tagRule], outputs: symbols("arn") },
    "aws:ec2/eip:Eip": {
        rules: [oneOf("domain", ["vpc"], natGateways), tagRule],
        outputs: symbols("allocationId", "publicIp"),
    },
    "aws:ec2/natGateway:NatGateway": {
        rules: [
            {
                text: "a public NAT gateway needs an elastic address and a subnet",
                source: natGateways,
                brokenBy: ({ inputs }) =>
                    inputs["connectivityType"] === "private"
                        ? undefined
                        : ["allocationId", "subnetId"].find((name) => inputs[name] === undefined),
            },
            tagRule,
        ],
        outputs: symbols("publicIp"),
    },
    "aws:ec2/routeTable:RouteTable": {
        rules: [tagRule],
        outputs: symbols("arn"),
    },
    "aws:ec2/route:Route": {
        rules: [
            exactlyOne(
                ["gatewayId", "natGatewayId", "transitGatewayId", "vpcPeeringConnectionId", "networkInterfaceId"],
                "a route has exactly one target",
                routes,
            ),
        ],
        deletesFirst: () => true,
    },
    "aws:ec2/routeTableAssociation:RouteTableAssociation": {
        deletesFirst: () => true,
    },
    "aws:ec2/securityGroup:SecurityGroup": {
        rules: [
            nameWithin("name", 255, /^(?!sg-)/, securityGroups),
            matches(
                "description",
                /^[A-Za-z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/,
                "a description has 1 to 255 characters: letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*",
                securityGroups,
            ),
            tagRule,
        ],
        outputs: symbols("arn"),
    },
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
        rules: securityGroupRules,
        outputs: symbols("arn", "securityGroupRuleId"),
    },
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {
        rules: securityGroupRules,
        outputs: symbols("arn", "securityGroupRuleId"),
    },
    "aws:ec2/launchTemplate:LaunchTemplate": {
        rules: [
            nameWithin("name", 128, /^[A-Za-z0-9()./_-]{3,128}$/, launchTemplates),
            oneOf("metadataOptions.httpTokens", ["optional", "required"], metadataOptions),
            between("metadataOptions.httpPutResponseHopLimit", 1, 64, metadataOptions),
            property(
                "blockDeviceMappings[].ebs.volumeSize",
                "a gp3 volume has 1 GiB to 64 TiB",
                volumeTypes,
                (size, _, __, mapping) => at(mapping, "ebs.volumeType") !== "gp3" || isWithin(size, 1, 65_536),
            ),
            tagRule,
        ],
        outputs: (resource) => ({
            ...symbols("arn", "defaultVersion")(resource),
            // Every change of the template is a new version, so the symbol changes with the inputs: what uses it is updated.
            latestVersion: resource.symbol(`latestVersion.${digest(resource.inputs)}`),
        }),
    },
};

function digest(inputs: unknown): string {
    return createHash("sha256").update(JSON.stringify(inputs)).digest("hex").slice(0, 6);
}

const getSubnet: SimulatedFunction = ({ id }) => {
    if (typeof id !== "string" || isSymbolic(id)) {
        throw new Error("a subnet is looked up by an id that is known");
    }
    return { id, cidrBlock: `\${${id}.cidrBlock}` };
};

export const ec2Functions: Readonly<Record<string, SimulatedFunction>> = { "aws:ec2/getSubnet:getSubnet": getSubnet };
