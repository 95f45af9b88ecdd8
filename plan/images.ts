import type { Origin } from "../components/common/catalog";
import { chartName } from "../components/common/charts";
import { valueOf, valuesOf } from "../components/common/property-path";
import type { PlannedResource } from "./graph";
import { operatedBrokersType } from "./roles";

/** An image that a resource pulls, by its repository, with its tag where the resource itself names it. */
export interface PulledImage {
    readonly resource: string;
    readonly image: string;
}

/** An image of a chart: its repository with the chart's defaults, and how the chart puts it together of its values. */
type ChartImage = (values: unknown) => readonly string[];

/** `repository` under a path of the values. */
function whole(path: string, published: string, isUsed: (values: unknown) => boolean = () => true): ChartImage {
    return (values) => (isUsed(values) ? [textOr(valueOf(values, `${path}.repository`), published)] : []);
}

/** kube-prometheus-stack: a registry that all images share, and a registry of the image's own where that is not set. */
function ofMonitoring(path: string, registry: string, repository: string): ChartImage {
    return (values) => {
        const own = textOr(valueOf(values, `${path}.registry`), registry);
        const host = textOr(valueOf(values, "global.imageRegistry"), own);
        return [`${host}/${textOr(valueOf(values, `${path}.repository`), repository)}`];
    };
}

function textOr(value: unknown, otherwise: string): string {
    return typeof value === "string" && value !== "" ? value : otherwise;
}

/** cert-manager's `cert-manager.image` (templates/_helpers.tpl): a repository as a whole, else registry, namespace and name. */
function ofCertManager(path: string, name: string): ChartImage {
    return (values) => {
        const repository = valueOf(values, `${path}repository`);
        const [registry, folder] = [valueOf(values, "imageRegistry"), valueOf(values, "imageNamespace")];
        return [textOr(repository, `${textOr(registry, "quay.io")}/${textOr(folder, "jetstack")}/${name}`)];
    };
}

/**
 * The images of the charts that the program installs, each read in the chart's values and templates at that version, and compared with what
 * `helm template` renders of them.
 */
export const imagesOfCharts: Readonly<Record<string, Origin & { readonly images: readonly ChartImage[] }>> = {
    vernemq: {
        source: "https://github.com/vernemq/docker-vernemq, helm/vernemq/templates/statefulset.yaml, 2.1.1",
        asOf: "2026-11",
        images: [whole("image", "vernemq/vernemq")],
    },
    "aws-load-balancer-controller": {
        source: "https://github.com/aws/eks-charts, stable/aws-load-balancer-controller/templates/deployment.yaml, 3.5.0",
        asOf: "2026-11",
        images: [whole("image", "public.ecr.aws/eks/aws-load-balancer-controller")],
    },
    "cert-manager": {
        source: "https://github.com/cert-manager/cert-manager, deploy/charts/cert-manager, 1.21.1",
        asOf: "2026-11",
        images: [
            ofCertManager("image.", "cert-manager-controller"),
            ofCertManager("webhook.image.", "cert-manager-webhook"),
            ofCertManager("cainjector.image.", "cert-manager-cainjector"),
            // A pod that proves a name over HTTP; the controller is told of it as an argument.
            ofCertManager("acmesolver.image.", "cert-manager-acmesolver"),
            ofCertManager("startupapicheck.image.", "cert-manager-startupapicheck"),
        ],
    },
    metallb: {
        source: "https://github.com/metallb/metallb, charts/metallb, 0.16.1, and in it https://github.com/metallb/frr-k8s, charts/frr-k8s, 0.0.25",
        asOf: "2026-11",
        images: [
            whole("controller.image", "quay.io/metallb/controller"),
            whole("speaker.image", "quay.io/metallb/speaker"),
            whole(
                "speaker.frr.image",
                "quay.io/frrouting/frr",
                (values) => valueOf(values, "speaker.frr.enabled") === true,
            ),
            whole("frr-k8s.frrk8s.image", "quay.io/metallb/frr-k8s", usesFrrK8s),
            whole("frr-k8s.frrk8s.frr.image", "quay.io/frrouting/frr", usesFrrK8s),
        ],
    },
    "kube-prometheus-stack": {
        source: "https://github.com/prometheus-community/helm-charts, charts/kube-prometheus-stack, 88.5.3, with the charts in it",
        asOf: "2026-11",
        images: [
            ofMonitoring("prometheusOperator.image", "quay.io", "prometheus-operator/prometheus-operator"),
            ofMonitoring(
                "prometheusOperator.prometheusConfigReloader.image",
                "quay.io",
                "prometheus-operator/prometheus-config-reloader",
            ),
            ofMonitoring("prometheusOperator.thanosImage", "quay.io", "thanos/thanos"),
            ofMonitoring(
                "prometheusOperator.admissionWebhooks.patch.image",
                "ghcr.io",
                "jkroepke/kube-webhook-certgen",
            ),
            ofMonitoring("prometheus.prometheusSpec.image", "quay.io", "prometheus/prometheus"),
            ofMonitoring("alertmanager.alertmanagerSpec.image", "quay.io", "prometheus/alertmanager"),
            ofMonitoring("kube-state-metrics.image", "registry.k8s.io", "kube-state-metrics/kube-state-metrics"),
            ofMonitoring("prometheus-node-exporter.image", "quay.io", "prometheus/node-exporter"),
            ofMonitoring("grafana.image", "docker.io", "grafana/grafana"),
            ofMonitoring("grafana.sidecar.image", "quay.io", "kiwigrid/k8s-sidecar"),
        ],
    },
};

function usesFrrK8s(values: unknown): boolean {
    return valueOf(values, "frrk8s.enabled") !== false;
}

/** Every image that the pods of a plan pull: of its own objects, and of its charts as the charts' templates read their values. */
export function pulledImages(resources: readonly PlannedResource[]): readonly PulledImage[] {
    return resources.flatMap(({ name, type, inputs }) =>
        imagesOf(type, inputs).map((image) => ({ resource: name, image })),
    );
}

/** Releases whose images no table here knows. */
export function chartsOfUnknownImages(resources: readonly PlannedResource[]): readonly string[] {
    return resources
        .filter(
            ({ type, inputs }) =>
                type === releaseType && !Object.hasOwn(imagesOfCharts, chartName(inputs["chart"]) ?? ""),
        )
        .map(({ name }) => name);
}

export const releaseType = "kubernetes:helm.sh/v3:Release";

/** The images that a resource's pods pull. */
export function imagesOf(type: string, inputs: PlannedResource["inputs"]): readonly string[] {
    if (type === releaseType) {
        const name = chartName(inputs["chart"]) ?? "";
        return (Object.hasOwn(imagesOfCharts, name) ? (imagesOfCharts[name]?.images ?? []) : []).flatMap((image) =>
            image(inputs["values"]),
        );
    }
    if (type === operatedBrokersType) {
        return [...valuesOf(inputs, "spec.image"), ...valuesOf(inputs, "spec.bundlerImage")].map(String);
    }
    return ["containers", "initContainers"].flatMap((list) =>
        ["spec", "spec.template.spec", "spec.jobTemplate.spec.template.spec"].flatMap((pod) =>
            valuesOf(inputs, `${pod}.${list}.*.image`).map(String),
        ),
    );
}
