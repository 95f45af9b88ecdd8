/** DigitalOcean Kubernetes: its cluster, load balancer and DNS. Needs `@pulumi/digitalocean`. @module */
import "./sdk";

export { DoksCluster, type DoksClusterArgs } from "./cluster";
export { doksDefaults } from "./defaults";
export { DigitalOceanDns } from "./dns";
export { planDoksEdge } from "./edge";
export { DigitalOceanEndpoint, type DigitalOceanEndpointArgs } from "./load-balancer";
