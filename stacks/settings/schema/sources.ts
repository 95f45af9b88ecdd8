import * as z from "zod";
import { chartSourceProblem } from "../../../components/common/charts";
import { isMirror, isRegistryHost } from "../../../components/common/image-names";
import { named, secretString, subdomainName, text } from "./types";

function chart(name: string, title: string) {
    return named(
        z.string(),
        (source) => chartSourceProblem(source, name),
        `name the repository without user and password, copy the chart into a registry with \`helm push\`, or fetch its archive with \`helm pull\``,
    )
        .optional()
        .describe(
            `Source of the chart ${name} (${title}): a Helm repository \`https://...\`, its address \`oci://.../${name}\` without a tag, or the path of \`${name}-VERSION.tgz\` from the project's folder. Default: its publisher's.`,
        );
}

const credentials = z.strictObject({
    registry: z
        .string()
        .refine(isRegistryHost, { error: "a registry's host, for example registry.example.com:5000" })
        .optional()
        .describe(
            "Host of the registry, with its port where it has one. Default: the host of `mirror`, if there is only one.",
        ),
    username: text().describe("User of the registry, who may pull."),
    password: secretString().describe("Password or token of the user, a secret."),
});

const eitherMirror =
    "a registry, with a path or without, for example registry.example.com/mirror, or one for each registry by its host";

/** Not refined within the union, which would say of every mistake that it is neither. */
const mirror = z
    .union([z.string(), z.record(z.string(), z.string())], { error: eitherMirror })
    .superRefine((given, context) => {
        const ofAll = typeof given === "string";
        for (const [host, place] of ofAll ? ([["", given]] as const) : Object.entries(given)) {
            const rule =
                !ofAll && !isRegistryHost(host)
                    ? "the key is a registry's host, for example docker.io"
                    : isMirror(place)
                      ? undefined
                      : ofAll
                        ? eitherMirror
                        : "a registry, with a path or without, for example registry.example.com/mirror";
            if (rule !== undefined) {
                context.addIssue({ code: "custom", path: ofAll ? [] : [host], message: rule });
            }
        }
    });

const images = z.strictObject({
    mirror: mirror
        .optional()
        .describe(
            "Registry, with a path or without, that takes the place of the host in the name of each image: `vernemq/vernemq` is pulled from `registry.example.com/mirror/vernemq/vernemq`. Or one for each registry by its host, and images of others are pulled from where they are: `{ docker.io: harbor.example.com/dockerhub, quay.io: harbor.example.com/quay }`. It applies to the images of the settings too, unless they are in the mirror's registry already. What the cloud itself runs on its nodes comes from the cloud's registry.",
        ),
    pullSecrets: z
        .array(subdomainName())
        .prefault([])
        .describe(
            "Names of Secrets of type kubernetes.io/dockerconfigjson for pulling images, which something else puts into each namespace that the program creates.",
        ),
    credentials: credentials
        .optional()
        .describe(
            "Credentials of the registry: the program writes them as a Secret into each namespace that pulls images.",
        ),
});

const charts = z.strictObject({
    vernemq: chart("vernemq", "VerneMQ"),
    certManager: chart("cert-manager", "cert-manager"),
    metallb: chart("metallb", "MetalLB"),
    loadBalancerController: chart("aws-load-balancer-controller", "AWS Load Balancer Controller"),
    monitoring: chart("kube-prometheus-stack", "Prometheus, Alertmanager and Grafana"),
});

/** `vernemq:sources`: where charts and images come from, for networks that do not reach public ones. */
export const sourcesSchema = z.strictObject({
    charts: charts.prefault({}).describe("Helm charts, which the machine that runs an update fetches."),
    images: images.prefault({}).describe("Images, which the cluster's nodes pull."),
});

/** Names of the charts whose source is a setting. */
export type ChartSetting = keyof z.output<typeof charts>;

export type SourceSettings = z.output<typeof sourcesSchema>;
