import type * as pulumi from "@pulumi/pulumi";
import type { Broker } from "../components/broker/broker";
import { brokerPorts } from "../components/broker/ports";
import type { ClusterHandle } from "../components/common/cluster-handle";
import type { EdgeEndpoint } from "../components/edge/endpoint";
import { summarizeEdge } from "../components/edge/summary";
import type { Settings } from "./settings/settings";
import { endpointUrls } from "./endpoints";
import { nextCommands } from "./next-commands";
import type { DeployedObservability } from "./observability";

/** What a stack exports: where devices connect, whom they trust and what to run next. What a stack does not have is left out. */
export interface StackOutputs {
    /** URL by listener, for example `mqtts://mqtt.example.com:8883`. */
    readonly endpoints: Readonly<Record<string, string>>;
    /** Plain MQTT for clients inside the cluster. */
    readonly endpointInsideCluster: string;
    /** Address of the load balancer, for the DNS record of the host where this program creates none. */
    readonly address?: pulumi.Output<string>;
    /** The CA that clients have to trust, where they do not know it. */
    readonly ca?: pulumi.Output<string>;
    readonly clusterName: pulumi.Output<string>;
    /** A secret; left out where the machine's own kubeconfig is used. */
    readonly kubeconfig?: pulumi.Output<string>;
    /** Passwords that were generated, by user; a secret. */
    readonly passwords?: pulumi.Output<Record<string, string>>;
    /** Password of Grafana's user `admin`; a secret. */
    readonly grafanaPassword?: pulumi.Output<string>;
    /** The connection path in one line. */
    readonly edge: string;
    /** Commands to run next. */
    readonly nextCommands: readonly string[];
}

/** Gathers the outputs of a deployed stack. */
export function stackOutputs(parts: {
    readonly settings: Settings;
    readonly cluster: ClusterHandle;
    readonly broker: Broker;
    readonly endpoint: EdgeEndpoint | undefined;
    readonly observability: DeployedObservability | undefined;
    readonly ca: pulumi.Output<string> | undefined;
}): StackOutputs {
    const { settings, cluster, broker, endpoint, observability, ca } = parts;
    const hasPasswords = settings.broker.users.some((user) => user.password === undefined);
    return {
        endpoints: endpointUrls(settings, broker.release),
        endpointInsideCluster: `mqtt://${broker.names.internalService}.${settings.broker.namespace}.svc:${brokerPorts.mqtt}`,
        // Pulumi's SDK warns of an output that is undefined.
        ...(endpoint?.address === undefined ? {} : { address: endpoint.address }),
        ...(ca === undefined ? {} : { ca }),
        clusterName: cluster.clusterName,
        ...(cluster.kubeconfig === undefined ? {} : { kubeconfig: cluster.kubeconfig }),
        ...(hasPasswords ? { passwords: broker.passwords } : {}),
        ...(observability?.grafanaPassword === undefined ? {} : { grafanaPassword: observability.grafanaPassword }),
        edge: summarizeEdge(settings.edgePlan),
        nextCommands: nextCommands({
            settings,
            names: broker.names,
            edgeService: endpoint?.serviceName,
            hasKubeconfig: cluster.kubeconfig !== undefined,
            hasCa: ca !== undefined,
            hasPasswords,
        }),
    };
}
