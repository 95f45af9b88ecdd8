import * as core from "@pulumi/kubernetes/core/v1";
import * as helm from "@pulumi/kubernetes/helm/v3";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { ClusterHandle } from "../cluster/handle";
import { aclFile } from "./acl";
import type { BrokerFacts } from "./facts";
import { passwdFile } from "./passwd";
import { brokerPodLabels, brokerPorts } from "./ports";
import { chartValues, type ChartValuesInput, releaseTimeoutSeconds } from "./values";
import { chartRepository } from "./versions";

export interface BrokerArgs extends Pick<
    ChartValuesInput,
    | "chartVersion"
    | "image"
    | "acceptLicense"
    | "replicas"
    | "allowAnonymous"
    | "maxConnections"
    | "maxMessageBytes"
    | "cpu"
    | "memoryGiB"
    | "persistence"
    | "service"
    | "expectsProxyHeader"
    | "settings"
> {
    readonly cluster: ClusterHandle;
    readonly namespace: string;
    /** Number of brokers that the edge is prepared for. */
    readonly maxReplicas: number;
    /** Users; a password that is left out is generated. */
    readonly users: readonly { readonly name: string; readonly password?: pulumi.Input<string> }[];
    /** Lines of vmq.acl. */
    readonly acl: readonly string[];
}

const release = "vernemq";

/** VerneMQ as a release of its official Helm chart, with its namespace, its users and its Service for clients inside the cluster. */
export class Broker extends pulumi.ComponentResource implements BrokerFacts {
    readonly namespace: pulumi.Output<string>;
    readonly release = release;
    readonly headlessService = `${release}-headless`;
    readonly podLabels = brokerPodLabels(release);
    readonly replicas: number;
    readonly maxReplicas: number;
    readonly expectsProxyHeader: boolean;
    readonly ready: readonly pulumi.Resource[];
    /** Passwords that were generated, by user; a secret. */
    readonly passwords: pulumi.Output<Record<string, string>>;

    constructor(name: string, args: BrokerArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:broker:Broker", name, {}, opts);
        const inCluster = { parent: this, provider: args.cluster.provider };
        const namespace = new core.Namespace(
            `${name}-namespace`,
            { metadata: { name: args.namespace } },
            { ...inCluster, dependsOn: [...args.cluster.ready] },
        );
        this.namespace = namespace.metadata.name;
        const users = this.#users(name, args);
        const auth = new core.Secret(
            `${name}-auth`,
            {
                metadata: { name: `${release}-auth`, namespace: this.namespace },
                stringData: {
                    "vmq.acl": aclFile(args.acl),
                    "vmq.passwd": pulumi.secret(
                        pulumi.all(users.map((user) => pulumi.output(user.password))).apply((passwords) =>
                            passwdFile(
                                users.map((user, index) => ({ name: user.name, password: passwords[index] ?? "" })),
                                `${pulumi.getProject()}/${pulumi.getStack()}`,
                            ),
                        ),
                    ),
                },
            },
            inCluster,
        );
        const chart = new helm.Release(
            `${name}-release`,
            {
                name: release,
                namespace: this.namespace,
                chart: "vernemq",
                version: args.chartVersion,
                repositoryOpts: { repo: chartRepository },
                atomic: true,
                timeout: releaseTimeoutSeconds(args.replicas),
                values: chartValues({
                    ...args,
                    placement: args.cluster.brokerPlacement,
                    persistence: {
                        ...args.persistence,
                        storageClass: args.persistence.storageClass ?? args.cluster.storageClassName,
                    },
                    authSecretName: auth.metadata.name,
                }),
            },
            inCluster,
        );
        const internal = new core.Service(
            `${name}-internal`,
            {
                metadata: { name: `${release}-internal`, namespace: this.namespace },
                spec: {
                    selector: this.podLabels,
                    ports: [{ name: "mqtt", port: brokerPorts.mqtt, targetPort: brokerPorts.internal }],
                },
            },
            inCluster,
        );
        this.replicas = args.replicas;
        this.maxReplicas = args.maxReplicas;
        this.expectsProxyHeader = args.expectsProxyHeader;
        this.passwords = pulumi.secret(
            pulumi.all(
                Object.fromEntries(users.filter((user) => user.generated).map((user) => [user.name, user.password])),
            ),
        );
        this.ready = [chart, internal];
        this.registerOutputs({ namespace: this.namespace, passwords: this.passwords });
    }

    /** The users with their passwords: given as a secret, or generated and kept in the state. */
    #users(name: string, args: BrokerArgs) {
        return args.users.map((user) => ({
            name: user.name,
            generated: user.password === undefined,
            password:
                user.password === undefined
                    ? new random.RandomPassword(
                          `${name}-password-${user.name}`,
                          { length: 32, special: false },
                          { parent: this },
                      ).result
                    : pulumi.secret(user.password),
        }));
    }
}
