import { isInside, isIpv4Network, overlaps, parseNetwork } from "../../components/common/addresses";
import { createHash } from "node:crypto";
import { at, listAt, type ResourceModel, type Rule, type SimulatedFunction } from "../provider";
import { between, matches, nameWithin, numberAt, oneOf, symbols, tagRules, textAt } from "./model";
import { isSymbolic } from "../rules";

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
    return {
        text: "an IPv4 network from /16 to /28 with no bits beyond its prefix",
        source,
        brokenBy: ({ inputs }) => {
            const cidr = textAt(inputs, "cidrBlock");
            const prefix = parseNetwork(cidr)?.prefix ?? 0;
            const valid = isIpv4Network(cidr) && prefix >= 16 && prefix <= 28;
            return cidr === undefined || valid ? undefined : "cidrBlock";
        },
    };
}

const insideVpc: Rule = {
    text: "a subnet lies inside its VPC's network",
    source: subnetSizes,
    brokenBy: ({ inputs }, world) => {
        const own = network(inputs);
        const whole = network(world.resolve(inputs["vpcId"])?.inputs);
        return own === undefined || whole === undefined || isInside(own, whole) ? undefined : "cidrBlock";
    },
};

const apartFromOthers: Rule = {
    text: "the subnets of a VPC do not overlap",
    source: subnetSizes,
    brokenBy: (resource, world) => {
        const own = network(resource.inputs);
        const clash = world.resources.some((other) => {
            const theirs = network(other.inputs);
            return (
                other.name !== resource.name &&
                other.type === resource.type &&
                other.inputs["vpcId"] === resource.inputs["vpcId"] &&
                overlaps(own, theirs)
            );
        });
        return clash ? "cidrBlock" : undefined;
    },
};

function network(inputs: unknown): string | undefined {
    return textAt(inputs, "cidrBlock");
}

const natNeedsAddress: Rule = {
    text: "a public NAT gateway needs an elastic address and a subnet",
    source: natGateways,
    brokenBy: ({ inputs }) =>
        inputs["connectivityType"] === "private"
            ? undefined
            : ["allocationId", "subnetId"].find((property) => inputs[property] === undefined),
};

const routeTargets = ["gatewayId", "natGatewayId", "transitGatewayId", "vpcPeeringConnectionId", "networkInterfaceId"];

const routeHasOneTarget: Rule = {
    text: "a route has exactly one target",
    source: routes,
    brokenBy: ({ inputs }) =>
        routeTargets.filter((property) => inputs[property] !== undefined).length === 1 ? undefined : "gatewayId",
};

/** Where a rule of a security group may point to; exactly one of them. */
const ruleSources = ["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"];

const securityGroupRules: readonly Rule[] = [
    {
        text: "a rule names exactly one of an IPv4 network, an IPv6 network, a prefix list and a security group",
        source: ingressRules,
        brokenBy: ({ inputs }) =>
            ruleSources.filter((property) => inputs[property] !== undefined).length === 1 ? undefined : "cidrIpv4",
    },
    {
        text: "an IPv4 network with no bits beyond its prefix (the provider refuses others)",
        source: ingressRules,
        brokenBy: ({ inputs }) => {
            const cidr = textAt(inputs, "cidrIpv4");
            return cidr === undefined || isIpv4Network(cidr) ? undefined : "cidrIpv4";
        },
    },
    {
        text: "ports from 0 to 65535, the first not above the last",
        source: ingressRules,
        brokenBy: ({ inputs }) => {
            const [from, to] = [numberAt(inputs, "fromPort") ?? 0, numberAt(inputs, "toPort") ?? 65_535];
            return from >= 0 && from <= to && to <= 65_535 ? undefined : "fromPort";
        },
    },
    {
        text: "a security group has each rule once (InvalidPermission.Duplicate)",
        source: ingressRules,
        brokenBy: (resource, world) => {
            const twin = world.resources.some(
                (other) =>
                    other.name !== resource.name &&
                    other.type === resource.type &&
                    ["securityGroupId", "ipProtocol", "fromPort", "toPort", ...ruleSources].every(
                        (property) => other.inputs[property] === resource.inputs[property],
                    ),
            );
            return twin ? "fromPort" : undefined;
        },
    },
    matches(
        "description",
        /^[A-Za-z0-9 ._\-:/()#,@[\]+=&;{}!$*]{0,255}$/,
        "a description has at most 255 characters: letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*",
        securityGroups,
    ),
    ...tagRules,
];

const volumesAreSound: Rule = {
    text: "a gp3 volume has 1 GiB to 64 TiB",
    source: volumeTypes,
    brokenBy: ({ inputs }) => {
        const index = listAt(inputs, "blockDeviceMappings").findIndex((mapping) => {
            const size = numberAt(mapping, "ebs.volumeSize") ?? 1;
            return at(mapping, "ebs.volumeType") === "gp3" && (size < 1 || size > 65_536);
        });
        return index < 0 ? undefined : `blockDeviceMappings[${index}].ebs.volumeSize`;
    },
};

/** EC2: networks, security groups and launch templates. */
export const ec2Models: Readonly<Record<string, ResourceModel>> = {
    "aws:ec2/vpc:Vpc": {
        rules: [networkRule(vpcSizes), ...tagRules],
        outputs: (resource) => symbols(resource, ["arn", "mainRouteTableId", "defaultSecurityGroupId"]),
    },
    "aws:ec2/subnet:Subnet": {
        rules: [networkRule(subnetSizes), insideVpc, apartFromOthers, ...tagRules],
        outputs: (resource) => symbols(resource, ["arn"]),
    },
    "aws:ec2/internetGateway:InternetGateway": { rules: tagRules, outputs: (resource) => symbols(resource, ["arn"]) },
    "aws:ec2/eip:Eip": {
        rules: [oneOf("domain", ["vpc"], natGateways), ...tagRules],
        outputs: (resource) => symbols(resource, ["allocationId", "publicIp"]),
    },
    "aws:ec2/natGateway:NatGateway": {
        rules: [natNeedsAddress, ...tagRules],
        outputs: (resource) => symbols(resource, ["publicIp"]),
    },
    "aws:ec2/routeTable:RouteTable": {
        rules: tagRules,
        outputs: (resource) => symbols(resource, ["arn"]),
    },
    "aws:ec2/route:Route": {
        rules: [routeHasOneTarget],
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
            ...tagRules,
        ],
        outputs: (resource) => symbols(resource, ["arn"]),
    },
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
        rules: securityGroupRules,
        outputs: (resource) => symbols(resource, ["arn", "securityGroupRuleId"]),
    },
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {
        rules: securityGroupRules,
        outputs: (resource) => symbols(resource, ["arn", "securityGroupRuleId"]),
    },
    "aws:ec2/launchTemplate:LaunchTemplate": {
        rules: [
            nameWithin("name", 128, /^[A-Za-z0-9()./_-]{3,128}$/, launchTemplates),
            oneOf("metadataOptions.httpTokens", ["optional", "required"], metadataOptions),
            between("metadataOptions.httpPutResponseHopLimit", 1, 64, metadataOptions),
            volumesAreSound,
            ...tagRules,
        ],
        outputs: (resource) => ({
            ...symbols(resource, ["arn", "defaultVersion"]),
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
