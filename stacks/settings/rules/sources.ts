import { compact } from "../../../components/common/compact";
import { mirrorHosts } from "../../../components/common/image-names";
import { archiveOf } from "../../../components/common/charts";
import type { Problem } from "../../../components/common/problem";
import { certManagerVersion } from "../../../components/kubernetes/defaults";
import type { ChartSetting } from "../schema/sources";
import { targetOf } from "../../targets/registry";
import type { ParsedGroups } from "../settings";

/** The charts that a stack installs, with the version of each. */
function installedCharts(groups: ParsedGroups): Partial<Record<ChartSetting, string>> {
    const { broker, certificate, observability } = groups;
    return {
        vernemq: broker.engine === "helm" ? broker.chartVersion : undefined,
        certManager:
            (certificate.source === "acme" || certificate.source === "private-ca") &&
            certificate.certManager === "install"
                ? certManagerVersion
                : undefined,
        monitoring:
            observability.metrics !== "none" && observability.stack.enabled
                ? observability.stack.chartVersion
                : undefined,
        ...targetOf(groups.target).charts(groups),
    };
}

/** Sources that cannot give what the stack asks of them. */
export function sourceProblems(groups: ParsedGroups): Problem[] {
    const { charts, images } = groups.sources;
    const installed = installedCharts(groups);
    const hosts = mirrorHosts(images.mirror);
    return compact([
        ...entriesOf(charts).map(([name, source]) => {
            const [archive, version] = [archiveOf(source), installed[name]];
            return (
                archive !== undefined &&
                version !== undefined &&
                bare(archive.version) !== bare(version) && {
                    key: `vernemq:sources.charts.${name}`,
                    value: source,
                    rule: `the stack installs version ${version} of this chart`,
                    remedy: `fetch that one: \`helm pull ${archive.name} --version ${version}\` with its repository`,
                }
            );
        }),
        images.credentials !== undefined &&
            images.credentials.registry === undefined &&
            hosts.length !== 1 && {
                key: "vernemq:sources.images.credentials.registry",
                rule: `credentials are for one registry, and ${hosts.length === 0 ? "there is no mirror that they could be for" : `the mirrors are in ${hosts.join(" and ")}`}`,
                remedy:
                    hosts.length === 0
                        ? "name the registry, or set vernemq:sources.images.mirror"
                        : "name the registry, and give the Secrets for the others as pullSecrets",
            },
    ]);
}

/** One block of sources is meant for all stacks of a network, so a chart that one of them does not install is no mistake. */
export function sourceWarnings(groups: ParsedGroups): string[] {
    const installed = installedCharts(groups);
    const idle = entriesOf(groups.sources.charts)
        .filter(([name]) => installed[name] === undefined)
        .map(([name]) => `sources.charts.${name}`);
    return idle.length === 0 ? [] : [`This stack does not install the charts of ${idle.join(", ")}.`];
}

function entriesOf(charts: ParsedGroups["sources"]["charts"]): [ChartSetting, string][] {
    return Object.entries(charts) as [ChartSetting, string][];
}

/** cert-manager's publisher writes a `v` before the version, and its charts are found with it and without. */
function bare(version: string): string {
    return version.replace(/^v/, "");
}
