/** What the release of kube-prometheus-stack and all that it makes is called; fixed, so that commands and docs can name it. */
export const monitoringRelease = "monitoring";

/** Grafana's Service (port 80): the chart's subchart puts its own name behind the release's. */
export const grafanaService = `${monitoringRelease}-grafana`;
