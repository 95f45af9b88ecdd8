import type { Problem } from "../components/problem";
import { confSchemaProblem, hasOtherAuthentication } from "../components/broker/conf";
import { isOfficialImage } from "../components/broker/versions";
import type { ParsedGroups } from "./config";
import { platformProblems, platformWarnings } from "./platform-rules";
import type { CloudSettings } from "./schema/cloud";
import { propertyPath } from "./schema/problems";

type Rule = (groups: ParsedGroups, cloud: CloudSettings) => Problem[];

/** What no single setting can say: combinations that cannot work. */
export function crossProblems(groups: ParsedGroups, cloud: CloudSettings): Problem[] {
    return rules.flatMap((rule) => rule(groups, cloud));
}

/** What works and yet deserves a thought. */
export function crossWarnings(groups: ParsedGroups): string[] {
    const { broker, cluster } = groups;
    return [
        ...(broker.replicas === 1 ? ["One broker is no cluster: while it restarts, nobody can connect."] : []),
        ...(broker.replicas === 2 ? ["With two brokers a network split leaves no majority; three are safer."] : []),
        ...(broker.acceptLicense && !isOfficialImage(broker.image.repository)
            ? [
                  "acceptLicense is set for an image that is not the official one: right for a copy of it; an open-source build refuses to start.",
              ]
            : []),
        ...unknownAclUsers(broker),
        ...(broker.allowAnonymous ? ["Anyone may connect without a password (allowAnonymous)."] : []),
        ...(broker.persistence.enabled ? [] : ["Without persistence a restart loses sessions and retained messages."]),
        ...("apiAllowedCidrs" in cluster && cluster.apiAllowedCidrs.includes("0.0.0.0/0")
            ? ["The Kubernetes API is open to the whole internet (cluster.apiAllowedCidrs)."]
            : []),
        ...platformWarnings(groups),
    ];
}

/** ACL lines for users that nobody can be. With anonymous access or another plugin a client may come with any name. */
function unknownAclUsers(broker: ParsedGroups["broker"]): string[] {
    if (broker.allowAnonymous || hasOtherAuthentication(broker.settings)) {
        return [];
    }
    return broker.acl
        .filter((line) => line.startsWith("user "))
        .map((line) => line.slice("user ".length))
        .filter((name) => !broker.users.some((user) => user.name === name))
        .map((name) => `The ACL has rules for user ${name}, who is not in broker.users.`);
}

const rules: readonly Rule[] = [
    licence,
    operatorEngine,
    authentication,
    userNamesDiffer,
    authorization,
    knownSettings,
    persistence,
    replicasFitNodes,
    replicasFitMaximum,
    brokerService,
    host,
    certificateParts,
    managedCertificateNeedsZone,
    dnsZone,
    edgeNodePorts,
    edgeAddress,
    existingCluster,
    networksAreApart,
    platformProblems,
];

function licence({ broker }: ParsedGroups): Problem[] {
    return isOfficialImage(broker.image.repository) && !broker.acceptLicense
        ? [
              {
                  key: "vernemq:broker.acceptLicense",
                  value: broker.acceptLicense,
                  rule: "the official image runs only after its end user licence agreement is accepted, which asks for a paid subscription for commercial use",
                  remedy: "read it at https://vernemq.com/end-user-license-agreement and set this to true, or use an image of your own",
              },
          ]
        : [];
}

function operatorEngine({ broker }: ParsedGroups): Problem[] {
    return broker.engine === "operator"
        ? [
              {
                  key: "vernemq:broker.engine",
                  value: broker.engine,
                  rule: "the upstream operator accepts VerneMQ 1.x only, its image was never published and it leaves the cluster on every pod stop",
                  remedy: "use helm",
              },
          ]
        : [];
}

function authentication({ broker }: ParsedGroups): Problem[] {
    if (broker.allowAnonymous && broker.users.length > 0) {
        return [
            {
                key: "vernemq:broker.allowAnonymous",
                value: true,
                rule: "anonymous access skips every password check, so the users would be for show",
                remedy: "remove the users, or set it to false",
            },
        ];
    }
    return !broker.allowAnonymous && broker.users.length === 0 && !hasOtherAuthentication(broker.settings)
        ? [
              {
                  key: "vernemq:broker.users",
                  value: broker.users,
                  rule: "without a user, anonymous access or another authentication plugin nobody can connect",
                  remedy: "name at least one user (a password is generated where you give none), or switch on plugins.vmq_webhooks or plugins.vmq_diversity in vernemq:broker.settings",
              },
          ]
        : [];
}

function userNamesDiffer({ broker }: ParsedGroups): Problem[] {
    return broker.users.flatMap(({ name }, index) =>
        broker.users.findIndex((other) => other.name === name) < index
            ? [
                  {
                      key: `vernemq:broker.users[${index.toString()}].name`,
                      value: name,
                      rule: "a user is listed once",
                      remedy: "remove the second entry",
                  },
              ]
            : [],
    );
}

function authorization({ broker }: ParsedGroups): Problem[] {
    return broker.acl.length === 0 && !hasOtherAuthentication(broker.settings)
        ? [
              {
                  key: "vernemq:broker.acl",
                  value: broker.acl,
                  rule: "without a rule and without another plugin that decides, nobody may publish or subscribe",
                  remedy: "write at least one line, or leave it out to allow every topic",
              },
          ]
        : [];
}

/** A setting that the broker does not know stops every broker at its next start. An image of one's own may know more. */
function knownSettings({ broker }: ParsedGroups): Problem[] {
    const plain = Object.entries(broker.settings).map(([key, value]) => ({ group: "settings", key, value }));
    const secret = Object.keys(broker.secretSettings).map((key) => ({
        group: "secretSettings",
        key,
        value: undefined,
    }));
    const twice = secret
        .filter(({ key }) => key in broker.settings)
        .map(({ key }) => ({
            key: `vernemq:broker.secretSettings${propertyPath(key)}`,
            rule: "the key stands in vernemq:broker.settings too, and only one of the two would count",
            remedy: "remove one of them",
        }));
    if (!isOfficialImage(broker.image.repository)) {
        return twice;
    }
    const unknown = [...plain, ...secret].flatMap(({ group, key, value }) => {
        const problem = confSchemaProblem(key, value);
        return problem === undefined
            ? []
            : [
                  {
                      key: `vernemq:broker.${group}${propertyPath(key)}`,
                      value,
                      rule: problem.rule,
                      remedy: problem.remedy,
                  },
              ];
    });
    return [...twice, ...unknown];
}

function persistence({ broker }: ParsedGroups): Problem[] {
    return broker.persistence.enabled || broker.replicas === 1
        ? []
        : [
              {
                  key: "vernemq:broker.persistence.enabled",
                  value: false,
                  rule: "a broker that comes back without its data loses queued messages and has to be healed by its peers (docker-vernemq#405: volumes are needed)",
                  remedy: "leave it on, or run one replica",
              },
          ];
}

/** How many nodes VerneMQ may use, where that is known. */
function brokerNodes({ cluster }: ParsedGroups): { key: string; count: number | undefined } {
    return "brokerNodes" in cluster
        ? { key: "vernemq:cluster.brokerNodes.count", count: cluster.brokerNodes.count }
        : { key: "vernemq:cluster.nodes", count: cluster.nodes };
}

function replicasFitNodes(groups: ParsedGroups): Problem[] {
    const { key, count } = brokerNodes(groups);
    return count !== undefined && groups.broker.replicas > count
        ? [
              {
                  key: "vernemq:broker.replicas",
                  value: groups.broker.replicas,
                  rule: `one broker runs per node, and ${key} is ${count.toString()}`,
                  remedy: `use at most ${count.toString()}, or raise ${key}`,
              },
          ]
        : [];
}

function replicasFitMaximum({ broker }: ParsedGroups): Problem[] {
    return broker.maxReplicas !== undefined && broker.replicas > broker.maxReplicas
        ? [
              {
                  key: "vernemq:broker.maxReplicas",
                  value: broker.maxReplicas,
                  rule: `the edge is prepared for fewer brokers than there are replicas (${broker.replicas.toString()})`,
                  remedy: `use at least ${broker.replicas.toString()}`,
              },
          ]
        : [];
}

function brokerService({ broker, edge }: ParsedGroups): Problem[] {
    const { type, nodePorts } = broker.service;
    const problems: Problem[] = [];
    if (type !== "ClusterIP" && edge.exposure !== "none") {
        problems.push({
            key: "vernemq:broker.service.type",
            value: type,
            rule: "beside an edge VerneMQ's own Service would be a second, unencrypted entrance that expects PROXY headers",
            remedy: "use ClusterIP, or set vernemq:edge.exposure to none",
        });
    }
    if (type === "NodePort" && nodePorts === undefined) {
        problems.push({
            key: "vernemq:broker.service.nodePorts",
            rule: "the chart's own node ports (1883, 8080) are outside Kubernetes' range, so each has to be set",
            remedy: "give mqtt a port between 30000 and 32767",
        });
    }
    if (type !== "NodePort" && nodePorts !== undefined) {
        problems.push({
            key: "vernemq:broker.service.nodePorts",
            rule: `a Service of type ${type} has no node ports to choose`,
            remedy: "leave it out, or use type NodePort",
        });
    }
    return problems;
}

function host({ edge }: ParsedGroups): Problem[] {
    return edge.host === undefined && edge.exposure !== "none"
        ? [
              {
                  key: "vernemq:edge.host",
                  rule: "devices need a name to dial, and the certificate is made out to it",
                  remedy: "set it, for example to mqtt.example.com",
              },
          ]
        : [];
}

/** A part of a certificate's settings belongs to one source: missing with it, it fails; present without it, it does nothing. */
function certificateParts({ certificate, target }: ParsedGroups): Problem[] {
    const problems: Problem[] = [];
    const parts = [
        { name: "pem", source: "pem", present: certificate.pem !== undefined },
        { name: "issuer", source: "cert-manager", present: certificate.issuer !== undefined },
    ] as const;
    for (const { name, source, present } of parts) {
        const key = `vernemq:certificate.${name}`;
        if (certificate.source === source && !present) {
            problems.push({ key, rule: `source ${source} needs it`, remedy: `set ${key}` });
        }
        if (certificate.source !== source && present) {
            problems.push({
                key,
                rule: `it has no effect with source ${certificate.source ?? "cloud"}`,
                remedy: `remove it, or set vernemq:certificate.source to ${source}`,
            });
        }
    }
    const keyVault = [certificate.keyVaultSecretId, certificate.keyVaultResourceId];
    if (keyVault.some((id) => id !== undefined) && (target !== "aks" || certificate.source !== "cloud")) {
        problems.push({
            key: "vernemq:certificate.keyVaultSecretId",
            rule: "Key Vault certificates are for target aks with source cloud",
            remedy: "remove the keyVault settings",
        });
    } else if (keyVault.some((id) => id !== undefined) && keyVault.includes(undefined)) {
        problems.push({
            key: "vernemq:certificate.keyVaultResourceId",
            rule: "the gateway needs both the certificate and the right to read its vault",
            remedy: "set keyVaultSecretId and keyVaultResourceId",
        });
    }
    return problems;
}

/** A certificate that the cloud issues is validated by a DNS record, so the zone has to be known. */
function managedCertificateNeedsZone({ target, certificate, edge, dns }: ParsedGroups): Problem[] {
    const issuesByDns = target === "eks" || target === "gke";
    const wantsCloud =
        certificate.source === "cloud" ||
        (certificate.source === undefined &&
            edge.terminateTls !== "haproxy" &&
            edge.exposure !== "none" &&
            edge.listeners.some((name) => name !== "mqtt"));
    return issuesByDns && wantsCloud && dns === undefined
        ? [
              {
                  key: "vernemq:dns.zone",
                  rule: "the cloud issues the certificate only after a record in the host's DNS zone proves that it is yours",
                  remedy: "set it to the zone of vernemq:edge.host, or use another vernemq:certificate.source",
              },
          ]
        : [];
}

const hostedZoneId = /^Z[A-Z0-9]{1,31}$/;

function dnsZone({ target, dns, edge }: ParsedGroups): Problem[] {
    if (dns === undefined) {
        return [];
    }
    const key = "vernemq:dns.zone";
    const value = dns.zone;
    const problems: Problem[] = [];
    if (target === "existing") {
        problems.push({
            key,
            value,
            rule: "an existing cluster comes with no DNS service that this program knows",
            remedy: "remove vernemq:dns and point the host at the address in output `address` yourself",
        });
    }
    if (target !== "existing" && edge.exposure !== "public" && edge.exposure !== "internal") {
        problems.push({
            key,
            value,
            rule: `exposure ${edge.exposure} has no address that a record could point at`,
            remedy: "remove vernemq:dns",
        });
    }
    if (target === "eks" && !hostedZoneId.test(value)) {
        problems.push({
            key,
            value,
            rule: "a Route 53 hosted zone id, for example Z0123456789ABCDEFGHIJ",
            remedy: "`aws route53 list-hosted-zones` shows it, without the /hostedzone/ before it",
        });
    }
    const isApex = target === "doks" && edge.host === value;
    if ((target === "aks" || target === "doks") && edge.host?.endsWith(`.${value}`) === false && !isApex) {
        problems.push({
            key,
            value,
            rule: `the host ${edge.host} is not in this zone`,
            remedy: "name the zone that the host ends with",
        });
    }
    if (target === "aks" && dns.resourceGroup === undefined) {
        problems.push({
            key: "vernemq:dns.resourceGroup",
            rule: "an Azure DNS zone is found by its resource group",
            remedy: "set it to the zone's resource group",
        });
    }
    if (target !== "aks" && dns.resourceGroup !== undefined) {
        problems.push({
            key: "vernemq:dns.resourceGroup",
            value: dns.resourceGroup,
            rule: "only Azure has resource groups",
            remedy: "remove it",
        });
    }
    return problems;
}

function edgeNodePorts({ edge }: ParsedGroups): Problem[] {
    if (edge.nodePorts === undefined) {
        return [];
    }
    const key = "vernemq:edge.nodePorts";
    if (edge.exposure !== "node-port") {
        return [
            {
                key,
                rule: `it has no effect with exposure ${edge.exposure}`,
                remedy: "remove it, or set vernemq:edge.exposure to node-port",
            },
        ];
    }
    const chosen = Object.entries(edge.nodePorts);
    return chosen.flatMap(([name, port], index) => [
        ...(edge.listeners.some((listener) => listener === name)
            ? []
            : [
                  {
                      key: `${key}.${name}`,
                      value: port,
                      rule: `listener ${name} is not open`,
                      remedy: "remove it, or add the listener to vernemq:edge.listeners",
                  },
              ]),
        ...(chosen.findIndex(([, other]) => other === port) < index
            ? [
                  {
                      key: `${key}.${name}`,
                      value: port,
                      rule: "a node port serves one listener",
                      remedy: "choose another",
                  },
              ]
            : []),
    ]);
}

function edgeAddress({ edge, cluster }: ParsedGroups): Problem[] {
    return edge.address !== undefined && !("metallb" in cluster && cluster.metallb !== undefined)
        ? [
              {
                  key: "vernemq:edge.address",
                  value: edge.address,
                  rule: "only MetalLB lets you choose the address",
                  remedy: "remove it, or set vernemq:cluster.metallb",
              },
          ]
        : [];
}

function existingCluster({ cluster, edge }: ParsedGroups): Problem[] {
    if (!("name" in cluster)) {
        return [];
    }
    const problems: Problem[] = [];
    if (cluster.kubeconfig !== undefined && cluster.kubeconfigPath !== undefined) {
        problems.push({
            key: "vernemq:cluster.kubeconfigPath",
            value: cluster.kubeconfigPath,
            rule: "the kubeconfig comes from its contents or from a path, not from both",
            remedy: "remove one of kubeconfig and kubeconfigPath",
        });
    }
    if (cluster.metallb?.mode === "bgp" && cluster.metallb.bgpPeers.length === 0) {
        problems.push({
            key: "vernemq:cluster.metallb.bgpPeers",
            rule: "mode bgp announces addresses to routers, and none is named",
            remedy: "name at least one router, or use mode l2",
        });
    }
    if (cluster.metallb?.mode === "l2" && cluster.metallb.bgpPeers.length > 0) {
        problems.push({
            key: "vernemq:cluster.metallb.bgpPeers",
            rule: "mode l2 talks to no router",
            remedy: "remove it, or use mode bgp",
        });
    }
    if (cluster.metallb !== undefined && edge.exposure !== "public" && edge.exposure !== "internal") {
        problems.push({
            key: "vernemq:cluster.metallb",
            rule: `MetalLB serves load balancers, and exposure ${edge.exposure} has none`,
            remedy: "remove it, or set vernemq:edge.exposure to public or internal",
        });
    }
    return problems;
}

interface Network {
    readonly key: string;
    readonly value: string;
}

/** The networks of a cluster that must not overlap. */
function networksOf({ cluster }: ParsedGroups): Network[] {
    const names = ["vpcCidr", "vnetCidr", "nodeCidr", "podCidr", "serviceCidr", "controlPlaneCidr"];
    const fields = cluster as Readonly<Record<string, unknown>>;
    return names.flatMap((name) => {
        const value = fields[name];
        return typeof value === "string" ? [{ key: `vernemq:cluster.${name}`, value }] : [];
    });
}

function networksAreApart(groups: ParsedGroups): Problem[] {
    const networks = networksOf(groups);
    return networks.flatMap((network, index) =>
        networks
            .slice(0, index)
            .filter((earlier) => overlap(network.value, earlier.value))
            .map((earlier) => ({
                key: network.key,
                value: network.value,
                rule: `it overlaps ${earlier.key} (${earlier.value})`,
                remedy: "choose a network apart from it",
            })),
    );
}

function overlap(a: string, b: string): boolean {
    const [first, second] = [rangeOf(a), rangeOf(b)];
    return first.start < second.end && second.start < first.end;
}

function rangeOf(cidr: string): { start: number; end: number } {
    const [address = "", prefix = "32"] = cidr.split("/");
    const start = address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
    return { start, end: start + 2 ** (32 - Number(prefix)) };
}
