import { type BrokerArgs, type FullBrokerArgs, normalizeBrokerArgs } from "./args";
import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../common/component";
import { createPullSecrets } from "../common/images";
import { podSecurityLabels } from "../common/pod-security";
import { createAuth, createSecretSettings, createUsers } from "./access/users";
import type { BrokerInfo } from "./info";
import { BrokerNetworkPolicy } from "./network-policy";
import { type BrokerNames, brokerNames, listenerHealthPaths } from "./names";
import { createOperated, operatedNetwork } from "./operator/engine";
import { brokerPorts } from "./ports";
import { type BrokerObjects, createRelease } from "./helm/release";

/**
 * VerneMQ as a release of its official Helm chart or as what upstream's operator creates, with its namespace, its users, its network rules and
 * its Service for clients inside the cluster.
 */
export class Broker extends Component implements BrokerInfo {
    readonly namespace: pulumi.Output<string>;
    /** What the brokers' objects are called. */
    readonly names: BrokerNames;
    readonly release: string;
    readonly headlessService: string;
    readonly podLabels: Readonly<Record<string, string>>;
    readonly healthPath: string;
    readonly replicas: number;
    readonly maxReplicas: number;
    readonly expectsProxyHeader: boolean;
    readonly imagePullSecrets: readonly pulumi.Input<string>[];
    readonly ready: readonly pulumi.Resource[];
    /** Passwords that were generated, by user; a secret. */
    readonly passwords: pulumi.Output<Record<string, string>>;

    constructor(name: string, given: BrokerArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:broker:Broker", name, opts);
        const args = normalizeBrokerArgs(given);
        const inCluster = { parent: this, provider: args.cluster.provider };
        const engine = args.operator === undefined ? "helm" : "operator";
        this.names = brokerNames[engine];
        this.healthPath = listenerHealthPaths[engine];
        this.release = this.names.workload;
        this.headlessService = this.names.headlessService;
        this.podLabels = this.names.podLabels;
        this.replicas = args.replicas;
        this.maxReplicas = args.maxReplicas;
        this.expectsProxyHeader = args.expectsProxyHeader;
        this.namespace = this.#createNamespace(args).metadata.name;
        this.imagePullSecrets = createPullSecrets(
            name,
            args.images,
            this.namespace,
            inCluster,
            args.transform?.imageRegistry,
        );
        const users = createUsers(name, args, { parent: this });
        this.passwords = pulumi.secret(
            pulumi.all(
                Object.fromEntries(users.filter((user) => user.generated).map((user) => [user.name, user.password])),
            ),
        );
        const auth = createAuth(name, args, this.namespace, users, inCluster);
        const network = this.child(BrokerNetworkPolicy, "network", {
            ...args,
            namespace: this.namespace,
            podLabels: this.podLabels,
            ...(args.operator === undefined ? {} : operatedNetwork(args.access)),
        });
        const made = {
            namespace: this.namespace,
            auth,
            settings: createSecretSettings(name, args, this.namespace, inCluster),
            imagePullSecrets: this.imagePullSecrets,
        };
        this.ready =
            args.operator === undefined
                ? this.#createReleased(name, args, made, network, inCluster)
                : createOperated(name, args, args.operator, { ...made, network: network.ready }, inCluster);
        this.registerOutputs({ namespace: this.namespace, passwords: this.passwords });
    }

    #createReleased(
        name: string,
        args: FullBrokerArgs,
        made: BrokerObjects,
        network: BrokerNetworkPolicy,
        opts: pulumi.CustomResourceOptions,
    ): readonly pulumi.Resource[] {
        // The rules stand before the first broker does: until then its cluster ports would be open.
        const release = createRelease(name, args, made, {
            ...opts,
            dependsOn: [...network.ready, ...(args.after ?? [])],
        });
        return [release, this.#createInternalService(args)];
    }

    #createInternalService({ cluster: { provider }, transform }: FullBrokerArgs): core.Service {
        return this.childWith({ provider, transform: transform?.internalService }, core.Service, "internal", {
            metadata: { name: this.names.internalService, namespace: this.namespace },
            spec: {
                type: "ClusterIP",
                selector: this.podLabels,
                sessionAffinity: "ClientIP",
                ports: [{ name: "mqtt", protocol: "TCP", port: brokerPorts.mqtt, targetPort: brokerPorts.internal }],
            },
        });
    }

    /**
     * Brokers, HAProxy and the operator keep to the level restricted, so a user who gets to create pods here gains no privileges by it. The
     * operator's plugin bundler does not: the Deployment that the operator creates of it has no security context (vmq-operator,
     * controllers/deployment.go).
     */
    #createNamespace({ cluster, namespace, operator, transform }: FullBrokerArgs): core.Namespace {
        const { provider, ready } = cluster;
        const options = { provider, dependsOn: [...ready], transform: transform?.namespace };
        return this.childWith(options, core.Namespace, "namespace", {
            metadata: {
                name: namespace,
                labels: podSecurityLabels(operator === undefined ? "restricted" : "baseline"),
            },
        });
    }
}
