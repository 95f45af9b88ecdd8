import { brokerDefaults } from "../../../components/broker/defaults";
import { brokerCount } from "../../../components/broker/replicas";
import * as z from "zod";
import {
    confKeyProblem,
    type ConfProblem,
    confValueProblem,
    isSecretKey,
} from "../../../components/broker/config/conf";
import type { EgressTarget } from "../../../components/broker/network-rules";
import { holdsLoginOrQuery } from "../../../components/broker/destination";
import { accessSettings } from "./access";
import { operatorSettings } from "./operator";
import {
    choice,
    cidr,
    flag,
    imageRepository,
    imageTag,
    integer,
    kubernetesName,
    matching,
    nodePort,
    optionalBlock,
    reportProblem,
    rule,
    secretString,
    text,
} from "./types";

const image = z.strictObject({
    repository: imageRepository().prefault(brokerDefaults.imageRepository).describe("Image repository of the broker."),
    tag: rule(imageTag(), (tag) => tag !== "latest", {
        rule: "the tag latest changes under a running cluster",
        remedy: "name a version, for example 2.1.2-alpine",
    })
        .optional()
        .describe("Image tag. Default: the one that belongs to `chartVersion`."),
});

const persistence = z.strictObject({
    enabled: flag(brokerDefaults.persistence.enabled).describe(
        "Keep sessions, retained messages and the cluster state on a persistent volume.",
    ),
    sizeGiB: integer(1, 16_384, brokerDefaults.persistence.sizeGiB).describe("Size of each broker's volume, in GiB."),
    storageClass: text()
        .optional()
        .describe("Storage class. Default: the encrypted one of the target; on target existing the cluster's default."),
    whenScaled: choice(["Retain", "Delete"], brokerDefaults.persistence.whenScaled).describe(
        "What becomes of the volume of a broker that is scaled away. With Delete a later scale-up starts empty, which is what VerneMQ needs after a leave, and a broker that did not leave first loses its queued messages. Needs Kubernetes 1.27; uninstalling never deletes a volume claim by itself.",
    ),
});

const eitherPriority = "the name of a PriorityClass that is in the cluster, or a whole number from 1 to 1000000000";

/** A class of the cluster by its name, or the value of one to make. Values above a thousand million are Kubernetes' own. */
const priorityClass = z.union(
    [
        matching(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, eitherPriority),
        z
            .int({ error: eitherPriority })
            .min(1, { error: eitherPriority })
            .max(1_000_000_000, { error: eitherPriority }),
    ],
    { error: eitherPriority },
);

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
    type: choice(["ClusterIP", "NodePort", "LoadBalancer"], brokerDefaults.service.type).describe(
        "Type of VerneMQ's own Service. Other than ClusterIP only with `edge.exposure: none`.",
    ),
    webSocket: flag(brokerDefaults.service.webSocket).describe(
        "Also offer WebSocket without TLS (port 8080, path /mqtt). Only with `edge.exposure: none`; an edge serves it itself.",
    ),
    nodePorts: optionalBlock("Required with type NodePort: the chart's own defaults are outside Kubernetes' range.", {
        mqtt: nodePort().describe("Node port of the MQTT listener."),
        ws: nodePort().optional().describe("Node port of WebSocket, with `webSocket`."),
    }),
    annotations: z
        .record(text(), z.string())
        .prefault({})
        .describe(
            "Annotations of the Service, for example for the controller of its load balancer. The chart has no loadBalancerClass.",
        ),
    affinitySeconds: integer(1, 86_400)
        .optional()
        .describe(
            "How long a node's kube-proxy remembers which broker an address was sent to, in seconds since its last connection. Default: Kubernetes' own, 10800.",
        ),
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
).transform((target) => target as EgressTarget);

/** `vernemq:broker`: how VerneMQ runs and who may connect. */
export const brokerSchema = z.strictObject({
    engine: choice(["helm", "operator"], "helm").describe(
        "What deploys VerneMQ: the official Helm chart, or upstream's operator, which supports VerneMQ 1.x only and needs your own images (`operator`).",
    ),
    chartVersion: choice(["2.1.1", "2.1.2"], brokerDefaults.chartVersion).describe(
        "Version of the official Helm chart; both published ones that keep data through a restart are known.",
    ),
    operator: operatorSettings,
    image: image.prefault({}).describe("The broker's image."),
    acceptLicense: flag(brokerDefaults.acceptLicense).describe(
        "You accept the end user license agreement of the official image, which requires a paid subscription for commercial use. For your own image leave it false, unless it is a copy of the official one: an open-source build refuses to start with it.",
    ),
    replicas: integer(brokerCount.least, brokerCount.most, brokerDefaults.replicas).describe(
        "Number of brokers, one per node. A few large ones are better than many small ones.",
    ),
    maxReplicas: integer(brokerCount.least, brokerCount.most)
        .optional()
        .describe(
            "Number of brokers that the edge is prepared for, so that scaling up to it does not restart HAProxy. Default: 9, or `replicas` where that is more.",
        ),
    namespace: rule(kubernetesName(), (name) => name !== "default" && !name.startsWith("kube-"), {
        rule: "the program creates this namespace, and every cluster has this one already",
        remedy: "name a dedicated one, for example messaging",
    })
        .prefault(brokerDefaults.namespace)
        .describe("Kubernetes namespace of the broker and the edge."),
    ...accessSettings,
    cookie: choice(["generated", "image"], brokerDefaults.cookie).describe(
        "Erlang cookie, by which brokers trust each other; any client that has it can run code in them. A random one, in a Secret, or the image's own, which for the official image is `vmq`. A random one needs /bin/bash, `start_vernemq` and a line -setcookie in /vernemq/etc/vm.args of the image, as the official one has. A change splits the cluster while the brokers restart one by one.",
    ),
    zoneSpread: choice(["preferred", "required"], brokerDefaults.zoneSpread).describe(
        "One broker in each zone before a second one in any: preferred takes another zone where one has no room; required leaves a broker pending then.",
    ),
    priorityClass: priorityClass
        .optional()
        .describe(
            "Priority of the brokers among pods: the name of a PriorityClass that is in the cluster, or a number, for which a class is created; pods without a class have 0. Default: the cluster's default.",
        ),
    startupSeconds: integer(60, 3600, brokerDefaults.startupSeconds).describe(
        "Seconds that a broker may take to start before it is restarted. Raise it for a message store that takes longer to open.",
    ),
    maxConnections: integer(1000, 10_000_000, brokerDefaults.maxConnections).describe(
        "Connections that one broker's listener takes. Beyond that, new ones hang, so stay well above the expected load.",
    ),
    maxMessageBytes: integer(0, 268_435_456, brokerDefaults.maxMessageBytes).describe(
        "Largest MQTT message, in bytes; 0 sets no limit.",
    ),
    persistence: persistence.prefault({}).describe("Volumes."),
    resources: resources.prefault({}).describe("What one broker reserves."),
    service: service.prefault({}).describe("VerneMQ's own Service."),
    egress: z
        .array(egressTarget)
        .prefault([])
        .describe(
            "Where brokers may connect to, besides DNS, the Kubernetes API and each other: databases, webhooks, bridged brokers.",
        ),
    settings: z
        .record(
            z.string(),
            z.union([z.string(), z.number(), z.boolean()], { error: "a string, a number or a boolean" }),
        )
        .superRefine((settings, context) => {
            for (const [key, value] of Object.entries(settings)) {
                const problem = confKeyProblem(key) ?? misplacedSecret(key, value) ?? confValueProblem(value);
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

function misplacedSecret(key: string, value: string | number | boolean): ConfProblem | undefined {
    const isUrl = typeof value === "string" && holdsLoginOrQuery(value);
    return isSecretKey(key) || isUrl
        ? {
              rule: `this is ${isUrl ? "a URL with a login or query" : "a credential"}, and the values of a Helm release are kept in plain text`,
              remedy: `move it to vernemq:broker.secretSettings: \`pulumi config set --secret --path 'vernemq:broker.secretSettings["${key}"]'\``,
          }
        : undefined;
}

export type BrokerSettings = z.output<typeof brokerSchema>;
