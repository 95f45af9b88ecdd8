import * as z from "zod";
import { confKeyProblem, type ConfProblem, confValueProblem, isSecretKey } from "../../components/broker/conf";
import { accessSettings } from "./access";
import { cidr, integer, kubernetesName, nodePort, reportProblem, rule, secretString } from "./kit";

const image = z.strictObject({
    repository: z.string().min(1).prefault("vernemq/vernemq").describe("Image repository of the broker."),
    tag: rule(z.string().min(1), (tag) => tag !== "latest", {
        rule: "the tag latest changes under a running cluster",
        remedy: "name a version, for example 2.1.2-alpine",
    })
        .optional()
        .describe("Image tag. Default: the one that belongs to `chartVersion`."),
});

const persistence = z.strictObject({
    enabled: z
        .boolean()
        .prefault(true)
        .describe("Keep sessions, retained messages and the cluster state on a persistent volume."),
    sizeGiB: integer(1, 16_384).prefault(20).describe("Size of each broker's volume, in GiB."),
    storageClass: z
        .string()
        .min(1)
        .optional()
        .describe("Storage class. Default: the encrypted one of the target; on target existing the cluster's default."),
});

const resources = z.strictObject({
    cpu: z
        .number()
        .min(0.1, { error: "at least 0.1 cores" })
        .max(128, { error: "at most 128 cores" })
        .optional()
        .describe("Cores that each broker reserves. Default: 6 on a managed cluster, 0.5 on target existing."),
    memoryGiB: z
        .number()
        .min(0.5, { error: "at least 0.5 GiB: VerneMQ at rest takes 0.1, and each connection some 30 KiB" })
        .max(1024, { error: "at most 1024 GiB" })
        .optional()
        .describe(
            "Memory that each broker reserves and is limited to, in GiB. Default: 24 on a managed cluster, 1 on target existing.",
        ),
});

const service = z.strictObject({
    type: z
        .enum(["ClusterIP", "NodePort", "LoadBalancer"])
        .prefault("ClusterIP")
        .describe("Type of VerneMQ's own Service. Other than ClusterIP only with `edge.exposure: none`."),
    nodePorts: z
        .strictObject({
            mqtt: nodePort().describe("Node port of the MQTT listener."),
        })
        .optional()
        .describe("Needed with type NodePort: the chart's own defaults are outside Kubernetes' range."),
});

const egressTarget = rule(
    z.strictObject({
        port: integer(1, 65_535).describe("TCP port."),
        cidr: cidr().optional().describe("Network outside the cluster."),
        namespace: kubernetesName()
            .optional()
            .describe("Namespace inside the cluster. Some network plugins do not match pods by network."),
    }),
    ({ cidr: network, namespace }) => (network === undefined) !== (namespace === undefined),
    {
        rule: "a destination is a network or a namespace, one of the two",
        remedy: "give cidr for what is outside the cluster, namespace for what is inside",
    },
);

/** `vernemq:broker`: how VerneMQ runs and who may connect. */
export const brokerSchema = z.strictObject({
    engine: z
        .enum(["helm", "operator"])
        .prefault("helm")
        .describe(
            "What deploys VerneMQ: the official Helm chart. `operator` is refused: the upstream operator cannot run 2.x.",
        ),
    chartVersion: z
        .enum(["2.1.1", "2.1.2"])
        .prefault("2.1.2")
        .describe(
            "Version of the official Helm chart; both published ones that keep data through a restart are known.",
        ),
    image: image.prefault({}).describe("The broker's image."),
    acceptLicense: z
        .boolean()
        .prefault(false)
        .describe(
            "You accept the end user licence agreement of the official image, which asks for a paid subscription for commercial use. For an image of your own leave it false, unless it is a copy of the official one: an open-source build refuses to start with it.",
        ),
    replicas: integer(1, 9)
        .prefault(3)
        .describe("Number of brokers, one per node. Few big ones are better than many small ones."),
    maxReplicas: integer(1, 32)
        .optional()
        .describe(
            "Number of brokers that the edge is prepared for, so that scaling up to it restarts no HAProxy. Default: 9.",
        ),
    namespace: kubernetesName().prefault("messaging").describe("Kubernetes namespace of the broker and the edge."),
    ...accessSettings,
    maxConnections: integer(1000, 10_000_000)
        .prefault(100_000)
        .describe(
            "Connections that one broker's listener takes. Past it new ones hang, so stay well above the expected load.",
        ),
    maxMessageBytes: integer(0, 268_435_456).prefault(0).describe("Largest MQTT message, in bytes; 0 sets no limit."),
    persistence: persistence.prefault({}).describe("Volumes."),
    resources: resources.prefault({}).describe("What one broker reserves."),
    service: service.prefault({}).describe("VerneMQ's own Service."),
    egress: z
        .array(egressTarget)
        .prefault([])
        .describe(
            "Where brokers may connect to beside DNS, the Kubernetes API and each other: databases, webhooks, bridged brokers.",
        ),
    settings: z
        .record(
            z.string(),
            z.union([z.string(), z.number(), z.boolean()], { error: "a string, a number or a boolean" }),
        )
        .superRefine((settings, context) => {
            for (const [key, value] of Object.entries(settings)) {
                const problem = confKeyProblem(key) ?? misplacedSecret(key) ?? confValueProblem(value);
                reportProblem(context, [key], problem && { ...problem, secret: isSecretKey(key) });
            }
        })
        .prefault({})
        .describe("Further keys of vernemq.conf, for example `max_inflight_messages: 100`."),
    secretSettings: z
        .record(z.string(), secretString())
        .superRefine((settings, context) => {
            for (const [key, value] of Object.entries(settings)) {
                const problem = confKeyProblem(key) ?? confValueProblem(value.reveal());
                reportProblem(context, [key], problem && { ...problem, secret: true });
            }
        })
        .prefault({})
        .describe(
            "Further keys of vernemq.conf whose values are secret, for example `vmq_diversity.postgres.password`. A change restarts the brokers one by one.",
        ),
});

function misplacedSecret(key: string): ConfProblem | undefined {
    return isSecretKey(key)
        ? {
              rule: "this is a credential, and the values of a Helm release are kept in plain text",
              remedy: `move it to vernemq:broker.secretSettings: \`pulumi config set --secret --path 'vernemq:broker.secretSettings["${key}"]'\``,
          }
        : undefined;
}

export type BrokerSettings = z.output<typeof brokerSchema>;
