import assert from "node:assert/strict";
import { change, problemsOf, valid } from "../../support";

describe("Machines of another cloud", () => {
    it("are refused for either pool, naming both clouds", () => {
        const found = [
            problemsOf(change(valid.eks, "vernemq:cluster", { brokerNodes: { instanceType: "n2-standard-8" } })),
            problemsOf(change(valid.gke, "vernemq:cluster", { systemNodes: { machineType: "Standard_D4s_v5" } })),
            problemsOf(change(valid.aks, "vernemq:cluster", { brokerNodes: { vmSize: "s-4vcpu-8gb" } })),
            problemsOf(change(valid.doks, "vernemq:cluster", { systemNodes: { size: "m7i.large" } })),
        ].map((problems) => problems.map(({ key, rule }) => `${key}: ${rule}`));
        assert.deepEqual(found, [
            [
                "vernemq:cluster.brokerNodes.instanceType: it is the name of a machine of Google Cloud, and this cluster is of AWS",
            ],
            [
                "vernemq:cluster.systemNodes.machineType: it is the name of a machine of Azure, and this cluster is of Google Cloud",
            ],
            [
                "vernemq:cluster.brokerNodes.vmSize: it is the name of a machine of DigitalOcean, and this cluster is of Azure",
            ],
            [
                "vernemq:cluster.systemNodes.size: it is the name of a machine of AWS, and this cluster is of DigitalOcean",
            ],
        ]);
    });

    it("are not taken for what is merely unknown, which the plan warns of", () => {
        const unknown = change(valid.eks, "vernemq:cluster", { brokerNodes: { instanceType: "z9z.megalarge" } });
        assert.deepEqual(problemsOf(unknown), []);
    });
});
