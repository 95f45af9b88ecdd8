import { type ExitCode, exitCodes, type Session } from "../session";
import { judge } from "./judge";
import { observe } from "./observe";
import { statusJson, statusText } from "./render";

/** Shows each broker and says what is wrong. */
export async function runStatus(session: Session): Promise<ExitCode> {
    const kube = await session.kube();
    const now = session.now();
    const observation = await observe(kube, now);
    const judgement = judge(observation);
    session.result({
        text: statusText(observation, judgement, now, session.colours),
        json: statusJson(observation, judgement),
    });
    return judgement.problems.length === 0 ? exitCodes.fine : exitCodes.failed;
}
