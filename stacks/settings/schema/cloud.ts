import type { Target } from "../../../components/common/target";

/** What the clouds' own config keys say. Which are set depends on the target. */
export interface CloudSettings {
    /** `aws:region`, `gcp:region` or `azure-native:location`. */
    readonly region?: string;
    /** `gcp:project`. */
    readonly project?: string;
}

interface CloudKey {
    readonly key: string;
    readonly name: keyof CloudSettings;
    readonly pattern: RegExp;
    readonly rule: string;
    readonly remedy: string;
    readonly description: string;
}

/** The keys of the clouds' own providers that a target needs. The providers read them too. */
export const cloudKeys: Readonly<Record<Target, readonly CloudKey[]>> = {
    eks: [
        {
            key: "aws:region",
            name: "region",
            pattern: /^[a-z]{2}(-[a-z]+)+-\d$/,
            rule: "EKS needs a region of AWS, for example eu-central-1",
            remedy: "run `pulumi config set aws:region REGION`",
            description: "Region of everything on AWS.",
        },
    ],
    gke: [
        {
            key: "gcp:project",
            name: "project",
            pattern: /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
            rule: "GKE needs the id of a Google Cloud project: 6 to 30 lower-case letters, digits and hyphens",
            remedy: "run `pulumi config set gcp:project PROJECT`",
            description: "Google Cloud project.",
        },
        {
            key: "gcp:region",
            name: "region",
            pattern: /^[a-z]+-[a-z]+\d{1,2}$/,
            rule: "GKE needs a region of Google Cloud, for example europe-west3",
            remedy: "run `pulumi config set gcp:region REGION`",
            description: "Region of everything on Google Cloud.",
        },
    ],
    aks: [
        {
            key: "azure-native:location",
            name: "region",
            pattern: /^[a-z][a-z0-9]+$/,
            rule: "AKS needs a location of Azure, for example westeurope",
            remedy: "run `pulumi config set azure-native:location LOCATION`",
            description: "Location of everything on Azure.",
        },
    ],
    doks: [],
    existing: [],
};
