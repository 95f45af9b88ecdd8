import { hasOtherAuthentication } from "../../components/broker/conf";
import { isOfficialImage } from "../../components/broker/versions";
import type { Problem } from "../../components/problem";
import type { ParsedGroups } from "../config";
import { brokerProblems } from "./broker";
import { certificateProblems } from "./certificate";
import { clusterProblems } from "./cluster";
import { edgeProblems, edgeWarnings } from "./edge";
import { platformProblems, platformWarnings } from "./platform";

/** What no single setting can say: combinations that cannot work. */
export function crossProblems(groups: ParsedGroups): Problem[] {
    return [brokerProblems, edgeProblems, certificateProblems, clusterProblems, platformProblems].flatMap((rules) =>
        rules(groups),
    );
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
        ...edgeWarnings(groups),
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
