/** Tells Nimbus' controller which PROXY header its load balancer sends. */
export const proxyHeaderAnnotation = "nimbus.example/proxy-header";
