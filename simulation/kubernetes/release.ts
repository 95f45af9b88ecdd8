import { at, type ResourceModel } from "../provider";
import { isMatch, matches, rule, textOr } from "../rules";
import { vernemqAdditionRules } from "./vernemq-additions";
import { vernemqChartRules } from "./vernemq-chart";

const helm = "https://helm.sh/docs/";

export const release: ResourceModel = {
    rules: [
        rule(
            "version",
            "a release names its chart's exact version: a range or none installs another chart tomorrow",
            `${helm}chart_best_practices/dependencies/#versions`,
            ({ inputs }) => isMatch(inputs["version"], /^v?\d+\.\d+\.\d+([-+][0-9A-Za-z.-]+)?$/),
        ),
        matches(
            "name",
            /^[a-z0-9]([a-z0-9-]{0,51}[a-z0-9])?$/,
            "a release's name is a DNS label of at most 53 characters",
            `${helm}chart_template_guide/getting_started/`,
        ),
        rule(
            "skipAwait",
            "a release that is rolled back when its time is up waits for it, so awaiting may not be skipped",
            `${helm}helm/helm_upgrade/`,
            ({ inputs }) => inputs["atomic"] !== true || inputs["skipAwait"] !== true,
        ),
        ...vernemqChartRules,
        ...vernemqAdditionRules,
    ],
    // The provider never deletes first (pulumi-kubernetes 4.34, provider/pkg/provider/helm_release.go, Diff).
    deletesFirst: () => false,
    outputs: ({ inputs, symbol }) => ({
        name: inputs["name"] ?? symbol("name"),
        status: { name: at(inputs, "name"), namespace: at(inputs, "namespace"), status: "deployed" },
    }),
    id: ({ inputs, name }) => `${textOr(inputs["namespace"], "default")}/${textOr(inputs["name"], name)}`,
};
