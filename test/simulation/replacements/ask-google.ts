import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parsePattern } from "../../../components/common/property-path";
import { emittedResources, leafPaths } from "./emitted";
import { fieldOf, GoPackage, type GoValue } from "./go-literal";
import { type Finding, writeTable } from "./table";

/** Where the provider's source has the types that this program uses of Google Cloud: the file, and the function that returns the resource. */
const sources: Readonly<Record<string, readonly [file: string, resource: string]>> = {
    "gcp:certificatemanager/certificate:Certificate": [
        "services/certificatemanager/resource_certificate_manager_certificate.go",
        "ResourceCertificateManagerCertificate",
    ],
    "gcp:certificatemanager/certificateMap:CertificateMap": [
        "services/certificatemanager/resource_certificate_manager_certificate_map.go",
        "ResourceCertificateManagerCertificateMap",
    ],
    "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry": [
        "services/certificatemanager/resource_certificate_manager_certificate_map_entry.go",
        "ResourceCertificateManagerCertificateMapEntry",
    ],
    "gcp:certificatemanager/dnsAuthorization:DnsAuthorization": [
        "services/certificatemanager/resource_certificate_manager_dns_authorization.go",
        "ResourceCertificateManagerDnsAuthorization",
    ],
    "gcp:compute/address:Address": ["services/compute/resource_compute_address.go", "ResourceComputeAddress"],
    "gcp:compute/backendService:BackendService": [
        "services/compute/resource_compute_backend_service.go",
        "ResourceComputeBackendService",
    ],
    "gcp:compute/firewall:Firewall": ["services/compute/resource_compute_firewall.go", "ResourceComputeFirewall"],
    "gcp:compute/globalAddress:GlobalAddress": [
        "services/compute/resource_compute_global_address.go",
        "ResourceComputeGlobalAddress",
    ],
    "gcp:compute/globalForwardingRule:GlobalForwardingRule": [
        "services/compute/resource_compute_global_forwarding_rule.go",
        "ResourceComputeGlobalForwardingRule",
    ],
    "gcp:compute/healthCheck:HealthCheck": [
        "services/compute/resource_compute_health_check.go",
        "ResourceComputeHealthCheck",
    ],
    "gcp:compute/network:Network": ["services/compute/resource_compute_network.go", "ResourceComputeNetwork"],
    "gcp:compute/networkEndpointGroup:NetworkEndpointGroup": [
        "services/compute/resource_compute_network_endpoint_group.go",
        "ResourceComputeNetworkEndpointGroup",
    ],
    "gcp:compute/router:Router": ["services/compute/resource_compute_router.go", "ResourceComputeRouter"],
    "gcp:compute/routerNat:RouterNat": ["services/compute/resource_compute_router_nat.go", "ResourceComputeRouterNat"],
    "gcp:compute/sSLPolicy:SSLPolicy": ["services/compute/resource_compute_ssl_policy.go", "ResourceComputeSslPolicy"],
    "gcp:compute/securityPolicy:SecurityPolicy": [
        "services/compute/resource_compute_security_policy.go",
        "ResourceComputeSecurityPolicy",
    ],
    "gcp:compute/subnetwork:Subnetwork": [
        "services/compute/resource_compute_subnetwork.go",
        "ResourceComputeSubnetwork",
    ],
    "gcp:compute/targetSSLProxy:TargetSSLProxy": [
        "services/compute/resource_compute_target_ssl_proxy.go",
        "ResourceComputeTargetSslProxy",
    ],
    "gcp:compute/targetTCPProxy:TargetTCPProxy": [
        "services/compute/resource_compute_target_tcp_proxy.go",
        "ResourceComputeTargetTcpProxy",
    ],
    "gcp:container/cluster:Cluster": ["services/container/resource_container_cluster.go", "ResourceContainerCluster"],
    "gcp:container/nodePool:NodePool": [
        "services/container/resource_container_node_pool.go",
        "ResourceContainerNodePool",
    ],
    "gcp:dns/recordSet:RecordSet": ["services/dns/resource_dns_record_set.go", "ResourceDnsRecordSet"],
    "gcp:serviceaccount/account:Account": [
        "services/resourcemanager/resource_google_service_account.go",
        "ResourceGoogleServiceAccount",
    ],
};

/**
 * Reads what the source of Terraform's Google provider, which Pulumi's bridges, marks as forcing a new resource.
 *
 * @param folder the folder `google-beta` of the source
 * @param version the tag that it was taken from
 */
export async function askGoogle(folder: string, version: string): Promise<void> {
    const emitted = await emittedResources("gcp");
    const packages = new Map<string, GoPackage>();
    const findings = Object.entries(sources).flatMap(([type, [file, resource]]) => {
        const room = dirname(file);
        const known = packages.get(room) ?? packageIn(join(folder, room));
        packages.set(room, known);
        const schema = new Schema(known, resource, readFileSync(join(folder, file), "utf8"));
        const paths = emitted.filter((one) => one.type === type).flatMap(({ inputs }) => leafPaths(inputs));
        return schema.findings(type, [...new Set(paths)]);
    });
    const obtained =
        "ForceNew in the schema of the provider's source, and ForceNewIfChange of one property, whose verdict depends on the values " +
        "(npm run audit:replacements -- google FOLDER VERSION)";
    await writeTable("google", { provider: "hashicorp/google-beta for Terraform", version, obtained }, findings);
}

function packageIn(folder: string): GoPackage {
    const files = readdirSync(folder).filter(
        (file) => file.endsWith(".go") && !file.endsWith("_test.go") && !/^(data_source|iam)_/.test(file),
    );
    return new GoPackage(files.map((file) => readFileSync(join(folder, file), "utf8")));
}

/** The schema of one resource in a package of Go. */
class Schema {
    readonly #package: GoPackage;
    readonly #resource: GoValue;
    readonly #conditional: ReadonlySet<string>;

    constructor(known: GoPackage, resource: string, source: string) {
        this.#package = known;
        this.#resource = known.valueOf(resource);
        const found = source.matchAll(/ForceNewIfChange\("(\w+)"/g);
        this.#conditional = new Set([...found].map(([, name = ""]) => name));
    }

    /** Verdicts of the paths that stacks have, and of what else forces a new resource at the top. */
    findings(type: string, paths: readonly string[]): readonly Finding[] {
        const fields = this.#fields(this.#resource);
        if (fields.size === 0) {
            throw new Error(`no schema of ${type} was found`);
        }
        const own = paths.flatMap((path) => this.#finding(type, path));
        const covered = new Set(own.map(({ path }) => path));
        const further = [...fields]
            .flatMap(([name, field]) => this.#forced(camel(name), field))
            .filter((path) => !covered.has(path))
            .map((path): Finding => ({ type, path, verdict: "replaces" }));
        const found = new Map([...own, ...further].map((finding) => [finding.path, finding]));
        return [...found.values()];
    }

    #finding(type: string, path: string): readonly Finding[] {
        const keys = parsePattern(path).filter((key) => key !== "*");
        let fields = this.#fields(this.#resource);
        let place = "";
        for (const [depth, key] of keys.entries()) {
            const name = argumentOf(fields, key);
            const field = name === undefined ? undefined : fields.get(name);
            if (name === undefined || field === undefined) {
                return [];
            }
            place = place === "" ? key : `${place}.${key}`;
            if (depth === 0 && this.#conditional.has(name)) {
                return [{ type, path: place, verdict: "depends" }];
            }
            const below = this.#below(field);
            if (below.size === 0) {
                return [{ type, path: place, verdict: isForceNew(field) ? "replaces" : "updates" }];
            }
            place += path.startsWith(`${place}.*`) ? ".*" : "";
            fields = below;
        }
        throw new Error(`${type} ${path} ends at a block`);
    }

    /**
     * Places at and below a field whose change forces a new resource; ForceNew of a block speaks of its coming and going only. Lists of
     * blocks, which Pulumi names in the plural, are left out.
     */
    #forced(path: string, field: GoValue): readonly string[] {
        const below = this.#below(field);
        if (below.size === 0) {
            return isForceNew(field) ? [path] : [];
        }
        return isList(field)
            ? []
            : [...below].flatMap(([name, inner]) => this.#forced(`${path}.${camel(name)}`, inner));
    }

    /** The fields of a block; none where the field is no block. */
    #below(field: GoValue): ReadonlyMap<string, GoValue> {
        const element = fieldOf(field, "Elem");
        if (element === undefined || fieldOf(this.#package.resolve(element), "Type") !== undefined) {
            return new Map();
        }
        const fields = this.#fields(element);
        if (fields.size === 0) {
            throw new Error(`the schema of a block was not found: ${JSON.stringify(element)}`);
        }
        return fields;
    }

    /** The fields of a resource, whose schema may be put together of several. */
    #fields(value: GoValue): ReadonlyMap<string, GoValue> {
        const resource = this.#package.resolve(value);
        const schema = this.#package.resolve(fieldOf(resource, "Schema") ?? { kind: "opaque" });
        const parts = schema.kind === "call" ? schema.values.map((part) => this.#package.resolve(part)) : [schema];
        const entries = parts.flatMap((part) => (part.kind === "literal" ? part.entries : []));
        return new Map(entries.map(({ key = "", value: field }) => [key, this.#package.resolve(field)]));
    }
}

function isForceNew(field: GoValue): boolean {
    const flag = fieldOf(field, "ForceNew");
    return flag?.kind === "name" && flag.name === "true";
}

function isList(field: GoValue): boolean {
    const type = fieldOf(field, "Type");
    const isMany = type?.kind === "name" && /Type(List|Set)$/.test(type.name);
    return isMany && fieldOf(field, "MaxItems") === undefined;
}

function argumentOf(fields: ReadonlyMap<string, GoValue>, input: string): string | undefined {
    const snake = input.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const candidates = [snake, snake.replace(/ies$/, "y"), snake.replace(/es$/, ""), snake.replace(/s$/, "")];
    return candidates.find((name) => fields.has(name));
}

function camel(name: string): string {
    return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
