import { type ExitCode, exitCodes, type Session } from "../session";

export async function runStatus(session: Session): Promise<ExitCode> {
    const kube = await session.kube();
    const pods = await kube.pods();
    session.result({ text: pods.map(({ name }) => name).join("\n"), json: pods });
    return exitCodes.fine;
}
