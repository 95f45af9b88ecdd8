/** Google Kubernetes Engine: its cluster, load balancers, certificates and DNS. Needs `@pulumi/gcp`. @module */
import "./sdk";

export { brokerBackend, haproxyBackend } from "./backend";
export { GoogleCertificate } from "./certificate";
export { GkeCluster, type GkeClusterArgs } from "./cluster";
export { gkeDefaults } from "./defaults";
export { CloudDnsRecord } from "./dns";
export { CloudDnsPermission } from "./dns-permission";
export { planGkeEdge } from "./edge";
export { GoogleProxyLoadBalancer, type GoogleProxyLoadBalancerArgs } from "./load-balancer";
export { GooglePassthroughLoadBalancer } from "./passthrough";
