import assert from "node:assert/strict";
import { brokerNames } from "../../components/broker/names";
import { parseSettings } from "../../stacks/settings/parse";
import { endpointUrls } from "../../stacks/endpoints";
import { nextCommands } from "../../stacks/next-commands";
import { change, only, planOf, rawConfig, valid, type StackConfig, throughIngress } from "../support";

const { doks, existing } = valid;

function endpoints(config: StackConfig): Record<string, string> {
    return endpointUrls(parseSettings(rawConfig(config)), "vernemq");
}

function edge(settings: Readonly<Record<string, unknown>>, config: StackConfig = existing): StackConfig {
    return change(config, "vernemq:edge", settings);
}

function commands(config: StackConfig, edgeService: string | undefined, has = false): string[] {
    return nextCommands({
        settings: parseSettings(rawConfig(config)),
        names: brokerNames.helm,
        edgeService,
        hasKubeconfig: has,
        hasCa: has,
        hasPasswords: has,
    });
}

/** Without an edge, and so without a certificate. */
function withoutEdge(service: object, host?: string): StackConfig {
    const plain = { exposure: "none", listeners: ["mqtt"], affinity: "none", host };
    return change({ ...existing, "vernemq:certificate": {}, "vernemq:edge": plain }, "vernemq:broker", { service });
}

describe("endpoints", () => {
    it("are the URLs that devices dial", () => {
        assert.deepEqual(endpoints(doks), {
            mqtts: "mqtts://mqtt.example.com:8883",
            wss: "wss://mqtt.example.com:443/mqtt",
        });
    });

    it("have the node ports that were chosen; one that the cluster picks is left out", () => {
        assert.deepEqual(endpoints(edge({ exposure: "node-port", nodePorts: { mqtts: 30883 } })), {
            mqtts: "mqtts://mqtt.example.com:30883",
        });
    });

    it("are VerneMQ's own Service where there is no edge", () => {
        const nodePort = { type: "NodePort", nodePorts: { mqtt: 31883 } };
        assert.deepEqual(endpoints(withoutEdge({ type: "ClusterIP" })), { mqtt: "mqtt://vernemq.messaging.svc:1883" });
        assert.deepEqual(endpoints(withoutEdge(nodePort)), {});
        assert.deepEqual(endpoints(withoutEdge(nodePort, "node.example.com")), {
            mqtt: "mqtt://node.example.com:31883",
        });
        const trusted = { allowedCidrs: ["192.0.2.0/24"] };
        assert.deepEqual(endpoints(edge(trusted, withoutEdge({ type: "LoadBalancer" }, "mqtt.example.com"))), {
            mqtt: "mqtt://mqtt.example.com:1883",
        });
        assert.deepEqual(endpoints(withoutEdge({ webSocket: true })), {
            mqtt: "mqtt://vernemq.messaging.svc:1883",
            ws: "ws://vernemq.messaging.svc:8080/mqtt",
        });
    });

    it("name the host of WebSocket clients where they come in through an ingress or gateway", () => {
        assert.deepEqual(endpoints(edge({ webSocket: throughIngress })), {
            mqtts: "mqtts://mqtt.example.com:8883",
            wss: "wss://ws.example.com:443/mqtt",
        });
    });
});

describe("next commands", () => {
    it("lead to Grafana and its password where the stack has one", () => {
        const observed = (settings: object) =>
            commands(change(existing, "vernemq:observability", { metrics: "service-monitor", ...settings }), undefined);
        assert.deepEqual(observed({ stack: { enabled: true, namespace: "watch" } }).slice(-4, -2), [
            "kubectl --namespace watch port-forward svc/monitoring-grafana 3000:80",
            "pulumi stack output grafanaPassword --show-secrets",
        ]);
        assert.ok(!observed({}).some((command) => command.includes("grafana")));
    });

    it("show where the ingress or gateway has its address", () => {
        const last = (webSocket: object) => commands(edge({ webSocket }), "vernemq-edge").at(-3);
        assert.equal(last(throughIngress), "kubectl --namespace messaging get ingress vernemq-edge-web");
        const gateway = {
            via: "gateway",
            host: "ws.example.com",
            gateway: { name: "shared", namespace: "infra" },
            sources: [{ namespace: "infra" }],
        };
        assert.equal(last(gateway), "kubectl --namespace messaging get httproute vernemq-edge-web");
    });

    it("show the cluster, open the two port-forwards of the guide, and ask each broker and the endpoints whether all is well", () => {
        assert.deepEqual(commands(doks, "vernemq-edge"), [
            "kubectl --namespace messaging exec vernemq-0 -- vmq-admin cluster show",
            "kubectl --namespace messaging port-forward svc/vernemq 1883:1883",
            "kubectl --namespace messaging port-forward svc/vernemq-headless 8888:8888",
            "npm run ops -- status --stack test",
            "npm run pipeline -- verify --stack test",
        ]);
    });

    it("save the kubeconfig for its owner only, and fetch the CA and the passwords where there are some", () => {
        const all = commands(doks, "vernemq-edge", true);
        assert.equal(
            all[0],
            "(umask 077 && pulumi stack output kubeconfig --show-secrets > kubeconfig) && export KUBECONFIG=$PWD/kubeconfig",
        );
        assert.deepEqual(all.slice(-4, -2), [
            "pulumi stack output ca > ca.pem",
            "pulumi stack output passwords --show-secrets",
        ]);
    });

    it("verify endpoints that can be dialled from outside, and no others", () => {
        const verifies = (config: StackConfig) => commands(config, undefined).some((line) => line.includes(" verify "));
        const chosen = { exposure: "node-port", nodePorts: { mqtts: 30883 } };
        assert.ok([doks, existing, edge(chosen), edge({ exposure: "internal" }, doks)].every(verifies));
        const inside = [
            edge({ exposure: "cluster-ip" }),
            edge({ exposure: "node-port" }),
            withoutEdge({ type: "ClusterIP" }),
        ];
        assert.ok(!inside.some(verifies));
    });

    it("go to the context and the kubeconfig that the stack uses, quoted for a shell", () => {
        const config = change(existing, "vernemq:cluster", { context: "rack 1's", kubeconfigPath: "~/.kube/rack" });
        assert.equal(
            commands(config, undefined, true)[0],
            `kubectl --kubeconfig ~/.kube/rack --context 'rack 1'\\''s' --namespace messaging exec vernemq-0 -- vmq-admin cluster show`,
        );
    });

    it("name the context where the stack names no kubeconfig", () => {
        const config = change(existing, "vernemq:cluster", { context: "rack-1" });
        assert.equal(
            commands(config, undefined)[0],
            "kubectl --context rack-1 --namespace messaging exec vernemq-0 -- vmq-admin cluster show",
        );
    });

    it("open a way to an edge that has no address, from ports that need no privilege", () => {
        const inside = commands(edge({ exposure: "cluster-ip" }), "vernemq-edge").slice(3, -1);
        assert.deepEqual(inside, [
            "kubectl --namespace messaging port-forward svc/vernemq-edge 8883:8883",
            "kubectl --namespace messaging port-forward svc/vernemq-edge 8443:443",
        ]);
        const onNodes = commands(edge({ exposure: "node-port" }), "vernemq-edge").slice(3, -1);
        assert.deepEqual(onNodes, ["kubectl --namespace messaging get service vernemq-edge"]);
    });
});

describe("stack outputs", () => {
    it("are complete, with secrets closed", async () => {
        const outputs = only(await planOf(doks), "pulumi:pulumi:Stack").outputs;
        assert.deepEqual(Object.keys(outputs ?? {}), [
            "address",
            "clusterName",
            "edge",
            "endpointInsideCluster",
            "endpoints",
            "kubeconfig",
            "nextCommands",
            "passwords",
        ]);
        assert.equal(outputs?.["address"], "${vernemq-edge-service.loadBalancer.ip}");
        assert.equal(outputs["clusterName"], "vernemq-test");
        assert.equal(outputs["endpointInsideCluster"], "mqtt://vernemq-internal.messaging.svc:1883");
        assert.deepEqual([outputs["kubeconfig"], outputs["passwords"]], ["[secret]", "[secret]"]);
    });

    it("leave out what a stack does not have", async () => {
        const given = [{ name: "device", password: { secure: "encrypted" } }];
        const config = change(edge({ exposure: "node-port" }), "vernemq:broker", { users: given });
        const outputs = only(await planOf(config), "pulumi:pulumi:Stack").outputs;
        assert.deepEqual(Object.keys(outputs ?? {}), [
            "ca",
            "clusterName",
            "edge",
            "endpointInsideCluster",
            "endpoints",
            "nextCommands",
        ]);
    });
});
