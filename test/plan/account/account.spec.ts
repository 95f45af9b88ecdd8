import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { RightsTable } from "../../../components/common/account";
import { rightsFile } from "../../../plan/account/rights-file";
import { quotasOf, rightsOf, rightsUse } from "../../../plan/account";
import type { Plan } from "../../../plan/plan";
import { quotaTable } from "../../../plan/render/quotas";
import { renderHtml } from "../../../plan/render/html";
import { renderJson } from "../../../plan/render/json";
import { renderMarkdown } from "../../../plan/render/markdown";
import { renderTerminal } from "../../../plan/render/terminal";
import { UserError } from "../../../plan/common/errors";
import { targets } from "../../../stacks/targets/registry";
import { change, type StackConfig, planOf, valid } from "../../support";
import { resource } from "../support";

/** AWS's own word on the actions of its services, and on the types of resources that the rights' actions take. */
const iam = JSON.parse(
    readFileSync(join(__dirname, "..", "..", "components", "aws", "fixtures", "iam-actions.json"), "utf8"),
) as {
    readonly actions: Readonly<Record<string, readonly string[]>>;
    readonly resourceTypes: Readonly<
        Record<
            string,
            {
                readonly types: readonly string[];
                readonly required: readonly string[];
                readonly byTag: readonly string[];
            }
        >
    >;
    readonly arns: Readonly<Record<string, string>>;
};

const plans = new Map<StackConfig, Promise<Plan>>();

/** Each stack is planned once. */
function planned(config: StackConfig): Promise<Plan> {
    const plan = plans.get(config) ?? planOf(config);
    plans.set(config, plan);
    return plan;
}

interface Statement {
    readonly Sid: string;
    readonly Action: readonly string[];
    readonly Resource: string | readonly string[];
    readonly Condition?: { readonly StringEquals?: Readonly<Record<string, string | readonly string[]>> };
}

interface Policy {
    readonly Statement: readonly Statement[];
}

function awsFile(plan: Plan): { readonly policies: Readonly<Record<string, readonly Policy[]>> } {
    return JSON.parse(rightsFile(plan)) as ReturnType<typeof awsFile>;
}

function statements({ Statement }: Policy): readonly Statement[] {
    return Statement;
}

function statementsOf(plan: Plan): readonly Statement[] {
    return Object.values(awsFile(plan).policies).flat().flatMap(statements);
}

/** Stacks that differ in what their policies name. */
const awsStacks: Readonly<Record<string, StackConfig>> = {
    "the smallest": valid.eks,
    "your own certificate and key": change(
        { ...valid.eks, "vernemq:certificate": { source: "self-signed" } },
        "vernemq:cluster",
        { kmsKeyArn: "arn:aws:kms:eu-central-1:210987654321:key/11111111-2222-3333-4444-555555555555" },
    ),
    "your own VPC": change(valid.eks, "vernemq:cluster", {
        vpc: {
            vpcId: "vpc-0fedcba9876543210",
            privateSubnetIds: ["subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb"],
            publicSubnetIds: ["subnet-0cccccccccccccccc", "subnet-0dddddddddddddddd"],
        },
    }),
};

/** The tags by which `planOf` names what it creates. */
const ownTags = { Project: "vernemq", Stack: "test" } as const;

/** Whether a policy allows a call on a resource with these tags; other keys of conditions are of IAM's calls, which tests of their own look at. */
function isAllowed(
    { Resource, Condition }: Statement,
    {
        action,
        arn,
        tags,
        createAction = "",
    }: {
        readonly action: string;
        readonly arn: string;
        readonly tags: Readonly<Record<string, string>>;
        readonly createAction?: string;
    },
): boolean {
    const isMet = ([key, value]: readonly [string, string | readonly string[]]) =>
        key === "ec2:CreateAction"
            ? value.includes(createAction)
            : !key.startsWith("aws:ResourceTag/") || tags[key.slice("aws:ResourceTag/".length)] === value;
    return (
        [Resource].flat().some((pattern) => arnMatches(pattern, logArn(action, arn))) &&
        Object.entries(Condition?.StringEquals ?? {}).every(isMet)
    );
}

/** ARNs as AWS builds them for a type: of the plan's resources, or of another stack in the same account and region. */
function samplesOf(plan: Plan): (service: string, type: string, own: boolean) => readonly string[] {
    const of = (type: string) => plan.resources.filter((each) => each.type === type);
    const text = (type: string, input: string) => of(type).map(({ inputs }) => String(inputs[input]));
    const autonamed = (type: string) => of(type).map(({ name }) => `${name}-0a1b2c3`);
    const names: Readonly<Record<string, readonly string[]>> = {
        ClusterName: text("aws:eks/cluster:Cluster", "name"),
        LogGroupName: text("aws:cloudwatch/logGroup:LogGroup", "name"),
        RoleNameWithPath: autonamed("aws:iam/role:Role"),
        LoadBalancerName: autonamed("aws:lb/loadBalancer:LoadBalancer"),
        TargetGroupName: autonamed("aws:lb/targetGroup:TargetGroup"),
        // What the user gives has an id before there is a stack.
        ...(of("aws:ec2/vpc:Vpc").length > 0 ? {} : { VpcId: text("aws:ec2/securityGroup:SecurityGroup", "vpcId") }),
        ...(of("aws:kms/key:Key").length > 0 ? {} : { KeyId: ["11111111-2222-3333-4444-555555555555"] }),
    };
    const zones = text("aws:route53/record:Record", "zoneId");
    return (service, type, own) => {
        const template = (iam.arns[`${service}:${type}`] ?? "")
            .replace("${Partition}", "aws")
            .replace("${Region}", "eu-central-1")
            .replace("${Account}", "123456789012");
        const [, placeholder = ""] = /\$\{([A-Za-z]+)\}/.exec(template) ?? [];
        const known = type === "hostedzone" ? zones : names[placeholder];
        const values = own ? (known ?? ["0a1b2c3"]) : known === undefined ? [] : ["other"];
        return values.map((value) => template.replace(`\${${placeholder}}`, value).replaceAll(/\$\{\w+\}/g, "0a1b"));
    };
}

/** The form that AWS asks for: tags are on the group, all else on its contents. */
function logArn(action: string, arn: string): string {
    return action.startsWith("logs:") && !/TagResource|UntagResource|ListTagsForResource/.test(action)
        ? `${arn}:*`
        : arn;
}

/** As IAM compares: an asterisk stands for any characters, colons and slashes too. */
function arnMatches(pattern: string, arn: string): boolean {
    const expression = pattern.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\/]/g, "\\$&"));
    return new RegExp(`^${expression.join(".*")}$`).test(arn);
}

function all(table: RightsTable): readonly string[] {
    return Object.values(table.byType).flatMap(({ read, write, delete: gone }) => [...read, ...write, ...gone]);
}

describe("The rights of an account", () => {
    for (const { name, account, resourceRoles } of targets()) {
        const packages = ["aws:", "gcp:", "azure-native:", "digitalocean:"];
        it(`know every type that target ${name} has, and no other`, () => {
            const types = Object.keys(resourceRoles).filter((type) => packages.some((start) => type.startsWith(start)));
            const known = account === null ? [] : Object.keys(account.rights.byType);
            assert.deepEqual([...known].sort(), types.sort());
        });
    }

    it("name only actions that AWS has", () => {
        const aws = targets().find(({ name }) => name === "eks")?.account;
        assert.ok(aws !== null && aws !== undefined);
        const unknown = all(aws.rights).filter((action) => {
            const [service = "", name = ""] = action.split(":");
            return iam.actions[service]?.includes(name) !== true;
        });
        assert.deepEqual([...new Set(unknown)], []);
    });

    describe("of AWS", () => {
        it("are managed policies that read, delete and write, and give roles away to services only", async () => {
            const { policies } = awsFile(await planned(valid.eks));
            assert.deepEqual(Object.keys(policies), ["read", "delete", "write"]);
            const actions = (kind: string) =>
                (policies[kind] ?? []).flatMap(statements).flatMap(({ Action }) => Action);
            assert.ok(
                actions("read").every((action) => /:(Describe|Get|List)/.test(action)),
                actions("read").join(),
            );
            for (const action of ["eks:CreateCluster", "ec2:CreateVpc", "elasticloadbalancing:CreateLoadBalancer"]) {
                assert.ok(actions("write").includes(action), action);
            }
            assert.ok(
                actions("delete").includes("eks:DeleteCluster") && !actions("delete").includes("eks:CreateCluster"),
            );
            const all = Object.values(policies).flat();
            const passed = all.flatMap(statements).filter(({ Action }) => Action.includes("iam:PassRole"));
            assert.deepEqual(
                passed.map(({ Action, Condition }) => [Action, Condition]),
                [
                    [
                        ["iam:PassRole"],
                        {
                            StringEquals: {
                                "iam:PassedToService": [
                                    "ec2.amazonaws.com",
                                    "eks.amazonaws.com",
                                    "pods.eks.amazonaws.com",
                                ],
                            },
                        },
                    ],
                ],
            );
            // A managed policy has at most 6,144 characters without white space, and a role takes ten:
            // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
            assert.deepEqual(
                all.map((policy) => JSON.stringify(policy).length).filter((length) => length > 6144),
                [],
            );
            assert.ok(all.length <= 10, `${all.length}`);
        });

        for (const [title, config] of Object.entries(awsStacks)) {
            it(`are narrowed to resources wherever AWS has types of them: ${title}`, async () => {
                const wrong = statementsOf(await planned(config))
                    .flatMap(({ Action, Resource }) =>
                        Action.map((action) => ({ action, resources: [Resource].flat() })),
                    )
                    .filter(
                        ({ action, resources }) => resources.includes("*") === Object.hasOwn(iam.resourceTypes, action),
                    );
                assert.deepEqual(wrong, []);
            });

            it(`reach every resource that the stack has, and no other with a name: ${title}`, async () => {
                const plan = await planned(config);
                const samples = samplesOf(plan);
                const all = statementsOf(plan).filter(({ Sid }) => Sid !== "ServiceLinkedRoles");
                const actions = new Set(all.flatMap(({ Action }) => Action));
                for (const action of actions) {
                    const found = all.filter(({ Action }) => Action.includes(action));
                    const { required = [], byTag = [] } = iam.resourceTypes[action] ?? {};
                    for (const type of required) {
                        const tags = byTag.includes(type) ? ownTags : {};
                        const reached = (arns: readonly string[]) =>
                            arns.filter((arn) => found.some((each) => isAllowed(each, { action, arn, tags })));
                        const [own = [], others = []] = [true, false].map((mine) =>
                            samples(action.split(":")[0] ?? "", type, mine),
                        );
                        assert.deepEqual(reached(own), own, `${action} on ${JSON.stringify(found)}`);
                        assert.deepEqual(reached(others), [], `${action} on ${JSON.stringify(found)}`);
                    }
                }
                assert.ok(actions.size > 100, `${actions.size}`);
            });
        }

        it("reach no VPC, subnet, address, route, template, key or certificate of another stack, but for what policies.ts says", async () => {
            const plan = await planned(valid.eks);
            const samples = samplesOf(plan);
            const reached = Object.entries(iam.resourceTypes).flatMap(([action, { byTag }]) => {
                const found = statementsOf(plan).filter(({ Action }) => Action.includes(action));
                return byTag
                    .filter((type) =>
                        samples(action.split(":")[0] ?? "", type, true).some((arn) =>
                            found.some((each) =>
                                isAllowed(each, { action, arn, tags: { ...ownTags, Stack: "other" } }),
                            ),
                        ),
                    )
                    .map((type) => `${action} ${type}`);
            });
            assert.deepEqual(reached, [
                "acm:AddTagsToCertificate certificate",
                "acm:DescribeCertificate certificate",
                "acm:ImportCertificate certificate",
                "acm:ListTagsForCertificate certificate",
                "ec2:AuthorizeSecurityGroupIngress security-group",
                "ec2:ModifySecurityGroupRules security-group",
                "ec2:RevokeSecurityGroupIngress security-group",
                "ec2:RunInstances launch-template",
                "ec2:RunInstances security-group",
                "ec2:RunInstances subnet",
                "ec2:UpdateSecurityGroupRuleDescriptionsIngress security-group",
                "kms:CreateGrant key",
                "kms:DescribeKey key",
                "kms:EnableKeyRotation key",
                "kms:GetKeyPolicy key",
                "kms:GetKeyRotationStatus key",
                "kms:ListResourceTags key",
                "kms:TagResource key",
            ]);
        });

        it("tag what is there only if it is the stack's, and what is new in the call that creates it", async () => {
            const found = statementsOf(await planned(valid.eks)).filter(({ Action }) =>
                Action.includes("ec2:CreateTags"),
            );
            const arn = "arn:aws:ec2:eu-central-1:123456789012:vpc/vpc-0a1b2c3";
            const tries = [
                { tags: ownTags },
                { tags: {} },
                { tags: {}, createAction: "CreateVpc" },
                { tags: {}, createAction: "CreateImage" },
            ].map((each) => found.some((one) => isAllowed(one, { action: "ec2:CreateTags", arn, ...each })));
            assert.deepEqual(tries, [true, false, true, false]);
        });

        it("are not narrowed by tags that the stack's resources do not have alike", async () => {
            const { resources, ...plan } = await planned(valid.eks);
            const other = resource("aws:ec2/subnet:Subnet", "other", { tags: { Project: "vernemq", Stack: "other" } });
            const text = rightsFile({ ...plan, resources: [...resources, other] });
            assert.ok(!text.includes("aws:ResourceTag") && text.includes('"ec2:CreateTags"'));
        });

        it("hold what the provider calls and CloudFormation does not", async () => {
            // https://github.com/hashicorp/terraform-provider-aws, internal/service/ec2: vpc_internet_gateway.go attaches and detaches, ec2_eip.go
            // reads the address's attributes, vpc_security_group_ingress_rule.go changes a rule in its place.
            const { policies } = awsFile(await planned(valid.eks));
            const holds = (kind: string, action: string) =>
                (policies[kind] ?? []).flatMap(statements).some(({ Action }) => Action.includes(action));
            assert.ok(holds("write", "ec2:AttachInternetGateway") && holds("delete", "ec2:DetachInternetGateway"));
            assert.ok(
                holds("read", "ec2:DescribeAddressesAttribute") && holds("write", "ec2:ModifySecurityGroupRules"),
            );
        });

        it("let roles of services be created for EKS and load balancers alone", async () => {
            const [found, ...more] = statementsOf(await planned(valid.eks)).filter(({ Action }) =>
                Action.includes("iam:CreateServiceLinkedRole"),
            );
            assert.deepEqual(more, []);
            assert.deepEqual(
                [found?.Resource].flat().map((arn) => arn?.split("/")[2]),
                ["eks.amazonaws.com", "eks-nodegroup.amazonaws.com", "elasticloadbalancing.amazonaws.com"],
            );
        });

        it("let only the plan's own policies be attached to its roles", async () => {
            const plan = await planned(valid.eks);
            const attached = statementsOf(plan).filter(({ Action }) => Action.includes("iam:AttachRolePolicy"));
            const attachments = plan.resources
                .filter(({ type }) => type === "aws:iam/rolePolicyAttachment:RolePolicyAttachment")
                .map(({ inputs }) => inputs["policyArn"] as string);
            assert.deepEqual(
                attached.map(({ Condition }) => Condition),
                [{ ArnEquals: { "iam:PolicyARN": [...new Set(attachments)].sort() } }],
            );
        });

        it("are of the region's own partition", async () => {
            const text = rightsFile(await planned({ ...valid.eks, "aws:region": "cn-north-1" }));
            assert.ok(!text.includes("arn:aws:") && text.includes("arn:aws-cn:eks:cn-north-1:*:cluster/"));
            assert.ok(text.includes('"ec2.amazonaws.com.cn"'));
        });
    });

    const words: readonly (readonly [string, StackConfig, string, string])[] = [
        ["roles for GKE", valid.gke, "roles/container.admin", "roles/certificatemanager.owner"],
        ["roles for AKS", valid.aks, "Azure Kubernetes Service Contributor Role", "Network Contributor"],
        ["scopes for DOKS", valid.doks, "kubernetes:create", "vpc:create"],
    ];
    for (const [title, config, ...needed] of words) {
        it(`are ${title}`, async () => {
            const plan = await planned(config);
            const text = rightsFile(plan);
            for (const word of needed) {
                assert.ok(text.includes(JSON.stringify(word)), `${word} in ${text}`);
            }
        });
    }

    it("name none that no resource takes: without a DNS record, none for zones", async () => {
        const plan = await planned(valid.doks);
        assert.ok(!rightsFile(plan).includes("domain:"));
        const byType: RightsTable["byType"] =
            targets().find(({ name }) => name === "doks")?.account?.rights.byType ?? {};
        const taken = new Set(
            plan.resources.flatMap(({ type }) => {
                const rights = byType[type];
                return rights === undefined ? [] : [...rights.read, ...rights.write, ...rights.delete];
            }),
        );
        const named = [...rightsFile(plan).matchAll(/"([a-z_]+:[a-z_]+)"/g)].map(([, scope = ""]) => scope);
        assert.deepEqual([...new Set(named)].sort(), [...taken].sort());
    });

    it("let who operates GKE create endpoint groups and set the policy of a zone", () => {
        // Roles with compute.networkEndpointGroups.create and dns.managedZones.setIamPolicy:
        // https://github.com/iann0036/iam-dataset, gcp/roles, commit 2073fa5. Neither compute.networkAdmin nor dns.admin is one.
        const byType = targets().find(({ name }) => name === "gke")?.account?.rights.byType ?? {};
        for (const [type, role] of [
            ["gcp:compute/networkEndpointGroup:NetworkEndpointGroup", "roles/compute.loadBalancerAdmin"],
            ["gcp:dns/dnsManagedZoneIamMember:DnsManagedZoneIamMember", "roles/iam.securityAdmin"],
        ] as const) {
            assert.ok(byType[type]?.write.includes(role), type);
        }
    });

    it("let who previews AKS read the cluster's kubeconfig", () => {
        // https://learn.microsoft.com/azure/aks/concepts-identity: listClusterUserCredential/action; Reader has no actions.
        const byType = targets().find(({ name }) => name === "aks")?.account?.rights.byType ?? {};
        const { read = [] } = byType["azure-native:containerservice:ManagedCluster"] ?? {};
        assert.ok(read.includes("Azure Kubernetes Service Cluster User Role"));
    });

    it("fail for a type without an entry", () => {
        const account = targets().find(({ name }) => name === "doks")?.account;
        assert.ok(account !== null && account !== undefined);
        const resource = { type: "digitalocean:index/database:Database", custom: true } as never;
        assert.deepEqual(rightsOf(account, [resource]).unknown, ["digitalocean:index/database:Database"]);
    });

    it("are refused where nothing is created in a cloud", async () => {
        const plan = await planned(valid.existing);
        assert.throws(
            () => rightsFile(plan),
            (error) => error instanceof UserError && /target existing .* creates nothing/.test(error.message),
        );
    });
});

describe("The rights in a plan", () => {
    const forms = (plan: Plan) => ({
        terminal: renderTerminal(plan, undefined, { colors: false, width: 160 }),
        html: renderHtml(plan, undefined),
        markdown: renderMarkdown(plan, undefined),
        json: JSON.parse(renderJson(plan, undefined)) as Plan,
    });

    it("are shown for each command and with their source in every form, each once", async () => {
        const { terminal, html, markdown, json } = forms(await planned(valid.doks));
        const { rights } = json;
        assert.deepEqual(
            rights?.up.filter((scope) => !rights.destroy.includes(scope)),
            ["kubernetes:create", "vpc:create", "vpc:update"],
        );
        assert.match(
            terminal,
            /Rights of the account[^]* up +those of destroy and kubernetes:create, vpc:create, vpc:update\n/,
        );
        assert.match(
            html,
            /<h2 id="rights">[^]*<td>up<\/td><td>those of destroy and kubernetes:create, vpc:create, vpc:update<\/td>[^]*digitalocean\.com\/reference\/api\/scopes/,
        );
        assert.match(markdown, /\| up \| those of destroy and kubernetes:create, vpc:create, vpc:update \|/);
    });

    it("are AWS's actions on the page, as many as the policies have, and their number by service on the terminal", async () => {
        const plan = await planned(valid.eks);
        const { terminal, html, json } = forms(plan);
        const [, section = ""] = /<h2 id="rights">([^]*?)<\/section>/.exec(html) ?? [];
        const shown = new Set(section.match(/\b[a-z0-9]+:[A-Z]\w+/g));
        const granted = statementsOf(plan).flatMap(({ Action }) => Action);
        assert.deepEqual([...shown].sort(), [...new Set(granted)].sort());
        assert.equal(json.rights?.up.length, shown.size);
        assert.match(terminal, / preview +\d+ actions: acm \d+, ec2 \d+, eks \d+,/);
    });

    it("are nowhere where the stack creates nothing in a cloud", async () => {
        const { terminal, html, markdown, json } = forms(await planned(valid.existing));
        assert.equal(json.rights, null);
        assert.doesNotMatch(terminal + html + markdown, /Rights of the account/);
    });

    it("name types that the table does not know, and grant those that it does", async () => {
        const plan = await planned(valid.doks);
        const more = resource("digitalocean:index/database:Database", "database", {});
        const rights = rightsUse("doks", [...plan.resources, more]);
        assert.match(
            renderTerminal({ ...plan, rights }, undefined, { colors: false, width: 160 }),
            / not known +digitalocean:index\/database:Database\n/,
        );
        assert.deepEqual(rights?.up, plan.rights?.up);
    });
});

describe("The quotas of an account", () => {
    it("are counted from the resources of the stack", async () => {
        const { quotas } = await planned(valid.eks);
        const used = Object.fromEntries(
            quotas.map(({ quota, used: count, default: limit }) => [quota, [count, limit]]),
        );
        // One VPC and NAT gateway; 2 x m7i.large and 3 x m7i.2xlarge have 28 vCPUs.
        assert.deepEqual(used["VPCs"], [1, 5]);
        assert.deepEqual(used["Elastic IP addresses"], [1, 5]);
        assert.deepEqual(used["Network Load Balancers"], [1, 50]);
        // Five nodes with disks of 50 GiB and three claims of 20 GiB; 50 TiB by quota L-7A658B76.
        assert.deepEqual(used["GiB of General Purpose SSD (gp3) volumes"], [310, 51_200]);
        assert.deepEqual(used["vCPUs of running on-demand standard instances (A, C, D, H, I, M, R, T, Z)"], [28, 5]);
    });

    it("are marked in the table where a stack uses more than an account has by default", async () => {
        const { quotas } = await planned(valid.eks);
        const marked = quotaTable(quotas)?.rows.filter((row) => row.join().includes("ask for more"));
        assert.deepEqual(
            marked?.map((row) => row.slice(0, 3)),
            [["vCPUs of running on-demand standard instances (A, C, D, H, I, M, R, T, Z)", "28", "5: ask for more"]],
        );
    });

    it("count no storage as known where a claim's class is not the stack's, and disks of other types not as gp3", () => {
        const node = (type: string, size: number) => [
            resource("aws:ec2/launchTemplate:LaunchTemplate", type, {
                blockDeviceMappings: [{ ebs: { volumeType: type, volumeSize: size } }],
            }),
            resource("aws:eks/nodeGroup:NodeGroup", `${type}-nodes`, {
                launchTemplate: { id: `\${${type}.id}` },
                scalingConfig: { desiredSize: 2 },
                instanceTypes: ["m7i.large"],
            }),
        ];
        const brokers = (storageClass: string) =>
            resource("kubernetes:apps/v1:StatefulSet", "brokers", {
                spec: {
                    replicas: 3,
                    volumeClaimTemplates: [
                        {
                            spec: { storageClassName: storageClass, resources: { requests: { storage: "1.5Ti" } } },
                        },
                    ],
                },
            });
        const stored = (storageClass: string) =>
            quotasOf("eks", [
                ...node("gp3", 30),
                ...node("io2", 1000),
                resource("kubernetes:storage.k8s.io/v1:StorageClass", "class", {
                    metadata: { name: "fast" },
                    parameters: { type: "gp3" },
                }),
                brokers(storageClass),
            ]).find(({ quota }) => quota.includes("gp3"))?.used;
        assert.deepEqual([stored("fast"), stored("your-own")], [2 * 30 + 3 * 1536, null]);
    });

    it("count the rules of the fullest security group, for one direction and one version of IP", () => {
        const rule = (name: string, direction: "Ingress" | "Egress", inputs: Readonly<Record<string, unknown>>) =>
            resource(`aws:vpc/securityGroup${direction}Rule:SecurityGroup${direction}Rule`, name, inputs);
        const many = (count: number, prefix: string, inputs: Readonly<Record<string, unknown>>) =>
            Array.from({ length: count }, (_, index) => rule(`${prefix}-${index}`, "Ingress", inputs));
        const [a, b] = [{ securityGroupId: "a" }, { securityGroupId: "b" }];
        const quotas = quotasOf("eks", [
            ...many(4, "a4", { ...a, cidrIpv4: "198.18.0.0/24" }),
            ...many(3, "a6", { ...a, cidrIpv6: "fd00::/64" }),
            // What names a group or a list counts for both: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html.
            ...many(2, "ag", { ...a, referencedSecurityGroupId: "b" }),
            ...many(5, "b4", { ...b, cidrIpv4: "198.18.0.0/24" }),
            rule("out", "Egress", { ...a, cidrIpv4: "0.0.0.0/0" }),
        ]);
        assert.deepEqual(
            quotas.map(({ quota, used, default: limit }) => [quota, used, limit]),
            [["rules of the fullest security group, inbound or outbound", 6, 60]],
        );
    });

    const machines: readonly (readonly [keyof typeof valid, string, string, readonly unknown[]])[] = [
        // Inferentia is no standard family, and neither its default nor its machines were looked up.
        ["eks", "inf2.xlarge", "vCPUs of running on-demand INF instances", [null, "not verified"]],
        ["aks", "Standard_D8ads_v5", "Standard DADSv5 Family vCPUs", [24, "differs by account"]],
        ["gke", "c4-standard-8", "CPUs of series c4 in the region", [24, "differs by account"]],
    ];
    for (const [target, size, name, expected] of machines) {
        it(`count the vCPUs of each family on ${target}`, async () => {
            const key = { eks: "instanceType", aks: "vmSize", gke: "machineType" }[target as "eks"];
            const plan = await planned(change(valid[target], "vernemq:cluster", { brokerNodes: { [key]: size } }));
            const found = plan.quotas.find(({ quota }) => quota === name);
            assert.deepEqual([found?.used, found?.default], expected, JSON.stringify(plan.quotas));
        });
    }

    it("show each default, and what is not verified as that, in every form of a plan", async () => {
        const plan: Plan = await planned(valid.doks);
        const [numbers, words] = [await planned(valid.eks), plan].map((each) => ({
            terminal: renderTerminal(each, undefined, { colors: false, width: 160 }),
            html: renderHtml(each, undefined),
            markdown: renderMarkdown(each, undefined),
            json: renderJson(each, undefined),
        }));
        assert.ok(numbers !== undefined && words !== undefined);
        assert.match(words.terminal, /volumes +3 +not verified/);
        assert.match(words.terminal, /load balancers +1 +differs by account/);
        assert.match(words.html, /<td>volumes<\/td><td>3<\/td><td>not verified<\/td>/);
        assert.match(words.markdown, /\| volumes \| 3 \| not verified \|/);
        const { quotas } = JSON.parse(words.json) as Plan;
        assert.equal(quotas.find(({ quota }) => quota === "volumes")?.default, "not verified");
        assert.match(numbers.terminal, /target groups +2 +3,000/);
        assert.match(
            numbers.html,
            /<td>target groups<\/td><td>2<\/td><td>3,000<\/td><td>https:\/\/docs\.aws\.amazon\.com/,
        );
        assert.match(numbers.markdown, /\| target groups \| 2 \| 3,000 \| https:\/\/docs/);
    });

    it("count volumes, nodes and the load balancers of Services", async () => {
        const { quotas } = await planned(valid.doks);
        assert.deepEqual(
            quotas.map(({ quota, used }) => [quota, used]),
            [
                ["Droplets", 5],
                ["load balancers", 1],
                ["volumes", 3],
            ],
        );
    });

    it("are none of a cluster that exists already", async () => {
        assert.deepEqual((await planned(valid.existing)).quotas, []);
    });

    it("have a source and a date each", () => {
        for (const { account } of targets()) {
            for (const { source, asOf } of [
                ...(account?.quotas ?? []),
                ...(account === null ? [] : [account.rights]),
            ]) {
                assert.match(source, /https:\/\/|^PyPI /);
                assert.match(asOf, /^20\d\d-(0[1-9]|1[0-2])$/);
            }
        }
    });
});
