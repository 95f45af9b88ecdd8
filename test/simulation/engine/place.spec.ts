import assert from "node:assert/strict";
import { placeOf } from "../../../simulation/engine/place";
import { unknownValue } from "../../../components/common/protocol-values";
import { asSecret } from "../../../simulation/engine/wire";

const urn = (stack: string) => `urn:pulumi:${stack}::p::t::n`;
const namespace = "kubernetes:core/v1:Namespace";
const kubeconfig = (server: string) => `
current-context: a
contexts: [{ name: a, context: { cluster: c } }, { name: b, context: { cluster: d } }]
clusters: [{ name: c, cluster: { server: "${server}" } }, { name: d, cluster: { server: "https://d.example.net" } }]
`;

describe("where resources of the simulated clouds live", () => {
    it("is a cluster for what is in Kubernetes: the server of the kubeconfig's context, whichever stack asks", () => {
        const one = placeOf(namespace, { kubeconfig: asSecret(kubeconfig("https://one.example.net")) }, urn("x"));
        assert.equal(placeOf(namespace, { kubeconfig: kubeconfig("https://one.example.net") }, urn("y")), one);
        assert.notEqual(placeOf(namespace, { kubeconfig: kubeconfig("https://two.example.net") }, urn("x")), one);
        const other = { kubeconfig: kubeconfig("https://one.example.net"), context: "b" };
        assert.match(placeOf(namespace, other, urn("x")), /https:\/\/d\.example\.net/);
    });

    it("is the named context, or the stack's own current one, where there is no kubeconfig", () => {
        const shop = placeOf(namespace, { context: "shop" }, urn("x"));
        assert.equal(placeOf(namespace, { context: "shop" }, urn("y")), shop);
        assert.notEqual(placeOf(namespace, {}, urn("x")), placeOf(namespace, {}, urn("y")));
        assert.equal(placeOf(namespace, { kubeconfig: unknownValue }, urn("x")), placeOf(namespace, {}, urn("x")));
    });

    it("is a region on AWS, but for its global services; a project and a subscription elsewhere", () => {
        const region = { region: "eu-central-1" };
        assert.notEqual(
            placeOf("aws:eks/cluster:Cluster", region, urn("x")),
            placeOf("aws:eks/cluster:Cluster", { region: "us-east-1" }, urn("x")),
        );
        assert.equal(placeOf("aws:iam/role:Role", region, urn("x")), placeOf("aws:iam/role:Role", {}, urn("y")));
        const [one, two] = ["one", "two"].map((project) =>
            placeOf("gcp:container/cluster:Cluster", { project }, urn("x")),
        );
        assert.notEqual(one, two);
        const [first, second] = ["1", "2"].map((subscriptionId) =>
            placeOf("azure-native:network:PublicIPAddress", { subscriptionId }, urn("x")),
        );
        assert.notEqual(first, second);
    });
});
