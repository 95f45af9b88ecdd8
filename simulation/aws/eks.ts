import { isIpv4Network } from "../../components/common/addresses";
import { at, type ChangeRule, listAt, type ResourceModel, type Rule } from "../provider";
import { isLower, minorSteps } from "../versions";
import {
    between,
    isJson,
    matches,
    nameWithin,
    numberAt,
    oneOf,
    symbols,
    tagRules,
    textAt,
    textsAt,
    trusts,
    zonesOf,
} from "./model";

const api = "https://docs.aws.amazon.com/eks/latest/APIReference";
const guide = "https://docs.aws.amazon.com/eks/latest/userguide";
const createCluster = `${api}/API_CreateCluster.html`;
const vpcConfig = `${api}/API_VpcConfigRequest.html`;
const launchTemplates = `${guide}/launch-templates.html`;
const nodeGroups = `${api}/API_CreateNodegroup.html`;
const addons = `${api}/API_CreateAddon.html`;

const subnetsInTwoZones: Rule = {
    text: "a cluster's subnets are in at least two availability zones",
    source: `${guide}/network-reqs.html`,
    brokenBy: ({ inputs }, world) => {
        const ids = listAt(inputs, "vpcConfig.subnetIds");
        const zones = zonesOf(ids, world);
        const known = zones.length === ids.length;
        return ids.length >= 2 && (!known || new Set(zones).size >= 2) ? undefined : "vpcConfig.subnetIds";
    },
};

const apiNetworks: Rule = {
    text: "publicAccessCidrs are IPv4 networks with no bits beyond their prefix: an IPv4 cluster takes no IPv6 networks",
    source: vpcConfig,
    brokenBy: ({ inputs }) => {
        const index = textsAt(inputs, "vpcConfig.publicAccessCidrs").findIndex((cidr) => !isIpv4Network(cidr));
        return index < 0 ? undefined : `vpcConfig.publicAccessCidrs[${index}]`;
    },
};

const someEndpoint: Rule = {
    text: "the API needs a public or a private endpoint",
    source: vpcConfig,
    brokenBy: ({ inputs }) =>
        at(inputs, "vpcConfig.endpointPublicAccess") === false && at(inputs, "vpcConfig.endpointPrivateAccess") !== true
            ? "vpcConfig.endpointPublicAccess"
            : undefined,
};

const logTypes = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

const knownLogTypes: Rule = {
    text: `the control plane logs ${logTypes.join(", ")}`,
    source: `${guide}/control-plane-logs.html`,
    brokenBy: ({ inputs }) =>
        textsAt(inputs, "enabledClusterLogTypes").every((type) => logTypes.includes(type))
            ? undefined
            : "enabledClusterLogTypes",
};

const onlySecrets: Rule = {
    text: "the only resource that a cluster encrypts with its own key is secrets",
    source: `${api}/API_EncryptionConfig.html`,
    brokenBy: ({ inputs }) =>
        textsAt(inputs, "encryptionConfig.resources").every((resource) => resource === "secrets")
            ? undefined
            : "encryptionConfig.resources",
};

function roleTrusts(property: string, service: string, actions: readonly string[], source: string): Rule {
    return {
        text: `the role lets ${service} take it (${actions.join(", ")})`,
        source,
        brokenBy: ({ inputs }, world) => (trusts(at(inputs, property), service, actions, world) ? undefined : property),
    };
}

const scaling: Rule = {
    text: "0 <= minSize <= desiredSize <= maxSize, and maxSize is at least 1",
    source: `${api}/API_NodegroupScalingConfig.html`,
    brokenBy: ({ inputs }) => {
        const [least, wanted, most] = ["minSize", "desiredSize", "maxSize"].map(
            (property) => numberAt(inputs, `scalingConfig.${property}`) ?? 0,
        ) as [number, number, number];
        if (most < 1) {
            return "scalingConfig.maxSize";
        }
        if (least < 0 || least > most) {
            return "scalingConfig.minSize";
        }
        return wanted >= least && wanted <= most ? undefined : "scalingConfig.desiredSize";
    },
};

const taintEffects = ["NO_SCHEDULE", "NO_EXECUTE", "PREFER_NO_SCHEDULE"];

const taints: Rule = {
    text: `at most 50 taints, each with a key and an effect of ${taintEffects.join(", ")}`,
    source: `${api}/API_Taint.html`,
    brokenBy: ({ inputs }) => {
        const list = listAt(inputs, "taints");
        const index = list.findIndex(
            (taint) => textAt(taint, "key") === undefined || !taintEffects.includes(textAt(taint, "effect") ?? ""),
        );
        return index < 0 ? (list.length > 50 ? "taints" : undefined) : `taints[${index}]`;
    },
};

const templateOrGroup: Rule = {
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
};

const imageFitsInstance: Rule = {
    text: "an ARM image is for Graviton instances, an x86 image for the others",
    source: nodeGroups,
    brokenBy: ({ inputs }, world) => {
        const image = textAt(inputs, "amiType");
        const instance = textAt(world.resolve(at(inputs, "launchTemplate.id"))?.inputs, "instanceType");
        if (image === undefined || instance === undefined) {
            return undefined;
        }
        const isGraviton = /^(a1|[a-z]+[0-9]+g[a-z0-9-]*)\./.test(instance);
        return isGraviton === image.includes("ARM") ? undefined : "amiType";
    },
};

const configurationIsJson: Rule = {
    text: "an add-on's configuration is JSON",
    source: addons,
    brokenBy: ({ inputs }) => {
        const values = textAt(inputs, "configurationValues");
        return values === undefined || isJson(values) ? undefined : "configurationValues";
    },
};

const networkPolicyIsText: Rule = {
    text: 'enableNetworkPolicy of vpc-cni is the text "true" or "false"',
    source: `${guide}/cni-network-policy-configure.html`,
    brokenBy: ({ inputs }) => {
        const values = textAt(inputs, "configurationValues") ?? "{}";
        const setting = isJson(values) ? at(JSON.parse(values), "enableNetworkPolicy") : undefined;
        return setting === undefined || setting === "true" || setting === "false" ? undefined : "configurationValues";
    },
};

const entriesAreOn: Rule = {
    text: "access entries need a cluster with authentication mode API or API_AND_CONFIG_MAP",
    source: `${guide}/access-entries.html`,
    brokenBy: ({ inputs }, world) => {
        const cluster = world.resources.find(
            (other) => other.type === "aws:eks/cluster:Cluster" && other.inputs["name"] === inputs["clusterName"],
        );
        const mode = textAt(cluster?.inputs, "accessConfig.authenticationMode") ?? "CONFIG_MAP";
        return cluster === undefined || mode !== "CONFIG_MAP" ? undefined : "clusterName";
    },
};

const podIdentity = `${guide}/pod-id-role.html`;

const addonRolesTrust: Rule = {
    text: "a pod identity's role lets pods.eks.amazonaws.com take it (sts:AssumeRole, sts:TagSession)",
    source: podIdentity,
    brokenBy: ({ inputs }, world) => {
        const index = listAt(inputs, "podIdentityAssociations").findIndex(
            (identity) =>
                !trusts(at(identity, "roleArn"), "pods.eks.amazonaws.com", ["sts:AssumeRole", "sts:TagSession"], world),
        );
        return index < 0 ? undefined : `podIdentityAssociations[${index}].roleArn`;
    },
};

const versionGoesUp: ChangeRule = {
    text: "a running cluster goes up by one minor version at a time, and never down",
    source: `${guide}/update-cluster.html`,
    brokenBy: (before, after) => {
        const [old, fresh] = [before["version"], after["version"]];
        return isLower(old, fresh) || minorSteps(old, fresh) > 1 ? "version" : undefined;
    },
};

const zonesStay: ChangeRule = {
    text: "the subnets of a running control plane stay in the zones that the cluster was created with: create another cluster for another zone",
    source: `${guide}/network-reqs.html`,
    brokenBy: (before, after, world) => {
        const old = zonesOf(listAt(before, "vpcConfig.subnetIds"), world);
        const fresh = zonesOf(listAt(after, "vpcConfig.subnetIds"), world);
        return old.length > 0 && fresh.some((zone) => !old.includes(zone)) ? "vpcConfig.subnetIds" : undefined;
    },
};

/** The provider would plan an update and call nothing (internal/service/eks/cluster.go), and the former key would be deleted under it. */
const keyStays: ChangeRule = {
    text: "the KMS key of a running cluster cannot be changed or taken away",
    source: `${guide}/enable-kms.html`,
    brokenBy: (before, after) => {
        const path = "encryptionConfig.provider.keyArn";
        const old = at(before, path);
        return old === undefined || old === at(after, path) ? undefined : path;
    },
};

/** EKS. */
export const eksModels: Readonly<Record<string, ResourceModel>> = {
    "aws:eks/cluster:Cluster": {
        rules: [
            nameWithin("name", 100, /^[0-9A-Za-z][A-Za-z0-9_-]*$/, createCluster),
            matches("version", /^1\.\d{2}$/, "a minor version of Kubernetes", createCluster),
            oneOf("accessConfig.authenticationMode", ["API", "API_AND_CONFIG_MAP", "CONFIG_MAP"], createCluster),
            subnetsInTwoZones,
            apiNetworks,
            someEndpoint,
            knownLogTypes,
            onlySecrets,
            roleTrusts("roleArn", "eks.amazonaws.com", ["sts:AssumeRole"], `${guide}/cluster-iam-role.html`),
            ...tagRules,
        ],
        changeRules: [versionGoesUp, zonesStay, keyStays],
        outputs: (resource) => ({
            ...symbols(resource, ["arn", "endpoint", "platformVersion"]),
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
            scaling,
            taints,
            templateOrGroup,
            imageFitsInstance,
            oneOf("capacityType", ["ON_DEMAND", "SPOT", "CAPACITY_BLOCK"], nodeGroups),
            between("updateConfig.maxUnavailable", 1, 100, `${api}/API_NodegroupUpdateConfig.html`),
            ...tagRules,
        ],
        outputs: (resource) => symbols(resource, ["arn", "status"]),
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
            configurationIsJson,
            networkPolicyIsText,
            addonRolesTrust,
            ...tagRules,
        ],
        deletesFirst: () => true,
        outputs: (resource) => ({
            arn: resource.symbol("arn"),
            addonVersion: textAt(resource.inputs, "addonVersion") ?? resource.symbol("addonVersion"),
        }),
    },
    "aws:eks/accessEntry:AccessEntry": {
        rules: [
            entriesAreOn,
            matches(
                "principalArn",
                /^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/.+$/,
                "the ARN of an IAM role or user",
                `${api}/API_CreateAccessEntry.html`,
            ),
            ...tagRules,
        ],
        deletesFirst: () => true,
        outputs: (resource) => symbols(resource, ["accessEntryArn"]),
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
        rules: [
            roleTrusts("roleArn", "pods.eks.amazonaws.com", ["sts:AssumeRole", "sts:TagSession"], podIdentity),
            ...tagRules,
        ],
        deletesFirst: () => true,
        outputs: (resource) => symbols(resource, ["associationArn", "associationId"]),
    },
};
