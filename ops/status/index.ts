import { hasHop } from "../../components/edge/plan";
import { type ExitCode, exitCodes, type Session } from "../session";
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
    const judgement = judge(observation, hasHop(session.target.settings.edgePlan, "haproxy"));
    session.result({
        text: statusText(observation, judgement, now, session.colours),
        json: statusJson(observation, judgement),
    });
    return judgement.problems.length === 0 ? exitCodes.fine : exitCodes.failed;
}
