import { at, type ResourceModel, type Rule } from "../provider";
import { textOr } from "./object";
import { vernemqAdditionRules } from "./vernemq-additions";
import { vernemqChartRules } from "./vernemq-chart";

const helm = "https://helm.sh/docs/";

const versionIsExact: Rule = {
    text: "a release names its chart's exact version: a range or none installs another chart tomorrow",
    source: `${helm}chart_best_practices/dependencies/#versions`,
    brokenBy: ({ inputs }) =>
        /^v?\d+\.\d+\.\d+([-+][0-9A-Za-z.-]+)?$/.test(textOr(inputs["version"], "")) ? undefined : "version",
};

const nameIsShort: Rule = {
    text: "a release's name is a DNS label of at most 53 characters",
    source: `${helm}chart_template_guide/getting_started/`,
    brokenBy: ({ inputs }) => {
        const name = inputs["name"];
        return name === undefined || /^[a-z0-9]([a-z0-9-]{0,51}[a-z0-9])?$/.test(textOr(name, "")) ? undefined : "name";
    },
};

const waitsLongEnough: Rule = {
    text: "a release that is rolled back when its time is up waits for it, so awaiting may not be skipped",
    source: `${helm}helm/helm_upgrade/`,
    brokenBy: ({ inputs }) => (inputs["atomic"] === true && inputs["skipAwait"] === true ? "skipAwait" : undefined),
};

export const release: ResourceModel = {
    rules: [versionIsExact, nameIsShort, waitsLongEnough, ...vernemqChartRules, ...vernemqAdditionRules],
    // The provider never deletes first (pulumi-kubernetes 4.34, provider/pkg/provider/helm_release.go, Diff).
    deletesFirst: () => false,
    outputs: ({ inputs, symbol }) => ({
        name: inputs["name"] ?? symbol("name"),
        status: { name: at(inputs, "name"), namespace: at(inputs, "namespace"), status: "deployed" },
    }),
    id: ({ inputs, name }) => `${textOr(inputs["namespace"], "default")}/${textOr(inputs["name"], name)}`,
};
