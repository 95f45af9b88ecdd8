import type { Resource } from "../../policy/rule";
import { resource } from "./support";

const releaseType = "kubernetes:helm.sh/v3:Release";
const release = (values: Readonly<Record<string, unknown>>, other: Readonly<Record<string, unknown>> = {}) =>
    resource(releaseType, "broker", {
        chart: "vernemq",
        name: "vernemq",
        namespace: "messaging",
        version: "2.1.2",
        values: { replicaCount: 3, ...values },
        ...other,
    });
const variable = (name: string, value: string) => ({ name: `DOCKER_VERNEMQ_${name}`, value });
const service = (spec: Readonly<Record<string, unknown>>) =>
    resource("kubernetes:core/v1:Service", "service", { spec });
const haproxy = (text: string) =>
    resource("kubernetes:core/v1:ConfigMap", "haproxy", { data: { "haproxy.cfg": text } });
const listener = (inputs: Readonly<Record<string, unknown>>) =>
    resource("aws:lb/listener:Listener", "listener", inputs);
const forwarding = (inputs: Readonly<Record<string, unknown>>) =>
    resource("gcp:compute/forwardingRule:ForwardingRule", "forwarding", inputs);
const targets = (inputs: Readonly<Record<string, unknown>>) =>
    resource("aws:lb/targetGroup:TargetGroup", "targets", { protocol: "TCP", ...inputs });
const cluster = (inputs: Readonly<Record<string, unknown>>, protect = false) =>
    resource("aws:eks/cluster:Cluster", "cluster", inputs, protect);
const deployment = (pod: Readonly<Record<string, unknown>>) =>
    resource("kubernetes:apps/v1:Deployment", "app", { spec: { template: { spec: pod } } });
const namespace = (labels: Readonly<Record<string, string>>) =>
    resource("kubernetes:core/v1:Namespace", "namespace", { metadata: { name: "messaging", labels } });
const statefulSet = (spec: Readonly<Record<string, unknown>>) =>
    resource("kubernetes:apps/v1:StatefulSet", "rendered", {
        spec: {
            replicas: 3,
            template: { spec: { containers: [{ name: "vernemq", image: "docker.io/vernemq/vernemq:2.1.2" }] } },
            ...spec,
        },
    });
const operated = (spec: Readonly<Record<string, unknown>>) =>
    resource("kubernetes:vmq.k8s.vernemq.com/v1alpha1:VerneMQ", "operated", {
        metadata: { name: "k8s", namespace: "messaging" },
        spec: { size: 3, ...spec },
    });

const enforce = "pod-security.kubernetes.io/enforce";
const brokerLabels = { "app.kubernetes.io/name": "vernemq", "app.kubernetes.io/instance": "vernemq" };
const hostname = {
    podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: "kubernetes.io/hostname" }],
    },
};
const balanced = (balance: string) =>
    `frontend in\n  bind :8883 ssl crt /tls.pem ssl-min-ver TLSv1.2\n  default_backend b\nbackend b\n  ${balance}\n  server a a:1883\n  server b b:1883\n`;
const restrictedContainer = {
    name: "app",
    image: "app:1.0.0",
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
};
const restrictedPod = {
    securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    containers: [restrictedContainer],
    automountServiceAccountToken: false,
};

/** For each rule what trips it, by what it says, and what passes it. */
export const cases: Readonly<
    Record<
        string,
        {
            readonly trips: readonly (readonly [RegExp, ...Resource[]])[];
            readonly passes: readonly (readonly Resource[])[];
        }
    >
> = {
    "tls-outside-broker": {
        trips: [
            [
                /listener\.ssl\.default/,
                release({ additionalEnv: [variable("LISTENER__SSL__DEFAULT", "0.0.0.0:8883")] }),
            ],
            [/opens mqtts/, release({ service: { mqtts: { enabled: true } } })],
            [
                /listener\.ssl\.8883/,
                operated({ config: { listeners: [{ port: 8883, tlsConfig: { certfile: "c" } }] } }),
            ],
            [/listener\.wss\.default/, operated({ vmqConfig: "listener.wss.default = 0.0.0.0:443" })],
        ],
        passes: [[release({ additionalEnv: [variable("LISTENER__TCP__DEFAULT", "0.0.0.0:1883")] })], [operated({})]],
    },
    "session-affinity": {
        trips: [
            [/nothing keeps a client/, release({ service: { type: "LoadBalancer" } })],
            [/HAProxy's b sends a client to any broker/, haproxy(balanced("balance leastconn"))],
            [/nothing keeps/, release({}), service({ type: "LoadBalancer", selector: brokerLabels })],
            [/nothing keeps/, release({}), targets({ stickiness: { enabled: true, type: "lb_cookie" } })],
            [
                /nothing keeps/,
                release({}),
                resource("gcp:compute/backendService:BackendService", "backend", {
                    protocol: "TCP",
                    sessionAffinity: "NONE",
                }),
            ],
        ],
        passes: [
            [release({ service: { type: "LoadBalancer", sessionAffinity: "ClientIP" } })],
            [haproxy(balanced("balance source"))],
            [haproxy(balanced("balance hash req.payload(0,0)"))],
            [haproxy(balanced("stick on src"))],
            [haproxy(`defaults\n  balance source\n${balanced("mode tcp")}`)],
            [release({}), service({ type: "LoadBalancer", selector: brokerLabels, sessionAffinity: "ClientIP" })],
            [release({}), targets({ stickiness: { enabled: true, type: "source_ip" } })],
            // HAProxy picks the broker, whatever the load balancer before it does.
            [release({}), targets({}), haproxy(balanced("balance source"))],
            // Another program's load balancer of something else.
            [release({}), service({ type: "LoadBalancer", selector: { app: "shop" } })],
        ],
    },
    "no-public-plain-mqtt": {
        trips: [
            [/port 1883/, release({ service: { type: "LoadBalancer" } })],
            [/port 8080/, release({ service: { type: "NodePort", ws: { enabled: true } } })],
            [/port 1883/, service({ type: "LoadBalancer", ports: [{ port: 1883 }] })],
            [/port 1883/, listener({ protocol: "TCP", port: 1883 })],
            [/port 1883[^]*port 8080/, forwarding({ portRange: "1000-9000" })],
            [/port 1883/, forwarding({ portRange: "1883-1883" })],
            [/port 1883/, forwarding({ ports: ["8883", "1883"] })],
            [/port 1883/, forwarding({ allPorts: true })],
            [
                /port 1883/,
                resource("digitalocean:index/loadBalancer:LoadBalancer", "lb", {
                    forwardingRules: [{ entryPort: 1883 }],
                }),
            ],
        ],
        passes: [
            [release({ service: { type: "ClusterIP" } })],
            [release({ service: { type: "LoadBalancer", mqtt: { enabled: false } } })],
            [service({ type: "ClusterIP", ports: [{ port: 1883 }] })],
            [listener({ protocol: "TLS", port: 8883 })],
            [forwarding({ portRange: "8883-8883" })],
            [forwarding({ portRange: "1884-8079", allPorts: false })],
            [forwarding({ ports: ["${unknown}"] })],
        ],
    },
    "tls-1-2": {
        trips: [
            [/is not set/, listener({ protocol: "TLS", port: 8883 })],
            [/2016-08/, listener({ protocol: "TLS", sslPolicy: "ELBSecurityPolicy-2016-08" })],
            [/TLS_1_0/, resource("gcp:compute/sSLPolicy:SSLPolicy", "policy", { minTlsVersion: "TLS_1_0" })],
            [/minTlsVersion is not set/, resource("gcp:compute/sSLPolicy:SSLPolicy", "policy")],
            [/sslPolicy is not set/, resource("gcp:compute/targetSSLProxy:TargetSSLProxy", "proxy")],
            [
                /20170401/,
                resource("azure-native:network:ApplicationGateway", "gateway", {
                    sslPolicy: { policyType: "Predefined", policyName: "AppGwSslPolicy20170401" },
                }),
            ],
            [/HAProxy's in sets/, haproxy("frontend in\n  bind :8883 ssl crt /tls.pem\n")],
            [
                /HAProxy's old sets/,
                haproxy(
                    "frontend new\n  bind :8883 ssl crt /tls.pem ssl-min-ver TLSv1.2\nfrontend old\n  bind :443 ssl crt /tls.pem ssl-min-ver TLSv1.1\n",
                ),
            ],
        ],
        passes: [
            [listener({ protocol: "TLS", sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06" })],
            [listener({ protocol: "TCP", port: 8883 })],
            [listener({ protocol: "TLS", sslPolicy: "${unknown}" })],
            [listener({ protocol: "TLS", sslPolicy: "ELBSecurityPolicy-FS-1-2-Res-2020-10" })],
            [resource("gcp:compute/targetSSLProxy:TargetSSLProxy", "proxy", { sslPolicy: "${unknown}" })],
            [
                resource("azure-native:network:ApplicationGateway", "gateway", {
                    sslPolicy: { policyType: "Predefined", policyName: "AppGwSslPolicy20220101" },
                }),
            ],
            [
                haproxy(
                    "global\n  ssl-default-bind-options ssl-min-ver TLSv1.3\nfrontend in\n  bind :8883 ssl crt /tls.pem\n",
                ),
            ],
            [haproxy(balanced("balance source"))],
        ],
    },
    "no-anonymous": {
        trips: [
            [/is on/, release({ additionalEnv: [variable("ALLOW_ANONYMOUS", "on")] })],
            [/is on/, operated({ vmqConfig: "a = b\nallow_anonymous = on" })],
        ],
        passes: [[release({ additionalEnv: [variable("ALLOW_ANONYMOUS", "off")] })], [release({})]],
    },
    "one-broker-per-node": {
        trips: [
            [/apart/, release({ podAntiAffinity: "soft" })],
            [/apart/, release({})],
            [/apart/, statefulSet({})],
        ],
        passes: [
            [release({ podAntiAffinity: "hard" })],
            [release({ replicaCount: 1 })],
            [operated({ affinity: hostname })],
        ],
    },
    "few-big-brokers": {
        trips: [[/5 brokers/, release({ replicaCount: 5, resources: { requests: { cpu: "500m" } } })]],
        passes: [[release({ replicaCount: 5, resources: { requests: { cpu: 4 } } })], [release({ replicaCount: 3 })]],
    },
    persistence: {
        trips: [
            [/no volumes/, release({})],
            [/no volumes/, statefulSet({})],
        ],
        passes: [
            [release({ persistentVolume: { enabled: true } })],
            [release({ replicaCount: 1 })],
            [statefulSet({ volumeClaimTemplates: [{}] })],
        ],
    },
    "disruption-budget": {
        trips: [
            [/there is no/, release({})],
            [/minAvailable is 1/, release({ pdb: { enabled: true, minAvailable: 1 } })],
        ],
        passes: [
            [release({ pdb: { enabled: true, minAvailable: 2 } })],
            [
                release({}),
                resource("kubernetes:policy/v1:PodDisruptionBudget", "budget", {
                    spec: { maxUnavailable: 1, selector: { matchLabels: brokerLabels } },
                }),
            ],
        ],
    },
    "encrypted-volumes": {
        trips: [
            [/not encrypted/, resource("aws:ebs/volume:Volume", "volume", { size: 20 })],
            [
                /not encrypted/,
                resource("kubernetes:storage.k8s.io/v1:StorageClass", "class", {
                    provisioner: "ebs.csi.aws.com",
                    parameters: { type: "gp3" },
                }),
            ],
        ],
        passes: [
            [resource("aws:ebs/volume:Volume", "volume", { encrypted: true })],
            [resource("kubernetes:storage.k8s.io/v1:StorageClass", "class", { provisioner: "pd.csi.storage.gke.io" })],
        ],
    },
    "encrypted-secrets": {
        trips: [[/not encrypted/, cluster({ version: "1.27" })]],
        passes: [
            [cluster({ version: "1.35" })],
            [cluster({ version: "1.27", encryptionConfig: { provider: { keyArn: "${unknown}" } } })],
        ],
    },
    "no-world-open-api": {
        trips: [
            [/lets anyone in/, cluster({ vpcConfig: { publicAccessCidrs: ["0.0.0.0/0"] } })],
            [/lets anyone in/, cluster({ vpcConfig: { publicAccessCidrs: ["0.0.0.0/1", "128.0.0.0/1"] } })],
            [/does not limit which networks/, resource("gcp:container/cluster:Cluster", "cluster")],
        ],
        passes: [
            [cluster({ vpcConfig: { publicAccessCidrs: ["203.0.113.0/24"] } })],
            [cluster({ vpcConfig: { endpointPublicAccess: false } })],
        ],
    },
    tags: { trips: [[/no tags/, cluster({})]], passes: [[cluster({ tags: { owner: "iot" } })]] },
    protected: {
        trips: [
            [/deleted/, cluster({})],
            [/deleted/, resource("aws:kms/key:Key", "key")],
        ],
        passes: [[cluster({ deletionProtection: true })], [cluster({}, true)]],
    },
    "pinned-versions": {
        trips: [
            [/chart/, release({}, { version: "^2.1.0" })],
            [/chart/, release({}, { version: undefined })],
            [/tag/, release({ image: { repository: "vernemq/vernemq", tag: "latest" } })],
            [/haproxy names/, deployment({ containers: [{ image: "example.com:5000/haproxy" }] })],
        ],
        passes: [
            [release({})],
            [deployment({ containers: [{ image: "haproxy@sha256:ab" }, { image: "haproxy:3.2.1" }] })],
        ],
    },
    "restricted-pods": {
        trips: [
            [/may run as root/, deployment({ containers: [{ name: "app" }] })],
            [/hostNetwork is on/, deployment({ ...restrictedPod, hostNetwork: true })],
            [
                /capability NET_ADMIN/,
                deployment({
                    ...restrictedPod,
                    containers: [
                        {
                            ...restrictedContainer,
                            securityContext: {
                                ...restrictedContainer.securityContext,
                                capabilities: { drop: ["ALL"], add: ["NET_ADMIN"] },
                            },
                        },
                    ],
                }),
            ],
            [/container vernemq keeps capabilities/, release({ securityContext: restrictedPod.securityContext })],
        ],
        passes: [
            [deployment(restrictedPod)],
            [
                release({
                    securityContext: restrictedPod.securityContext,
                    containerSecurityContext: restrictedContainer.securityContext,
                }),
            ],
        ],
    },
    "no-idle-tokens": {
        trips: [[/default service account/, deployment({ containers: [] })]],
        passes: [[deployment(restrictedPod)], [deployment({ containers: [], serviceAccountName: "operator" })]],
    },
    "restricted-namespace": {
        trips: [
            [/no Pod Security Standard/, namespace({})],
            [/enforces privileged where brokers run/, namespace({ [enforce]: "privileged" }), release({})],
            [/enforces baseline where brokers run/, namespace({ [enforce]: "baseline" }), release({})],
        ],
        passes: [
            [namespace({ [enforce]: "restricted" }), release({})],
            [namespace({ [enforce]: "privileged" })],
            [namespace({ [enforce]: "baseline" }), operated({})],
        ],
    },
};
