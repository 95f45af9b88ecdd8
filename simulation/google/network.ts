import { jsonIn } from "../../components/common/json";
import { isInside, overlaps, parseAddress, parseNetwork } from "../../components/common/addresses";
import { at, listAt, type ResourceModel, type SimulatedResource } from "../provider";
import { between, isMatch, isWithin, matches, oneOf, property, rule } from "../rules";
import { labelsRule, model, naming, rfc1035 } from "./model";

const subnets = "https://cloud.google.com/vpc/docs/subnets";
const nat = "https://cloud.google.com/nat/docs/set-up-manage-network-address-translation";
const firewalls = "https://cloud.google.com/firewall/docs/firewalls";
const addresses = "https://cloud.google.com/compute/docs/reference/rest/v1/addresses";
const records = "https://cloud.google.com/dns/docs/reference/rest/v1/resourceRecordSets";
const groups = "https://cloud.google.com/load-balancing/docs/negs/zonal-neg-concepts";
const negController = "https://github.com/kubernetes/ingress-gce/blob/master/pkg/neg/syncers/utils.go";

/** The main range of a subnet and its secondary ones. */
export function rangesOf({ inputs }: SimulatedResource) {
    return [
        { name: "", cidr: at(inputs, "ipCidrRange") },
        ...listAt(inputs, "secondaryIpRanges").map((range) => ({
            name: at(range, "rangeName"),
            cidr: at(range, "ipCidrRange"),
        })),
    ];
}

const network: ResourceModel = model([], {
    rules: [oneOf("routingMode", ["REGIONAL", "GLOBAL"], "https://cloud.google.com/vpc/docs/routes#routing_mode")],
});

const subnetwork: ResourceModel = model(["gatewayAddress"], {
    rules: [
        rule("ipCidrRange", "an IPv4 range of a subnet is a /29 or larger", `${subnets}#ipv4-ranges`, ({ inputs }) =>
            isWithin(parseNetwork(inputs["ipCidrRange"])?.prefix, 4, 29),
        ),
        rule("secondaryIpRanges", "the ranges of a subnet do not overlap", `${subnets}#ipv4-ranges`, (resource) => {
            const ranges = rangesOf(resource).map(({ cidr }) => cidr);
            return ranges.every((range, index) => ranges.slice(0, index).every((other) => !overlaps(range, other)));
        }),
        property(
            "secondaryIpRanges[]",
            "a secondary range has a name of at most 63 lower-case letters, digits and hyphens",
            naming,
            (range) => rfc1035.test(String(at(range, "rangeName"))),
        ),
        property(
            "logConfig.flowSampling",
            "a share of the flows, from 0 to 1",
            `${subnets}#flow-logs`,
            (share) => typeof share === "number" && share >= 0 && share <= 1,
        ),
    ],
    // A range can be widened in place (resource_compute_subnetwork.go, IsShrinkageIpCidr); the program replaces it in any case.
    replaceOnWhen: (after, before) => (isInside(before["ipCidrRange"], after["ipCidrRange"]) ? [] : ["ipCidrRange"]),
});

const routerNat: ResourceModel = model([], {
    rules: [
        rule(
            "subnetworks",
            "LIST_OF_SUBNETWORKS names the subnets, and nothing else does",
            nat,
            ({ inputs }) =>
                (inputs["sourceSubnetworkIpRangesToNat"] === "LIST_OF_SUBNETWORKS") ===
                listAt(inputs, "subnetworks").length > 0,
        ),
        rule(
            "natIps",
            "AUTO_ONLY takes addresses of Google's choice, MANUAL_ONLY names them",
            nat,
            ({ inputs }) => (inputs["natIpAllocateOption"] === "MANUAL_ONLY") === listAt(inputs, "natIps").length > 0,
        ),
    ],
});

const firewall: ResourceModel = model([], {
    rules: [
        rule(
            "allows",
            "a rule allows something or denies something, and not both",
            firewalls,
            ({ inputs }) => listAt(inputs, "allows").length > 0 !== listAt(inputs, "denies").length > 0,
        ),
        property("allows[]", "ports are numbers up to 65535 or ranges of them", firewalls, (allowed) =>
            listAt(allowed, "ports").every((port) => isPortOrRange(String(port))),
        ),
        matches(
            "targetTags[]",
            rfc1035,
            "a network tag has at most 63 lower-case letters, digits and hyphens",
            firewalls,
        ),
        property(
            "sourceRanges[]",
            "a source is a network in CIDR notation",
            firewalls,
            (range) => parseNetwork(range) !== undefined,
        ),
        between("priority", 0, 65_535, firewalls),
    ],
});

/** Whether a text is a port or a range of ports. */
function isPortOrRange(text: string): boolean {
    const ports = text.split("-").map((part) => (/^\d+$/.test(part) ? Number(part) : 0));
    const [first = 0, last = first] = ports;
    return ports.length <= 2 && ports.every((port) => port >= 1 && port <= 65_535) && first <= last;
}

const networkEndpointGroup: ResourceModel = model(["size"], {
    rules: [
        rule("zone", "a zonal group lives in a zone", groups, ({ inputs }) =>
            isMatch(inputs["zone"], /^[a-z]+-[a-z]+\d+-[a-z]$/),
        ),
        rule(
            "description",
            "GKE's controller fills a group that it did not make only if its description is the controller's own: JSON with cluster-uid, namespace, service-name and port",
            negController,
            ({ inputs }) => {
                const description = jsonIn(inputs["description"]);
                return ["cluster-uid", "namespace", "service-name", "port"].every(
                    (key) => typeof at(description, key) === "string",
                );
            },
        ),
        oneOf("networkEndpointType", ["GCE_VM_IP_PORT"], groups),
    ],
});

const recordSet: ResourceModel = {
    rules: [
        matches("name", /\.$/, "a record's name is fully qualified: it ends with a dot", records),
        matches(
            "managedZone",
            rfc1035,
            "the zone is a managed zone's name (1 to 63 lower-case letters, digits and hyphens), not its domain",
            "https://cloud.google.com/dns/docs/reference/rest/v1/managedZones",
        ),
        property(
            "rrdatas[]",
            "an A record holds IPv4 addresses",
            records,
            (data, { inputs }) => inputs["type"] !== "A" || parseAddress(data)?.version === 4,
        ),
        between("ttl", 0, 2_147_483_647, records),
    ],
};

export const networkModels: Readonly<Record<string, ResourceModel>> = {
    "gcp:compute/network:Network": network,
    "gcp:compute/subnetwork:Subnetwork": subnetwork,
    "gcp:compute/router:Router": model([]),
    "gcp:compute/routerNat:RouterNat": routerNat,
    "gcp:compute/firewall:Firewall": firewall,
    "gcp:compute/networkEndpointGroup:NetworkEndpointGroup": networkEndpointGroup,
    "gcp:compute/globalAddress:GlobalAddress": model(["address"], {
        rules: [labelsRule("labels"), oneOf("ipVersion", ["IPV4", "IPV6"], addresses)],
    }),
    "gcp:compute/address:Address": model(["address"], {
        rules: [
            labelsRule("labels"),
            oneOf("networkTier", ["PREMIUM", "STANDARD"], addresses),
            rule(
                "subnetwork",
                "an internal address is of a subnet, an external one is not",
                addresses,
                ({ inputs }) => (inputs["addressType"] === "INTERNAL") === (inputs["subnetwork"] !== undefined),
            ),
        ],
    }),
    "gcp:dns/recordSet:RecordSet": recordSet,
};
