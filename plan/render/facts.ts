import { type PlannedResource, providerTypePrefix, secretMark } from "../graph";
import { valuesOf } from "../../components/common/property-path";

/** A type as people say it: `Service`, `aws.lb.Listener`, `ExistingCluster`, `kubernetes provider`. */
export function shortType(type: string): string {
    if (type.startsWith(providerTypePrefix)) {
        return `${type.slice(providerTypePrefix.length)} provider`;
    }
    const [packageName = "", path = "", name = type] = type.split(":");
    if (packageName === "kubernetes" || packageName === "vernemq") {
        return name;
    }
    const [module = ""] = path.split("/");
    return [packageName, ...(module === "index" || module === "" ? [] : [module]), name].join(".");
}

/** Inputs that tell most about a resource, the most telling first. The word before the value is left out where that explains itself. */
const notable: readonly (readonly [path: string, word: string | null])[] = [
    ["chart", null],
    ["version", "version"],
    ["kubernetesVersion", "version"],
    ["minMasterVersion", "version"],
    ["releaseChannel.channel", "channel"],
    ["values.replicaCount", "replicas"],
    ["spec.replicas", "replicas"],
    ["spec.type", null],
    ["loadBalancerType", null],
    ["protocol", null],
    ["port", null],
    ["portRange", null],
    ["sslPolicy", null],
    ["proxyHeader", "sends"],
    ["sessionAffinity", "affinity"],
    ["spec.sessionAffinity", "affinity"],
    ["stickiness.type", "affinity"],
    ["minTlsVersion", "from"],
    ["spec.ports.*.port", "ports"],
    ["spec.ports.*.nodePort", "node ports"],
    ["instanceTypes.*", null],
    ["instanceType", null],
    ["nodeConfig.machineType", null],
    ["vmSize", null],
    ["size", null],
    ["scalingConfig.desiredSize", "nodes"],
    ["nodeCount", "nodes"],
    ["count", "nodes"],
    ["addonName", null],
    ["addonVersion", null],
    ["fromPort", "port"],
    ["cidrIpv4", null],
    ["type", null],
    ["cidrBlock", null],
    ["ipCidrRange", null],
    ["addressPrefix", null],
    ["addressSpace.addressPrefixes.*", null],
    ["ipRange", null],
    ["availabilityZone", null],
    ["zones.*", "zones"],
    ["domainName", null],
    ["provisioner", null],
    ["clusterIdentifier", null],
    ["spec.dnsNames.*", null],
    ["dnsNames.*", null],
    ["subject.commonName", null],
    ["algorithm", null],
    ["ecdsaCurve", null],
    ["length", "length"],
    ["region", null],
    ["location", null],
];

const mostFacts = 4;
const longestFact = 48;

/** The few inputs that tell most about a resource: `chart vernemq`, `TLS`, `8883`. Secrets and symbols are left out. */
export function factsOf({ name, inputs }: PlannedResource): readonly string[] {
    const facts = notable.flatMap(([path, word]) => {
        const values = valuesOf(inputs, path).filter(isTelling).map(String);
        const text = [...(word === null ? [] : [word]), values.join(" ")].join(" ");
        return values.length === 0 || text.length > longestFact ? [] : [text];
    });
    const [own] = valuesOf(inputs, "metadata.name");
    const objectName = isTelling(own) && own !== name ? [String(own)] : [];
    return [...objectName, ...facts].slice(0, mostFacts);
}

function isTelling(value: unknown): boolean {
    return (
        typeof value === "number" ||
        (typeof value === "string" && value !== secretMark && value !== "" && !value.includes("${"))
    );
}
