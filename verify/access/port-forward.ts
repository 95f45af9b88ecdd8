import type { Kube } from "../../ops/kubernetes/client";
import type { BrokerAccess } from "../target";

/**
 * Ways to each broker's pod through the Kubernetes API. They end at 127.0.0.1 in the pod. A way is opened when it is first used.
 *
 * @param port where VerneMQ takes MQTT without PROXY header there (`localMqttPorts`)
 * @throws whatever the API answers with: no permission, no StatefulSet
 */
export async function portForwardAccess(kube: Pick<Kube, "pods" | "portForward">, port: number): Promise<BrokerAccess> {
    const pods = await kube.pods();
    const open = new Map<number, ReturnType<Kube["portForward"]>>();
    const problems = new Map<number, string>();
    return {
        brokers: pods.map(({ name, ordinal }) => ({
            name,
            async connect() {
                const forward =
                    open.get(ordinal) ??
                    kube.portForward(ordinal, port, undefined, (message) => {
                        problems.set(ordinal, message);
                    });
                open.set(ordinal, forward);
                return `mqtt://127.0.0.1:${(await forward).port}`;
            },
            problem: () => problems.get(ordinal),
        })),
        async close() {
            const opened = await Promise.allSettled(open.values());
            const forwards = opened.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
            await Promise.all(forwards.map((forward) => forward.close()));
        },
    };
}
