import { hasHop } from "../../components/edge/plan";
import { haproxyName } from "../../components/edge/haproxy/labels";
import { collections, type Kube, unless } from "../kubernetes/client";
import { type ExitCode, exitCodes } from "../../plan/common/exit-code";
import { type Session } from "../session";
import { judge } from "./judge";
import { observe } from "./observe";
import { statusJson, statusText } from "./render";

/** Shows each broker and says what is wrong. */
export async function runStatus(session: Session): Promise<ExitCode> {
    const kube = await session.kube();
    const now = session.now();
    const observation = await observe(kube, now);
    // What was cut off by Ctrl-C would look like brokers that do not answer.
    session.signal.throwIfAborted();
    const judgement = judge(observation, await wantsHaproxy(session, kube));
    session.result({
        text: statusText(observation, judgement, now, session.colors),
        json: statusJson(observation, judgement),
    });
    return judgement.problems.length === 0 ? exitCodes.done : exitCodes.failed;
}

/** Whether the edge leads through HAProxy: as the stack has it or, where none is named, as its Deployment shows. */
async function wantsHaproxy({ target }: Session, kube: Kube): Promise<boolean> {
    if (target.stack !== undefined) {
        return hasHop(target.stack.settings.edgePlan, "haproxy");
    }
    // Where it may not be read, its pods are judged all the same.
    return (await unless(403, undefined, kube.find(collections.deployments, haproxyName))) !== undefined;
}
