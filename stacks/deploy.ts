import { labelWithOrigin } from "../components/kubernetes/labels";
import { clusterCertificates } from "./certificate";
import { deployBroker } from "./broker";
import { deployHaproxy } from "./haproxy";
import { deployObservability } from "./observability";
import { stackOutputs, type StackOutputs } from "./outputs";
import { hostsInZone } from "./settings/hosts";
import type { Settings } from "./settings/settings";
import { targetOf } from "./targets/registry";

export type { StackOutputs } from "./outputs";

/** Deploys a stack: the one sequence for every target. Only the target's own modules, and with them its cloud's SDK, are loaded. */
export async function deploy(settings: Settings): Promise<StackOutputs> {
    labelWithOrigin(settings);
    const target = await targetOf(settings.target).create(settings);
    const { cluster } = target;
    const broker = deployBroker(settings, cluster, target.brokerNetwork);
    const inCluster = clusterCertificates(settings, cluster, broker, target.dnsPermission);
    const haproxy = deployHaproxy(settings, cluster, broker, inCluster);
    const atCloud = target.certificate();
    const endpoint = target.loadBalancer({ broker, haproxy, certificate: atCloud });
    const { dns, edge } = settings;
    if (dns !== undefined && endpoint?.address !== undefined) {
        const hosts = hostsInZone(settings).map((host) => ({
            resourceName: host === edge.host ? "vernemq-dns" : `vernemq-dns-${host}`,
            host,
        }));
        await target.records({ dns, hosts, address: endpoint.address, endpoint });
    }
    const observability = deployObservability(settings, { cluster, broker, haproxy, certificates: inCluster });
    return stackOutputs({
        settings,
        cluster,
        broker,
        endpoint,
        observability,
        ca: (inCluster?.first ?? atCloud)?.caPem,
    });
}
