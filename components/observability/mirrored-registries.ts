import { type Mirror, mirrorOf } from "../common/image-names";

/**
 * Values of kube-prometheus-stack for images whose registries have a mirror each: `global.imageRegistry` would be one for all of them
 * (charts/kube-prometheus-stack/values.yaml, 88.5.3, and those of the charts in it).
 */
export function mirroredRegistries(mirror: Mirror): Record<string, unknown> {
    const from = (host: string) => {
        const registry = mirrorOf(host, mirror);
        return registry === undefined ? {} : { image: { registry } };
    };
    const quay = from("quay.io");
    return {
        prometheusOperator: {
            ...quay,
            prometheusConfigReloader: quay,
            thanosImage: quay.image,
            admissionWebhooks: { patch: from("ghcr.io") },
        },
        prometheus: { prometheusSpec: quay },
        alertmanager: { alertmanagerSpec: quay },
        "kube-state-metrics": from("registry.k8s.io"),
        "prometheus-node-exporter": quay,
        grafana: { ...from("docker.io"), sidecar: quay },
    };
}
