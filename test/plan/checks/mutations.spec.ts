import assert from "node:assert/strict";
import { checkPlan } from "../../../plan/checks";
import type { Plan } from "../../../plan/plan";
import { furtherStacks, matrixStacks } from "../../stacks/matrix-stacks";
import { variants } from "../../stacks/variants";
import type { StackConfig } from "../../support";
import { planned } from "./planned";
import { change, inHaproxy, type Mutation, ofType, remove, variable, where } from "./mutations";

const listener = ofType("aws:lb/listener:Listener");
const targetGroup = ofType("aws:lb/targetGroup:TargetGroup");
const nlb = ofType("aws:lb/loadBalancer:LoadBalancer");
const binding = ofType("kubernetes:elbv2.k8s.aws/v1beta1:TargetGroupBinding");
const clientRule = ofType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", /-from-/);
const podRule = ofType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", /-into-pods-/);
const egressRule = ofType("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule");
const forwardingRule = ofType("gcp:compute/globalForwardingRule:GlobalForwardingRule");
const sslProxy = ofType("gcp:compute/targetSSLProxy:TargetSSLProxy");
const backendService = ofType("gcp:compute/backendService:BackendService");
const sslPolicy = ofType("gcp:compute/sSLPolicy:SSLPolicy");
const healthCheck = ofType("gcp:compute/healthCheck:HealthCheck");
const endpointGroup = ofType("gcp:compute/networkEndpointGroup:NetworkEndpointGroup");
const firewall = ofType("gcp:compute/firewall:Firewall", /edge/);
const armor = ofType("gcp:compute/securityPolicy:SecurityPolicy");
const mapEntry = ofType("gcp:certificatemanager/certificateMapEntry:CertificateMapEntry");
const negService = ofType("kubernetes:core/v1:Service", /edge-groups/);
const gateway = ofType("azure-native:network:ApplicationGateway");
const gatewayAddress = ofType("azure-native:network:PublicIPAddress", /edge/);
const gatewayGroup = ofType("azure-native:network:NetworkSecurityGroup", /edge/);
const service = ofType("kubernetes:core/v1:Service", /edge-service$/);
const internalService = ofType("kubernetes:core/v1:Service", /^vernemq-internal$/);
const loadBalancer: typeof service = (resource) =>
    service(resource) && (resource.inputs["spec"] as { type?: unknown } | undefined)?.type === "LoadBalancer";
const hasAnnotation =
    (name: string): typeof service =>
    (resource) =>
        loadBalancer(resource) &&
        Object.hasOwn((resource.inputs["metadata"] as { annotations?: object } | undefined)?.annotations ?? {}, name);
const webService = ofType("kubernetes:core/v1:Service", /web-socket-service$/);
const ingress = ofType("kubernetes:networking.k8s.io/v1:Ingress");
const route = ofType("kubernetes:gateway.networking.k8s.io/v1:HTTPRoute");
const policy = ofType("kubernetes:networking.k8s.io/v1:NetworkPolicy", /haproxy-network-policy$/);
const brokerPolicy = ofType("kubernetes:networking.k8s.io/v1:NetworkPolicy", /^vernemq-network-policy$/);
const deployment = ofType("kubernetes:apps/v1:Deployment", /haproxy/);
const operated = ofType("kubernetes:vmq.k8s.vernemq.com/v1alpha1:VerneMQ");
const release = ofType("kubernetes:helm.sh/v3:Release", /^vernemq-release$/);
const doks = (name: string) => `service.beta.kubernetes.io/do-loadbalancer-${name}`;
const aks = (name: string) => `service.beta.kubernetes.io/azure-${name}`;
const anyone = /edge|haproxy/;

/** What a safe edge rests on, each changed so that it no longer is. */
const mutations: readonly Mutation[] = [
    // AWS
    change("NLB sends no PROXY header", targetGroup, "proxyProtocolV2", false, /proxyProtocolV2/),
    change("proxyProtocolV2 is not set", targetGroup, "proxyProtocolV2", undefined, /proxyProtocolV2/),
    change(
        "NLB listener passes TLS through",
        (r) => listener(r) && r.inputs["protocol"] === "TLS",
        "protocol",
        "TCP",
        /protocol/,
    ),
    change("NLB listener has no certificate", listener, "certificateArn", undefined, /certificateArn/),
    change(
        "certificate is not in the plan",
        (r) => listener(r) && "certificateArn" in r.inputs,
        "certificateArn",
        "${gone.arn}",
        /certificateArn/,
    ),
    change(
        "TLS policy accepts 1.0",
        (r) => listener(r) && "sslPolicy" in r.inputs,
        "sslPolicy",
        "ELBSecurityPolicy-2016-08",
        /sslPolicy/,
    ),
    change("TLS policy is left to AWS", listener, "sslPolicy", undefined, /sslPolicy/),
    change("NLB listener has another port", listener, "port", 8884, /port/),
    change(
        "TCP listener closes after a minute",
        (r) => listener(r) && "tcpIdleTimeoutSeconds" in r.inputs,
        "tcpIdleTimeoutSeconds",
        60,
        /tcpIdleTimeoutSeconds/,
    ),
    change(
        "TCP listener's timeout is left to AWS",
        (r) => listener(r) && Number(r.inputs["tcpIdleTimeoutSeconds"]) !== 350,
        "tcpIdleTimeoutSeconds",
        undefined,
        /tcpIdleTimeoutSeconds/,
    ),
    change("stickiness is off", targetGroup, "stickiness/enabled", undefined, /stickiness/),
    change(
        "stickiness is another product's",
        (r) => targetGroup(r) && "stickiness" in r.inputs,
        "stickiness/type",
        "lb_cookie",
        /stickiness/,
    ),
    change(
        "listener forwards to no group",
        listener,
        "defaultActions/0/targetGroupArn",
        "${gone.arn}",
        /targetGroupArn/,
    ),
    change(
        "health check at a closed port",
        (r) => targetGroup(r) && (r.inputs["healthCheck"] as { protocol?: unknown }).protocol === "HTTP",
        "healthCheck/port",
        "8406",
        /healthCheck\.port/,
    ),
    change(
        "health check without the header's port",
        (r) => targetGroup(r) && (r.inputs["healthCheck"] as { port?: unknown }).port === "8405",
        "healthCheck/port",
        "8404",
        /healthCheck\.port/,
    ),
    change(
        "health check of another path",
        (r) => targetGroup(r) && (r.inputs["healthCheck"] as { protocol?: unknown }).protocol === "HTTP",
        "healthCheck/path",
        "/",
        /healthCheck\.path/,
    ),
    change("targets are nodes", targetGroup, "targetType", "instance", /targetType/),
    change("no cross-zone balancing", nlb, "enableCrossZoneLoadBalancing", false, /enableCrossZoneLoadBalancing/),
    change("NLB is internal", (r) => nlb(r) && r.inputs["internal"] === false, "internal", true, /internal/),
    change("NLB is public", (r) => nlb(r) && r.inputs["internal"] === true, "internal", false, /internal/),
    change("binding names another Service", binding, "spec/serviceRef/name", "gone", /serviceRef\.name/),
    change("binding names another port", binding, "spec/serviceRef/port", "gone", /serviceRef\.port/),
    remove("no binding fills the group", binding, /targetGroupARN/, /edge/),
    change("clients of one network only", clientRule, "cidrIpv4", "192.0.2.0/24", /cidrIpv4/),
    remove("no client is let in", clientRule, /securityGroups|lets in/, anyone),
    remove("NLB may not reach the pods", egressRule, /SecurityGroupEgressRule/, anyone),
    remove("pods do not let the NLB in", podRule, /SecurityGroupIngressRule/, anyone),
    // Google
    change("Google's proxy sends no header", sslProxy, "proxyHeader", "NONE", /proxyHeader/),
    change("proxyHeader is not set", sslProxy, "proxyHeader", undefined, /proxyHeader/),
    change(
        "no session affinity",
        (r) => backendService(r) && r.inputs["sessionAffinity"] === "CLIENT_IP",
        "sessionAffinity",
        "NONE",
        /sessionAffinity/,
    ),
    change(
        "session affinity is not set",
        (r) => backendService(r) && r.inputs["sessionAffinity"] === "CLIENT_IP",
        "sessionAffinity",
        undefined,
        /sessionAffinity/,
    ),
    change("timeoutSec is left to Google", backendService, "timeoutSec", undefined, /timeoutSec/),
    change("timeoutSec is a minute", backendService, "timeoutSec", 60, /timeoutSec/),
    change("another scheme", backendService, "loadBalancingScheme", "EXTERNAL_MANAGED", /loadBalancingScheme/),
    change("no certificate map", sslProxy, "certificateMap", undefined, /certificateMap|sslCertificates/),
    remove("the certificate map is empty", mapEntry, /certificateMap/, /edge/),
    change("no TLS policy", sslProxy, "sslPolicy", undefined, /sslPolicy/),
    change("TLS policy that is not in the plan", sslProxy, "sslPolicy", "${gone.id}", /sslPolicy/),
    change("rule of another address", forwardingRule, "ipAddress", "${gone.id}", /ipAddress/),
    change("rule of any address", forwardingRule, "ipAddress", undefined, /ipAddress/),
    change(
        "the second zone has no group",
        backendService,
        "backends/1/group",
        "${gone.selfLink}",
        /backends\[1\]\.group/,
    ),
    change("firewall of other nodes", firewall, "targetTags", ["other-nodes"], /targetTags/, anyone),
    change("firewall for another protocol", firewall, "allows/0/protocol", "udp", /allows/, anyone),
    change("TLS 1.0", sslPolicy, "minTlsVersion", "TLS_1_0", /minTlsVersion/),
    change("rule of another port", forwardingRule, "portRange", "8884", /portRange/),
    change("rule leads to no proxy", forwardingRule, "target", "${gone.id}", /target/),
    change("health check of another path", healthCheck, "httpHealthCheck/requestPath", "/", /requestPath/),
    change("health check at a closed port", healthCheck, "httpHealthCheck/port", 9999, /httpHealthCheck\.port/),
    change("group that no Service fills", endpointGroup, "name", "gone", /name/),
    change("group of another Service", endpointGroup, "description", '{"service-name":"gone"}', /description/),
    change(
        "Service fills no group",
        negService,
        "metadata/annotations",
        undefined,
        /cloud\.google\.com\/neg/,
        /edge-groups/,
    ),
    change("firewall is closed", firewall, "allows/0/ports", ["22"], /allows/, anyone),
    change("firewall lets no health check in", firewall, "sourceRanges", ["35.191.0.0/16"], /sourceRanges/, anyone),
    change(
        "Cloud Armor lets all in",
        (r) => armor(r),
        "rules",
        [{ action: "allow", match: { config: { srcIpRanges: ["*"] } } }],
        /rules/,
    ),
    change("no Cloud Armor", backendService, "securityPolicy", undefined, /securityPolicy/),
    change(
        "no backend service for affinity",
        hasAnnotation("cloud.google.com/l4-rbs"),
        "metadata/annotations/cloud.google.com~l4-rbs",
        undefined,
        /l4-rbs/,
    ),
    change(
        "an internal load balancer is public",
        hasAnnotation("networking.gke.io/load-balancer-type"),
        "metadata/annotations/networking.gke.io~load-balancer-type",
        undefined,
        /load-balancer-type/,
    ),
    // Azure
    change(
        "Azure's timeout is left to Azure",
        hasAnnotation(aks("load-balancer-tcp-idle-timeout")),
        `metadata/annotations/${aks("load-balancer-tcp-idle-timeout").replace("/", "~")}`,
        "3",
        /tcp-idle-timeout/,
    ),
    change(
        "an internal load balancer is public",
        hasAnnotation(aks("load-balancer-internal")),
        `metadata/annotations/${aks("load-balancer-internal").replace("/", "~")}`,
        undefined,
        /load-balancer-internal/,
    ),
    change("gateway passes TLS through", gateway, "listeners/0/protocol", "Tcp", /listeners\[0\]\.protocol/),
    change("gateway has no certificate", gateway, "sslCertificates/0/keyVaultSecretId", undefined, /keyVaultSecretId/),
    change(
        "gateway's listener names no certificate",
        gateway,
        "listeners/0/sslCertificate",
        undefined,
        /sslCertificate/,
    ),
    change("gateway accepts TLS 1.0", gateway, "sslPolicy/policyName", "AppGwSslPolicy20150501", /policyName/),
    change("gateway's policy is left to Azure", gateway, "sslPolicy", undefined, /sslPolicy/),
    change(
        "gateway's backend is another address",
        gateway,
        "backendAddressPools/0/backendAddresses/0/ipAddress",
        "10.0.129.9",
        /ipAddress/,
    ),
    change(
        "gateway connects to another port",
        gateway,
        "backendSettingsCollection/0/port",
        8884,
        /backendSettingsCollection\[0\]\.port/,
    ),
    change(
        "gateway's backend timeout is short",
        gateway,
        "backendSettingsCollection/0/timeout",
        20,
        /backendSettingsCollection\[0\]\.timeout/,
    ),
    where(
        change("gateway's address times out early", gatewayAddress, "idleTimeoutInMinutes", 1, /idleTimeoutInMinutes/),
        /ApplicationGateway/,
    ),
    change("gateway has no rule", gateway, "routingRules/0", undefined, /routingRules/),
    change(
        "gateway's rule names no backend",
        gateway,
        "routingRules/0/backendAddressPool",
        undefined,
        /backendAddressPools/,
    ),
    change(
        "gateway's subnet lets others in",
        gatewayGroup,
        "securityRules/0",
        { access: "Allow", direction: "Inbound", sourceAddressPrefixes: ["192.0.2.0/24"] },
        /securityRules/,
    ),
    // DigitalOcean
    change(
        "no PROXY header",
        hasAnnotation(doks("enable-proxy-protocol")),
        `metadata/annotations/${doks("enable-proxy-protocol").replace("/", "~")}`,
        "false",
        /enable-proxy-protocol/,
    ),
    change(
        "the header's annotation is missing",
        hasAnnotation(doks("enable-proxy-protocol")),
        `metadata/annotations/${doks("enable-proxy-protocol").replace("/", "~")}`,
        undefined,
        /enable-proxy-protocol/,
    ),
    change(
        "another type",
        hasAnnotation(doks("type")),
        `metadata/annotations/${doks("type").replace("/", "~")}`,
        undefined,
        /do-loadbalancer-type/,
    ),
    change(
        "HTTP",
        hasAnnotation(doks("protocol")),
        `metadata/annotations/${doks("protocol").replace("/", "~")}`,
        "http",
        /do-loadbalancer-protocol/,
    ),
    change(
        "no host name",
        hasAnnotation(doks("hostname")),
        `metadata/annotations/${doks("hostname").replace("/", "~")}`,
        undefined,
        /do-loadbalancer-hostname/,
    ),
    change(
        "an internal load balancer is public",
        (r) => hasAnnotation(doks("network"))(r) && JSON.stringify(r.inputs).includes('"INTERNAL"'),
        `metadata/annotations/${doks("network").replace("/", "~")}`,
        "EXTERNAL",
        /do-loadbalancer-network/,
    ),
    // Kubernetes
    change(
        "node's address in place of the client's",
        (r) =>
            loadBalancer(r) &&
            !JSON.stringify(r.inputs).includes('REGIONAL"') &&
            !JSON.stringify(r.inputs).includes("load-balancer-internal-subnet"),
        "spec/externalTrafficPolicy",
        "Cluster",
        /externalTrafficPolicy/,
    ),
    change("Service selects other pods", service, "spec/selector", { app: "gone" }, /selector/),
    change("Service leads to another port", (r) => service(r), "spec/ports/0/targetPort", 9, /targetPort/),
    change(
        "Service has another port",
        loadBalancer,
        "spec/ports/0/port",
        8884,
        /ports\[0\]\.port|backendSettingsCollection/,
        /gateway/,
    ),
    change(
        "everyone is let in",
        (r) => loadBalancer(r),
        "spec/loadBalancerSourceRanges",
        undefined,
        /loadBalancerSourceRanges/,
    ),
    change(
        "one network is left out",
        (r) => loadBalancer(r) && JSON.stringify(r.inputs).includes("198.51.100.0/24"),
        "spec/loadBalancerSourceRanges",
        ["198.51.100.0/24"],
        /loadBalancerSourceRanges/,
    ),
    change(
        "session affinity of the load balancer",
        (r) =>
            loadBalancer(r) &&
            /azure-|l4-rbs|networking\.gke/.test(JSON.stringify(r.inputs)) &&
            (r.inputs["spec"] as { sessionAffinity?: unknown }).sessionAffinity === "ClientIP",
        "spec/sessionAffinity",
        "None",
        /sessionAffinity/,
    ),
    change("the internal Service leads nowhere", internalService, "spec/ports/0/targetPort", 1885, /targetPort/),
    change(
        "the internal Service leads to the edge's listener",
        internalService,
        "spec/ports/0/targetPort",
        1883,
        /targetPort/,
    ),
    change(
        "NodePort becomes ClusterIP",
        (r) => service(r) && JSON.stringify(r.inputs).includes('"NodePort"'),
        "spec/type",
        "ClusterIP",
        /type|port/,
    ),
    change(
        "MetalLB's pool is another",
        (r) => service(r) && JSON.stringify(r.inputs).includes("metallb.io/address-pool"),
        "metadata/annotations/metallb.io~address-pool",
        "gone",
        /address-pool/,
    ),
    remove(
        "nothing announces the address",
        ofType("kubernetes:metallb.io/v1beta1:BGPAdvertisement"),
        /address-pool|port/,
        /edge-service/,
    ),
    remove(
        "nothing announces the address in layer 2",
        ofType("kubernetes:metallb.io/v1beta1:L2Advertisement"),
        /address-pool|port/,
        /edge-service/,
    ),
    remove("no router is told", ofType("kubernetes:metallb.io/v1beta2:BGPPeer"), /address-pool/, /edge-service/),
    change("HAProxy's port is closed", policy, "spec/ingress/0/ports", [{ port: 22 }], /spec\.ingress/),
    change("HAProxy may not reach brokers", policy, "spec/egress/0/ports", [{ port: 22 }], /spec\.egress/),
    change("brokers let no client in", brokerPolicy, "spec/ingress/0/ports", [{ port: 22 }], /spec\.ingress/),
    change(
        "anyone writes X-Forwarded-For",
        (r) => policy(r) && (r.inputs["spec"] as { ingress: unknown[] }).ingress.length > 1,
        "spec/ingress/1/from",
        undefined,
        /spec\.ingress/,
    ),
    change(
        "HAProxy's configuration is mounted elsewhere",
        deployment,
        "spec/template/spec/containers/0/volumeMounts/0/mountPath",
        "/elsewhere",
        /volumeMounts/,
        /edge|haproxy/,
    ),
    change(
        "HAProxy is never ready: its probe asks at a closed port",
        deployment,
        "spec/template/spec/containers/0/readinessProbe/httpGet/port",
        9999,
        /readinessProbe/,
        /edge|haproxy/,
    ),
    change(
        "HAProxy is restarted for ever: its probe asks for another path",
        deployment,
        "spec/template/spec/containers/0/livenessProbe/httpGet/path",
        "~gone",
        /livenessProbe/,
        /edge|haproxy/,
    ),
    change("no HAProxy runs", deployment, "spec/replicas", 0, /spec\.replicas/),
    change(
        "the certificate's Secret is another",
        (r) => deployment(r) && JSON.stringify(r.inputs).includes('"name":"certificate"'),
        "spec/template/spec/volumes/1/secret/secretName",
        "gone",
        /bind crt/,
        /haproxy-config/,
    ),
    change(
        "a port of the pod is missing",
        deployment,
        "spec/template/spec/containers/0/ports/0/containerPort",
        1,
        /ports/,
    ),
    change("other labels", deployment, "spec/template/metadata/labels", { app: "gone" }, /selector/, /service|edge/),
    change("Ingress without TLS", ingress, "spec/tls", [], /spec\.tls/),
    change("Ingress leads nowhere", ingress, "spec/rules/0/http/paths/0/backend/service/name", "gone", /service\.name/),
    change("Ingress of another path", ingress, "spec/rules/0/http/paths/0/path", "/", /path/),
    change(
        "Ingress serves no Secret",
        (r) => ingress(r) && JSON.stringify(r.inputs).includes("vernemq-edge-certificate"),
        "spec/tls/0/secretName",
        "vernemq-edge-gone",
        /secretName/,
    ),
    change(
        "Ingress closes early",
        (r) => ingress(r) && JSON.stringify(r.inputs).includes("timeout-tunnel"),
        "metadata/annotations/haproxy.org~timeout-tunnel",
        "30s",
        /timeout-tunnel/,
    ),
    change(
        "Ingress' timeout is the controller's",
        (r) => ingress(r),
        "metadata/annotations/haproxy.org~timeout-tunnel",
        undefined,
        /idle timeout/,
    ),
    change("route of no Gateway", route, "spec/parentRefs", [], /parentRefs/),
    change("route leads nowhere", route, "spec/rules/0/backendRefs/0/name", "gone", /backendRefs\[0\]\.name/),
    change("route of another port", route, "spec/rules/0/backendRefs/0/port", 8080, /backendRefs\[0\]\.port/),
    change(
        "web Service leads to TLS",
        webService,
        "spec/ports/0/targetPort",
        8883,
        /port|bind/,
        /haproxy-config|haproxy/,
    ),
    // HAProxy
    inHaproxy("silent connections live 5 s", /timeout tunnel \d+s/, "timeout tunnel 5s", /timeout tunnel/),
    inHaproxy("no timeout for tunnels", / +timeout tunnel .*\n/, "", /timeout tunnel/),
    inHaproxy("map-based hash", /hash-type consistent/g, "hash-type map-based", /hash-type/),
    inHaproxy("no hash type", / +hash-type consistent\n/g, "", /hash-type/),
    inHaproxy("round robin", /balance source/, "balance roundrobin", /balance/),
    inHaproxy(
        "hash of something else",
        /balance hash var\(txn\.client_id\)/,
        "balance hash src_port",
        /balance|src_port/,
    ),
    inHaproxy("client id is never read", / +tcp-request content set-var\(txn\.client_id\).*\n/, "", /set-var/),
    where(inHaproxy("servers without ids", / id \d+/g, "", /server id/), /balance source|balance hash/),
    where(inHaproxy("two servers of one id", / id 2\b/, " id 1", /server id/), /balance source|balance hash/),
    inHaproxy("no header to brokers", / send-proxy-v2\S*/g, "", /send-proxy/),
    inHaproxy("another header to brokers", / send-proxy-v2\S*/, " send-proxy", /send-proxy/),
    inHaproxy(
        "a header that is never sent is demanded",
        /^( +bind :8883)(?! accept-proxy)/m,
        "$1 accept-proxy",
        /accept-proxy/,
    ),
    inHaproxy("a header that is sent is not expected", /^( +bind :8883) accept-proxy/m, "$1", /accept-proxy/),
    inHaproxy("no TLS", /^( +bind :8883.*) ssl crt \S+/m, "$1", /bind ssl/),
    inHaproxy(
        "TLS where it was terminated before",
        /^( +bind :8883 accept-proxy)$/m,
        "$1 ssl crt /edge/certificate/tls.crt",
        /bind (ssl|crt)/,
    ),
    inHaproxy("another certificate", /ssl crt \S+/, "ssl crt /tmp/other.pem", /bind crt/),
    inHaproxy("TLS 1.0", /ssl-min-ver TLSv1\.\d/, "ssl-min-ver TLSv1.0", /ssl-min-ver/),
    inHaproxy("no lowest TLS version", / ssl-min-ver TLSv1\.\d/, "", /ssl-min-ver/),
    inHaproxy("client certificates are optional", /verify required/g, "verify optional", /verify/),
    inHaproxy("clients of another CA", / ca-file \S+/g, " ca-file /edge/config/gone.pem", /verify/),
    inHaproxy("another port", /^( +bind ):8883/m, "$1:8884", /targetPort|containerPort|port/, /edge/),
    inHaproxy("servers of another port", /svc\.cluster\.local:1883/g, "svc.cluster.local:1885", /server/),
    inHaproxy(
        "the listener without PROXY header",
        /svc\.cluster\.local:1883/g,
        "svc.cluster.local:1884",
        /send-proxy|PROXY/,
    ),
    inHaproxy(
        "WebSocket clients at the MQTT listener",
        /default_backend brokers-ws/,
        "default_backend brokers-mqtt",
        /default_backend/,
    ),
    inHaproxy("brokers of another namespace", /headless\.\w+\.svc/g, "headless.gone.svc", /server/),
    inHaproxy("one broker is missing", / +server vernemq-0 .*\n/g, "", /server/),
    inHaproxy("no health checks", / check port 8888/g, "", /default-server check/),
    inHaproxy("no keepalives towards brokers", / +option srvtcpka\n/g, "", /srvtcpka/),
    inHaproxy("no keepalives towards devices", / +option clitcpka\n/g, "", /clitcpka/),
    inHaproxy("keepalives that come too late", /clitcpka-idle \d+s/, "clitcpka-idle 2h", /clitcpka/),
    inHaproxy(
        "everyone is let in",
        /^ +(tcp|http)-request (connection|session|deny deny_status 403)? ?(reject )?unless is_allowed\n/gm,
        "",
        /is_allowed/,
    ),
    inHaproxy("other networks are let in", /acl is_allowed src .*/g, "acl is_allowed src 192.0.2.0/24", /is_allowed/),
    inHaproxy(
        "another place of X-Forwarded-For",
        /set-src req\.hdr_ip\(x-forwarded-for,-1\)/,
        "set-src req.hdr_ip(x-forwarded-for,-2)",
        /set-src/,
    ),
    inHaproxy("the controller's address in place of the client's", / +http-request set-src .*\n/, "", /set-src/),
    inHaproxy("no backend", /default_backend brokers-mqtt/, "default_backend gone", /default_backend|server|port/),
    // VerneMQ
    variable(
        "VerneMQ expects no header",
        "DOCKER_VERNEMQ_LISTENER__TCP__DEFAULT__PROXY_PROTOCOL",
        undefined,
        /TCP__DEFAULT__PROXY_PROTOCOL/,
    ),
    where(
        variable(
            "VerneMQ expects no header of WebSocket clients",
            "DOCKER_VERNEMQ_LISTENER__WS__DEFAULT__PROXY_PROTOCOL",
            "off",
            /WS__DEFAULT__PROXY_PROTOCOL/,
        ),
        /frontend (wss|web)|"vernemq-edge-wss"/,
    ),
    variable(
        "VerneMQ listens elsewhere",
        "DOCKER_VERNEMQ_LISTENER__TCP__DEFAULT",
        "$(MY_POD_IP):1999",
        /server|port|Port/,
        /haproxy-config|edge/,
    ),
    variable(
        "clients inside the cluster must send a header",
        "DOCKER_VERNEMQ_LISTENER__TCP__INTERNAL__PROXY_PROTOCOL",
        "on",
        /TCP__INTERNAL__PROXY_PROTOCOL/,
    ),
    where(
        change(
            "another name of the StatefulSet",
            release,
            "values/fullnameOverride",
            "other",
            /server/,
            /haproxy-config/,
        ),
        /haproxy\.cfg/,
    ),
    change(
        "the operator's listener expects no header",
        operated,
        "spec/config/listeners/0/proxyProtocol",
        undefined,
        /proxyProtocol/,
    ),
    change(
        "the operator's internal listener expects one",
        operated,
        "spec/config/listeners/2/proxyProtocol",
        true,
        /proxyProtocol/,
    ),
    change(
        "the operator's listener is elsewhere",
        operated,
        "spec/config/listeners/0/port",
        1999,
        /server/,
        /haproxy-config/,
    ),
];

describe("A change of an input that a connection path rests on", () => {
    const stacks: Readonly<Record<string, StackConfig>> = { ...variants(), ...matrixStacks, ...furtherStacks };
    const plans = new Map<string, Plan>();
    const survivors: string[] = [];
    const counts = new Map<string, number>();

    before(async () => {
        for (const [name, config] of Object.entries(stacks)) {
            plans.set(name, await planned(config));
        }
    });

    for (const [index, mutation] of mutations.entries()) {
        it(`is caught, by resource and input: ${mutation.what}`, () => {
            const tried = [...plans].filter(
                ([, { edge, resources }]) => edge.exposure !== "none" && mutation.appliesTo(resources),
            );
            counts.set(`${index} ${mutation.what}`, tried.length);
            assert.ok(tried.length > 0, "no stack has this input");
            const missed = tried.filter(([, plan]) => !isCaught(plan, mutation)).map(([name]) => name);
            survivors.push(...missed.map((name) => `${mutation.what}: ${name}`));
            assert.deepEqual(missed, []);
        });
    }

    after(() => {
        const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
        console.log(
            `${counts.size} mutations in ${plans.size} stacks, ${all} mutated graphs: ${survivors.length} survivors`,
        );
    });
});

function isCaught({ edge, resources }: Plan, mutation: Mutation): boolean {
    const culprits = mutation.culprits(resources);
    return checkPlan({ edge, resources: mutation.apply(resources) })
        .filter(({ status }) => status === "fail")
        .some(({ detail }) => mutation.input.test(detail) && culprits.some((name) => detail.includes(name)));
}
