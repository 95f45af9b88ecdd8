/** Amazon EKS: its cluster, load balancer, certificates and DNS. Needs `@pulumi/aws`. @module */
import "./sdk";

export { brokerBackend, haproxyBackend } from "./backend";
export { AcmCertificate, AcmImport } from "./certificate";
export { EksCluster } from "./cluster";
export type { EksClusterArgs } from "./cluster-args";
export { eksDefaults } from "./defaults";
export { Route53Alias, type Route53AliasArgs } from "./dns";
export { Route53Permission } from "./dns-permission";
export { planEksEdge } from "./edge";
export { NetworkLoadBalancer, type NetworkLoadBalancerArgs } from "./load-balancer";
