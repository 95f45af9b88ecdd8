import { readFileSync } from "node:fs";
import { parsePattern } from "../../../components/common/property-path";
import { emittedResources, leafPaths } from "./emitted";
import { fieldOf, GoPackage, type GoValue } from "./go-literal";
import { inputsOf } from "./probes";
import { type Finding, writeTable } from "./table";

/** Azure's names of the modules, whose type tokens are in lower case. */
const modules: Readonly<Record<string, string>> = {
    authorization: "Authorization",
    containerservice: "ContainerService",
    network: "Network",
    resources: "Resources",
};

/** Properties whose keys are the user's. */
const maps = ["tags", "nodeLabels"];

/** The parameters of each type's path in Azure's REST reference, as the SDK names them: the provider replaces on all of them. */
const pathParameters: Readonly<Record<string, readonly string[]>> = {
    "azure-native:authorization:RoleAssignment": ["scope", "roleAssignmentName"],
    "azure-native:containerservice:AgentPool": ["resourceGroupName", "resourceName", "agentPoolName"],
    "azure-native:containerservice:MaintenanceConfiguration": ["resourceGroupName", "resourceName", "configName"],
    "azure-native:containerservice:ManagedCluster": ["resourceGroupName", "resourceName"],
    "azure-native:dns:RecordSet": ["resourceGroupName", "zoneName", "recordType", "relativeRecordSetName"],
    "azure-native:managedidentity:FederatedIdentityCredential": [
        ...["resourceGroupName", "resourceName", "federatedIdentityCredentialResourceName"],
    ],
    "azure-native:managedidentity:UserAssignedIdentity": ["resourceGroupName", "resourceName"],
    "azure-native:network:ApplicationGateway": ["resourceGroupName", "applicationGatewayName"],
    "azure-native:network:NetworkSecurityGroup": ["resourceGroupName", "networkSecurityGroupName"],
    "azure-native:network:PublicIPAddress": ["resourceGroupName", "publicIpAddressName"],
    "azure-native:network:Subnet": ["resourceGroupName", "virtualNetworkName", "subnetName"],
    "azure-native:network:VirtualNetwork": ["resourceGroupName", "virtualNetworkName"],
    "azure-native:resources:ResourceGroup": ["resourceGroupName"],
};

/**
 * Reads on what Pulumi's azure-native provider replaces: the parameters of a resource's path, and the properties that the provider lists by hand, at any depth of the resource (forceNewMap). What the API descriptions say
 * beyond (`x-ms-mutability`) stands in the table by hand.
 *
 * @param file provider/pkg/gen/replacement.go of the provider's source
 * @param version the commit that it was taken from
 */
export async function askAzure(file: string, version: string): Promise<void> {
    const source = new GoPackage([readFileSync(file, "utf8")]);
    const forced = source.valueOf("forceNewMap");
    const emitted = await emittedResources("azure-native");
    const types = [...new Set(emitted.map(({ type }) => type))];
    const findings = types.flatMap((type) => {
        const [, module = "", name = ""] = type.replace(/\/v\d+\w*(?=:)/, "").split(":");
        const listed = textsOf(fieldOf(fieldOf(forced, modules[module] ?? "") ?? { kind: "opaque" }, name));
        const parameters = pathParameters[type.replace(/\/v\d+\w*(?=:)/, "")] ?? [];
        const paths = emitted.filter((one) => one.type === type).flatMap(({ inputs }) => leafPaths(inputs));
        const own = [...new Set(paths)].map((path): Finding => {
            const keys = parsePattern(path);
            const map = keys.findIndex((key) => maps.includes(key));
            const end = map < 0 ? keys.length : map + 1;
            const depth = parameters.includes(keys[0] ?? "") ? 0 : keys.findIndex((key) => listed.includes(key));
            return depth < 0
                ? { type, path: keys.slice(0, end).join(".").replace(/\.\*$/, ""), verdict: "updates" }
                : { type, path: keys.slice(0, depth + 1).join("."), verdict: "replaces" };
        });
        const file = `${module}/${name.charAt(0).toLowerCase()}${name.slice(1)}`;
        const further = inputsOf("azure-native", file).filter((input) => listed.includes(input));
        return [...own, ...further.map((path): Finding => ({ type, path, verdict: "replaces" }))];
    });
    const unique = [...new Map(findings.map((finding) => [`${finding.type} ${finding.path}`, finding])).values()];
    const obtained =
        "the parameters of each type's path, and forceNewMap of the provider's source; x-ms-mutability of the API " +
        "descriptions was not read but where a row by hand says so (npm run audit:replacements -- azure FILE COMMIT)";
    await writeTable("azure", { provider: "pulumi-azure-native", version, obtained }, unique);
}

function textsOf(value: GoValue | undefined): readonly string[] {
    return value?.kind === "call" ? value.values.flatMap((item) => (item.kind === "string" ? [item.text] : [])) : [];
}
