/** Azure Kubernetes Service: its cluster, load balancer, Application Gateway and DNS. Needs `@pulumi/azure-native`. @module */
import "./sdk";

export { AzureKeyVaultCertificate } from "./certificate";
export { AksCluster } from "./cluster";
export type { AksClusterArgs } from "./cluster-args";
export { aksDefaults } from "./defaults";
export { AzureDnsRecord } from "./dns";
export { AzureDnsPermission } from "./dns-permission";
export { planAksEdge } from "./edge";
export { AksApplicationGateway } from "./gateway";
export { AksLoadBalancer, type AksLoadBalancerArgs } from "./load-balancer";
