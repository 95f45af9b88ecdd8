import { isInside, overlaps, parseAddress, parseRange } from "../../components/common/addresses";
import { at, listAt, type ResourceModel } from "../provider";
import { between, entryAt, isSymbolic, ofType, property, rule } from "../rules";
import { certificate, certificateType, issuer } from "./cert-manager";
import { podMonitor, prometheusRule, serviceMonitor } from "./monitoring";

const metallbTypes = "https://github.com/metallb/metallb/blob/v0.16.1/api";
const metallbConfiguration = "https://metallb.io/configuration/";

const poolType = "kubernetes:metallb.io/v1beta1:IPAddressPool";

/** An advertisement names pools; one that it names and that does not exist announces nothing. */
const advertisement: ResourceModel = {
    rules: [
        property(
            "spec.ipAddressPools[]",
            "an advertisement names pools that are there",
            metallbConfiguration,
            (name, _, world) => ofType(world, poolType).some((pool) => at(pool.inputs, "metadata.name") === name),
        ),
    ],
};

/** Custom resources that this program writes, with what their controllers' admission refuses. */
export const customResources: Readonly<Record<string, ResourceModel>> = {
    [poolType]: {
        rules: [
            property(
                "spec.addresses[]",
                "an IPv4 network or range",
                `${metallbTypes}/v1beta1/ipaddresspool_types.go`,
                (item) => parseRange(item)?.version === 4 && parseAddress(item) === undefined,
            ),
            rule(
                "spec.addresses",
                "pools and the ranges in them do not overlap",
                `${metallbTypes}/v1beta1/ipaddresspool_types.go`,
                ({ inputs }) => {
                    const ranges = listAt(inputs, "spec.addresses");
                    return !ranges.some((range, index) =>
                        ranges.slice(0, index).some((earlier) => overlaps(range, earlier)),
                    );
                },
            ),
        ],
    },
    "kubernetes:metallb.io/v1beta1:L2Advertisement": advertisement,
    "kubernetes:metallb.io/v1beta1:BGPAdvertisement": advertisement,
    "kubernetes:metallb.io/v1beta2:BGPPeer": {
        rules: [
            ...["spec.myASN", "spec.peerASN"].map((path) =>
                between(path, 0, 4_294_967_295, `${metallbTypes}/v1beta2/bgppeer_types.go`, "an AS number of 32 bits"),
            ),
            property(
                "spec.peerAddress",
                "the address of a router",
                `${metallbTypes}/v1beta2/bgppeer_types.go`,
                (value) => parseAddress(value)?.version === 4,
            ),
        ],
    },
    "kubernetes:monitoring.coreos.com/v1:ServiceMonitor": serviceMonitor,
    "kubernetes:monitoring.coreos.com/v1:PodMonitor": podMonitor,
    "kubernetes:monitoring.coreos.com/v1:PrometheusRule": prometheusRule,
    [certificateType]: certificate,
    "kubernetes:cert-manager.io/v1:Issuer": issuer,
    "kubernetes:cert-manager.io/v1:ClusterIssuer": issuer,
};

const addressAnnotation = "metallb.io/loadBalancerIPs";

/** What MetalLB does not give to a Service. */
export const metallbServiceRules = [
    rule(
        `metadata.annotations.${addressAnnotation}`,
        "MetalLB gives only addresses of its pools",
        "https://metallb.io/usage/#requesting-specific-ips",
        ({ inputs }, world) => {
            const wanted = entryAt(inputs, "metadata.annotations", addressAnnotation);
            const ranges = ofType(world, poolType).flatMap((pool) => listAt(pool.inputs, "spec.addresses"));
            return wanted === undefined || isSymbolic(wanted) || ranges.some((range) => isInside(wanted, range));
        },
    ),
];
