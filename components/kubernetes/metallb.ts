import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import * as core from "@pulumi/kubernetes/core/v1";
import { Release } from "@pulumi/kubernetes/helm/v3/release";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterHandle } from "../common/cluster-handle";
import { chartOf } from "../common/charts";
import { withDefaults } from "../common/defaults";
import { type Mirror, mirrored, mirrorOf } from "../common/image-names";
import { createPullSecrets, type ImageSources, pullSecretReferences } from "../common/images";
import { metallbDefaults } from "./defaults";
import { podSecurityLabels } from "../common/pod-security";
import { Component } from "../common/component";

/** A router that addresses are announced to. */
export interface BgpPeer {
    /** AS number of the cluster. */
    readonly myAsn: number;
    /** AS number of the router. */
    readonly peerAsn: number;
    readonly peerAddress: string;
}

export interface MetalLbArgs {
    readonly cluster: ClusterHandle;
    /**
     * Version of the chart.
     *
     * @default "0.16.1"
     */
    readonly version?: string;
    /**
     * How addresses are announced: `l2` on the nodes' own network, `bgp` to routers.
     *
     * @default "l2"
     */
    readonly mode?: "l2" | "bgp";
    /** Networks or ranges (`192.0.2.10-192.0.2.20`) to give to load balancers. */
    readonly addresses: readonly string[];
    /** Routers, with mode bgp. Default: none. */
    readonly bgpPeers?: readonly BgpPeer[];
    /** Where images are pulled from, and with what. Default: where their publishers push them. */
    readonly images?: ImageSources;
    /** Where the chart is from: a Helm repository, an address `oci://.../metallb` or the path of its archive. Default: its publisher's repository. */
    readonly chartSource?: string;
}

const publishedRepository = "https://metallb.github.io/metallb";
const poolName = "vernemq";

/**
 * The speaker runs on the host's network and with raw sockets, which Pod Security Admission only lets into a privileged namespace
 * (https://metallb.io/installation/#installation-with-helm).
 */
const podSecurity = podSecurityLabels("privileged");

/** MetalLB, which gives load balancer addresses to a cluster on bare metal. */
export class MetalLb extends Component {
    /** What a Service waits for before it asks for an address. */
    readonly ready: readonly pulumi.Resource[];

    constructor(name: string, given: MetalLbArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:cluster:MetalLb", name, opts);
        const args = withDefaults(given, metallbDefaults);
        const inCluster = { parent: this, provider: args.cluster.provider };
        const afterCluster = { ...inCluster, dependsOn: [...args.cluster.ready] };
        const { metadata } = this.childWith(afterCluster, core.Namespace, "namespace", {
            metadata: { name: "metallb-system", labels: podSecurity },
        });
        const namespace = metadata.name;
        const pullSecrets = createPullSecrets(name, args.images, namespace, inCluster);
        const release = this.childWith(inCluster, Release, "release", {
            name: "metallb",
            namespace,
            ...chartOf({ name: "metallb", version: args.version, source: publishedRepository }, args.chartSource),
            atomic: true,
            timeout: 600,
            values: chartValues(args, pullSecretReferences(pullSecrets)),
        });
        // MetalLB reads its configuration from its own namespace only, and the chart brings the types of these objects.
        const afterRelease = { ...inCluster, dependsOn: [release] };
        const pool = this.childWith(afterRelease, CustomResource, "pool", {
            apiVersion: "metallb.io/v1beta1",
            kind: "IPAddressPool",
            metadata: { name: poolName, namespace },
            spec: { addresses: [...args.addresses] },
        });
        const peers = args.bgpPeers.map((peer, index) =>
            this.childWith(afterRelease, CustomResource, `router-${index + 1}`, {
                apiVersion: "metallb.io/v1beta2",
                kind: "BGPPeer",
                metadata: { name: `router-${index + 1}`, namespace },
                spec: { myASN: peer.myAsn, peerASN: peer.peerAsn, peerAddress: peer.peerAddress },
            }),
        );
        const afterPool = { ...inCluster, dependsOn: [release, pool] };
        const advertisement = this.childWith(afterPool, CustomResource, "advertisement", {
            apiVersion: "metallb.io/v1beta1",
            kind: args.mode === "l2" ? "L2Advertisement" : "BGPAdvertisement",
            metadata: { name: poolName, namespace },
            spec: { ipAddressPools: [poolName] },
        });
        this.ready = [pool, ...peers, advertisement];
        this.registerOutputs();
    }
}

/**
 * Values of the chart. Layer 2 needs no routing daemon; BGP runs on FRR, as MetalLB recommends. The speakers tolerate what VerneMQ
 * tolerates: a node announces an address only if it runs both a speaker and a pod of the Service.
 */
function chartValues(
    args: Pick<MetalLbArgs, "cluster" | "mode" | "images">,
    imagePullSecrets: ReturnType<typeof pullSecretReferences>,
): Record<string, unknown> {
    const { tolerations } = args.cluster.brokerPlacement;
    const image = imageIn(args.images?.mirror);
    const pull = imagePullSecrets === undefined ? {} : { imagePullSecrets };
    return {
        ...pull,
        ...(mirrorOf(registry, args.images?.mirror) === undefined ? {} : { controller: image("metallb/controller") }),
        speaker: { tolerations, ...image("metallb/speaker") },
        ...(args.mode === "l2"
            ? { frrk8s: { enabled: false } }
            : {
                  frrk8s: { enabled: true },
                  // The chart in the chart has its own list of Secrets, which its pods and MetalLB's do not share.
                  "frr-k8s": {
                      ...pull,
                      frrk8s: {
                          tolerations,
                          ...image("metallb/frr-k8s"),
                          ...(mirrorOf(registry, args.images?.mirror) === undefined
                              ? {}
                              : { frr: image("frrouting/frr") }),
                      },
                  },
              }),
    };
}

/** Of all images of the charts (charts/metallb/values.yaml, charts/frr-k8s/values.yaml). */
const registry = "quay.io";

/** `image` of one of the charts' containers. */
function imageIn(mirror: Mirror | undefined) {
    return (path: string): Record<string, unknown> =>
        mirrorOf(registry, mirror) === undefined
            ? {}
            : { image: { repository: mirrored(`${registry}/${path}`, mirror) } };
}

/** Annotations with which a Service asks for an address of the pool (https://metallb.io/usage/#requesting-specific-ips). */
export function metalLbAnnotations(address: string | undefined): Record<string, string> {
    return {
        "metallb.io/address-pool": poolName,
        ...(address === undefined ? {} : { "metallb.io/loadBalancerIPs": address }),
    };
}
