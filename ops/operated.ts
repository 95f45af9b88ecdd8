import { operatorName } from "../components/broker/operator/manifests";
import { sentence } from "../plan/common/sentence";
import { collections, type Kube, recordAt } from "./kubernetes/client";
import { Refusal } from "../plan/common/errors";
import { type Session } from "./session";

/**
 * Refuses what cannot go well with brokers that VerneMQ's operator has created.
 *
 * @throws Refusal where the brokers are such
 */
export function refuseOperated({ target }: Pick<Session, "target">, reason: string, remedy: string): void {
    if (target.engine === "operator") {
        throw new Refusal(`${sentence(`With brokers of VerneMQ's operator this is refused: ${reason}`)} ${remedy}`);
    }
}

/**
 * Refuses what an operator that runs could undo half way: it writes the StatefulSet again and again (vmq-operator, `Requeue: true`).
 *
 * @throws Refusal where the brokers are an operator's that is not stopped
 */
export async function refuseWhileOperated(session: Session, kube: Kube): Promise<void> {
    if (session.target.engine !== "operator") {
        return;
    }
    const deployment = await kube.find(collections.deployments, operatorName);
    if (deployment !== undefined && recordAt(deployment, "spec")["replicas"] !== 0) {
        refuseOperated(
            session,
            `the operator could start the brokers again halfway`,
            `Stop it first, and start it afterwards: kubectl --namespace ${kube.namespace} scale deployment ${operatorName} --replicas 0`,
        );
    }
}
