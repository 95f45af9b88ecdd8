import { confSchemaProblem, hasOtherAuthentication } from "../../components/broker/conf";
import { isOfficialImage } from "../../components/broker/versions";
import type { Problem } from "../../components/problem";
import type { ParsedGroups } from "../config";
import { propertyPath } from "../schema/problems";

/** Combinations of the broker's settings that cannot work. */
export function brokerProblems(groups: ParsedGroups): Problem[] {
    return [
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
    ].flatMap((rule) => rule(groups));
}

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
