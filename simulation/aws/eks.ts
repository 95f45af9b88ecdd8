import { jsonIn } from "../../components/common/json";
import { isIpv4Network } from "../../components/common/addresses";
import { at, listAt, type ResourceModel, type Rule } from "../provider";
import { between, items, matches, nameWithin, ofType, oneOf, property, rule, symbols, textAt } from "../rules";
import { isLower, minorSteps } from "../versions";
import { tagRule, trusts, zonesOf } from "./model";

const api = "https://docs.aws.amazon.com/eks/latest/APIReference";
const guide = "https://docs.aws.amazon.com/eks/latest/userguide";
const createCluster = `${api}/API_CreateCluster.html`;
const vpcConfig = `${api}/API_VpcConfigRequest.html`;
const launchTemplates = `${guide}/launch-templates.html`;
const nodeGroups = `${api}/API_CreateNodegroup.html`;
const addons = `${api}/API_CreateAddon.html`;

const logTypes = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

const podService = ["pods.eks.amazonaws.com", ["sts:AssumeRole", "sts:TagSession"]] as const;

function roleTrusts(service: string, actions: readonly string[], source: string): Rule {
    return rule("roleArn", `the role lets ${service} take it (${actions.join(", ")})`, source, ({ inputs }, world) =>
        trusts(inputs["roleArn"], service, actions, world),
    );
}

const taintEffects = ["NO_SCHEDULE", "NO_EXECUTE", "PREFER_NO_SCHEDULE"];

const podIdentity = `${guide}/pod-id-role.html`;

/** EKS. */
export const eksModels: Readonly<Record<string, ResourceModel>> = {
    "aws:eks/cluster:Cluster": {
        rules: [
            nameWithin("name", 100, /^[0-9A-Za-z][A-Za-z0-9_-]*$/, createCluster),
            matches("version", /^1\.\d{2}$/, "a minor version of Kubernetes", createCluster),
            oneOf("accessConfig.authenticationMode", ["API", "API_AND_CONFIG_MAP", "CONFIG_MAP"], createCluster),
            rule(
                "vpcConfig.subnetIds",
                "a cluster's subnets are in at least two availability zones",
                `${guide}/network-reqs.html`,
                ({ inputs }, world) => {
                    const ids = listAt(inputs, "vpcConfig.subnetIds");
                    const zones = zonesOf(ids, world);
                    return ids.length >= 2 && (zones.length < ids.length || new Set(zones).size >= 2);
                },
            ),
            property(
                "vpcConfig.publicAccessCidrs[]",
                "publicAccessCidrs are IPv4 networks with no bits beyond their prefix: an IPv4 cluster takes no IPv6 networks",
                vpcConfig,
                isIpv4Network,
            ),
            rule(
                "vpcConfig.endpointPublicAccess",
                "the API needs a public or a private endpoint",
                vpcConfig,
                ({ inputs }) =>
                    at(inputs, "vpcConfig.endpointPublicAccess") !== false ||
                    at(inputs, "vpcConfig.endpointPrivateAccess") === true,
            ),
            oneOf(
                "enabledClusterLogTypes[]",
                logTypes,
                `${guide}/control-plane-logs.html`,
                `the control plane logs ${logTypes.join(", ")}`,
            ),
            oneOf(
                "encryptionConfig.resources[]",
                ["secrets"],
                `${api}/API_EncryptionConfig.html`,
                "the only resource that a cluster encrypts with its own key is secrets",
            ),
            roleTrusts("eks.amazonaws.com", ["sts:AssumeRole"], `${guide}/cluster-iam-role.html`),
            tagRule,
        ],
        changeRules: [
            {
                text: "a running cluster goes up by one minor version at a time, and never down",
                source: `${guide}/update-cluster.html`,
                brokenBy: (before, after) => {
                    const [old, fresh] = [before["version"], after["version"]];
                    return isLower(old, fresh) || minorSteps(old, fresh) > 1 ? "version" : undefined;
                },
            },
            {
                text: "the subnets of a running control plane stay in the zones that the cluster was created with: create another cluster for another zone",
                source: `${guide}/network-reqs.html`,
                brokenBy: (before, after, world) => {
                    const old = zonesOf(listAt(before, "vpcConfig.subnetIds"), world);
                    const fresh = zonesOf(listAt(after, "vpcConfig.subnetIds"), world);
                    return old.length > 0 && fresh.some((zone) => !old.includes(zone))
                        ? "vpcConfig.subnetIds"
                        : undefined;
                },
            },
            // The provider would plan an update and call nothing (internal/service/eks/cluster.go), and the former key would be deleted
            // under it.
            {
                text: "the KMS key of a running cluster cannot be changed or taken away",
                source: `${guide}/enable-kms.html`,
                brokenBy: (before, after) => {
                    const path = "encryptionConfig.provider.keyArn";
                    const old = at(before, path);
                    return old === undefined || old === at(after, path) ? undefined : path;
                },
            },
        ],
        outputs: (resource) => ({
            ...symbols("arn", "endpoint", "platformVersion")(resource),
            certificateAuthority: { data: resource.symbol("certificateAuthority.data") },
            vpcConfig: {
                ...(at(resource.inputs, "vpcConfig") as object | undefined),
                vpcId: resource.symbol("vpcConfig.vpcId"),
                clusterSecurityGroupId: resource.symbol("vpcConfig.clusterSecurityGroupId"),
            },
        }),
        id: ({ inputs, name }) => textAt(inputs, "name") ?? name,
    },
    "aws:eks/nodeGroup:NodeGroup": {
        rules: [
            nameWithin("nodeGroupName", 63, /^[A-Za-z0-9][A-Za-z0-9_-]*$/, nodeGroups),
            {
                text: "0 <= minSize <= desiredSize <= maxSize, and maxSize is at least 1",
                source: `${api}/API_NodegroupScalingConfig.html`,
                brokenBy: ({ inputs }) => {
                    const [least, wanted, most] = ["minSize", "desiredSize", "maxSize"].map((name) =>
                        Number(at(inputs, `scalingConfig.${name}`) ?? 0),
                    ) as [number, number, number];
                    if (most < 1) {
                        return "scalingConfig.maxSize";
                    }
                    if (least < 0 || least > most) {
                        return "scalingConfig.minSize";
                    }
                    return wanted >= least && wanted <= most ? undefined : "scalingConfig.desiredSize";
                },
            },
            property(
                "taints",
                "at most 50 taints",
                `${api}/API_Taint.html`,
                (list) => Array.isArray(list) && list.length <= 50,
            ),
            property(
                "taints[]",
                `a taint has a key and an effect of ${taintEffects.join(", ")}`,
                `${api}/API_Taint.html`,
                (taint) => at(taint, "key") !== undefined && taintEffects.includes(String(at(taint, "effect"))),
            ),
            {
                text: "instance type and disk size stand in the launch template or in the node group, not in both",
                source: launchTemplates,
                brokenBy: ({ inputs }, world) => {
                    const template = world.resolve(at(inputs, "launchTemplate.id"));
                    if (template === undefined) {
                        return undefined;
                    }
                    if (inputs["diskSize"] !== undefined) {
                        return "diskSize";
                    }
                    return inputs["instanceTypes"] !== undefined && template.inputs["instanceType"] !== undefined
                        ? "instanceTypes"
                        : undefined;
                },
            },
            property(
                "amiType",
                "an ARM image is for Graviton instances, an x86 image for the others",
                nodeGroups,
                (image, { inputs }, world) => {
                    const instance = textAt(world.resolve(at(inputs, "launchTemplate.id"))?.inputs, "instanceType");
                    const isGraviton = instance !== undefined && /^(a1|[a-z]+[0-9]+g[a-z0-9-]*)\./.test(instance);
                    return instance === undefined || isGraviton === String(image).includes("ARM");
                },
            ),
            oneOf("capacityType", ["ON_DEMAND", "SPOT", "CAPACITY_BLOCK"], nodeGroups),
            between("updateConfig.maxUnavailable", 1, 100, `${api}/API_NodegroupUpdateConfig.html`),
            tagRule,
        ],
        outputs: symbols("arn", "status"),
    },
    "aws:eks/addon:Addon": {
        rules: [
            matches(
                "addonVersion",
                /^v\d+\.\d+\.\d+-eksbuild\.\d+$/,
                "a version such as v1.20.4-eksbuild.1",
                `${api}/API_DescribeAddonVersions.html`,
            ),
            oneOf("resolveConflictsOnCreate", ["NONE", "OVERWRITE"], addons),
            oneOf("resolveConflictsOnUpdate", ["NONE", "OVERWRITE", "PRESERVE"], addons),
            property(
                "configurationValues",
                "an add-on's configuration is JSON",
                addons,
                (values) => jsonIn(values) !== undefined,
            ),
            property(
                "configurationValues",
                'enableNetworkPolicy of vpc-cni is the text "true" or "false"',
                `${guide}/cni-network-policy-configure.html`,
                (values) => {
                    const setting = at(jsonIn(values), "enableNetworkPolicy");
                    return setting === undefined || setting === "true" || setting === "false";
                },
            ),
            items(
                "podIdentityAssociations",
                "a pod identity's role lets pods.eks.amazonaws.com take it (sts:AssumeRole, sts:TagSession)",
                podIdentity,
                (identity, _, world) => trusts(at(identity, "roleArn"), ...podService, world),
                "roleArn",
            ),
            tagRule,
        ],
        deletesFirst: () => true,
        outputs: (resource) => ({
            arn: resource.symbol("arn"),
            addonVersion: textAt(resource.inputs, "addonVersion") ?? resource.symbol("addonVersion"),
        }),
    },
    "aws:eks/accessEntry:AccessEntry": {
        rules: [
            rule(
                "clusterName",
                "access entries need a cluster with authentication mode API or API_AND_CONFIG_MAP",
                `${guide}/access-entries.html`,
                ({ inputs }, world) => {
                    const cluster = ofType(world, "aws:eks/cluster:Cluster").find(
                        (other) => other.inputs["name"] === inputs["clusterName"],
                    );
                    const mode = textAt(cluster?.inputs, "accessConfig.authenticationMode") ?? "CONFIG_MAP";
                    return cluster === undefined || mode !== "CONFIG_MAP";
                },
            ),
            matches(
                "principalArn",
                /^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/.+$/,
                "the ARN of an IAM role or user",
                `${api}/API_CreateAccessEntry.html`,
            ),
            tagRule,
        ],
        deletesFirst: () => true,
        outputs: symbols("accessEntryArn"),
    },
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": {
        rules: [
            matches(
                "policyArn",
                /^arn:aws[a-z-]*:eks::aws:cluster-access-policy\/\w+$/,
                "the ARN of an access policy of EKS",
                `${guide}/access-policies.html`,
            ),
            oneOf("accessScope.type", ["cluster", "namespace"], `${api}/API_AccessScope.html`),
        ],
        deletesFirst: () => true,
    },
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": {
        rules: [roleTrusts(...podService, podIdentity), tagRule],
        deletesFirst: () => true,
        outputs: symbols("associationArn", "associationId"),
    },
};
