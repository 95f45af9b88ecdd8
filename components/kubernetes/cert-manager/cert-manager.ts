import * as core from "@pulumi/kubernetes/core/v1";
import { Release } from "@pulumi/kubernetes/helm/v3/release";
import * as pulumi from "@pulumi/pulumi";
import { podSecurityLabels } from "../../common/pod-security";
import { chartOf } from "../../common/charts";
import type { ClusterHandle } from "../../common/cluster-handle";
import { Component } from "../../common/component";
import { mirrorOf } from "../../common/image-names";
import { createPullSecrets, type ImageSources, pullSecretReferences } from "../../common/images";
import { certManagerVersion } from "../defaults";
import type { CloudIdentity } from "./dns-permission";

/** The service account of cert-manager's controller, as its chart and its manifests name it. */
export const controllerAccount = { namespace: "cert-manager", name: "cert-manager" } as const;

/**
 * The chart of the publisher, from the registry that its documentation recommends
 * (https://cert-manager.io/docs/installation/helm/#installing-from-the-oci-registry). It carries cert-manager of the same version.
 */
const chart = {
    name: "cert-manager",
    version: certManagerVersion,
    source: "oci://quay.io/jetstack/charts/cert-manager",
} as const;

export interface CertManagerArgs {
    readonly cluster: ClusterHandle;
    /** The identity in a cloud that the controller's pods act with. Default: none. */
    readonly identity?: CloudIdentity;
    /** Where images are pulled from, and with what. Default: where their publisher pushes them. */
    readonly images?: ImageSources;
    /** Where the chart is from: a Helm repository, an address `oci://.../cert-manager` or the path of its archive. Default: its publisher's registry. */
    readonly chartSource?: string;
}

/** cert-manager, which issues and renews certificates inside the cluster. */
export class CertManager extends Component {
    /** What has to be there before the first issuer. */
    readonly ready: readonly pulumi.Resource[];

    constructor(name: string, args: CertManagerArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:certificate:CertManager", name, opts);
        const { cluster, identity } = args;
        const inCluster = { parent: this, provider: cluster.provider };
        const afterCluster = { ...inCluster, dependsOn: [...cluster.ready] };
        const namespace = this.childWith(afterCluster, core.Namespace, "namespace", {
            // The chart's pods keep to the level restricted (https://cert-manager.io/docs/installation/best-practice/).
            metadata: { name: controllerAccount.namespace, labels: podSecurityLabels("restricted") },
        });
        const pullSecrets = createPullSecrets(name, args.images, namespace.metadata.name, inCluster);
        // Pods are given their identity when they start, so it has to be there before them.
        const afterIdentity = { ...inCluster, dependsOn: [...(identity?.ready ?? [])] };
        const release = this.childWith(afterIdentity, Release, "release", {
            name: "cert-manager",
            namespace: namespace.metadata.name,
            ...chartOf(chart, args.chartSource),
            // Helm waits for the Deployments and then for the chart's own check, a hook that succeeds once the webhook answers.
            atomic: true,
            timeout: 600,
            values: chartValues(args, pullSecretReferences(pullSecrets)),
        });
        this.ready = [release];
        this.registerOutputs({});
    }
}

function chartValues(
    { identity, images }: CertManagerArgs,
    imagePullSecrets: ReturnType<typeof pullSecretReferences>,
): Record<string, pulumi.Input<unknown>> {
    // All of the chart's images are there.
    const mirror = mirrorOf("quay.io", images?.mirror);
    return {
        imageRegistry: mirror,
        // Kept when the release goes: with the types every certificate in the cluster would go too
        // (https://cert-manager.io/docs/installation/helm/#uninstalling-with-helm).
        crds: { enabled: true, keep: true },
        // The chart's default, kube-system, is a namespace that some clusters do not let others write to.
        global: {
            leaderElection: { namespace: controllerAccount.namespace },
            imagePullSecrets,
        },
        startupapicheck: { enabled: true, timeout: "5m" },
        serviceAccount: { name: controllerAccount.name, annotations: identity?.serviceAccountAnnotations ?? {} },
        podLabels: identity?.podLabels ?? {},
    };
}
