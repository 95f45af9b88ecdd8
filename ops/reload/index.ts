import { compact } from "../../components/common/compact";
import { ApiError, collections, ConnectionError, hasStatus, type Kube, type Pod, recordAt } from "../kubernetes/client";
import { Refusal } from "../../plan/common/errors";
import { type ExitCode, exitCodes } from "../../plan/common/exit-code";
import { type Session, until } from "../session";
import { accessFiles, expectedChecksums, fileProblems, mountedSecrets, readChecksums } from "./mounts";

export interface ReloadOptions {
    readonly wait: number;
}

/** Set on a pod to a new value each time; nothing reads it. */
const annotation = "vernemq.io/reloaded-at";

/** VerneMQ reads vmq.passwd and vmq.acl again every 5 s as deployed here, and every 10 s by its own default (vmq_passwd.password_reload_interval, vmq_acl.acl_reload_interval). */
const reloadMs = 10_000;

/**
 * Makes changed users and rules live at once: a kubelet looks at a pod's Secrets once a minute, and at once when the pod's annotations
 * change (https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/#mounted-configmaps-are-updated-automatically).
 */
export async function runReload(session: Session, { wait }: ReloadOptions): Promise<ExitCode> {
    const kube = await session.kube();
    const all = await kube.pods();
    const pods = all.filter(({ phase, terminating }) => phase === "Running" && !terminating);
    const others = all.filter((pod) => !pods.includes(pod)).map(({ name }) => name);
    if (pods.length === 0) {
        throw new Refusal("No broker runs: `status` says why.");
    }
    const expected = new Map<string, ReadonlyMap<string, string>>();
    for (const pod of pods) {
        expected.set(pod.name, await expectedIn(kube, pod));
    }
    const at = session.now().toISOString();
    for (const { name } of pods) {
        await kube.patch(collections.pods, name, { metadata: { annotations: { [annotation]: at } } });
    }
    let behind = pods;
    let said = "";
    await until(
        session,
        {
            everyMs: 2000,
            limitMs: wait * 1000,
            late: () =>
                `${behind.map(({ name }) => name).join(", ")} still ${behind.length === 1 ? "has" : "have"} the old files after ${wait} s; \`upgrade --restart\` gives every broker the new ones.`,
        },
        async () => {
            behind = await behindOf(kube, behind, expected);
            const line =
                behind.length === 0
                    ? "Every broker that runs has the new files."
                    : `waiting for the files of ${behind.map(({ name }) => name).join(", ")}`;
            if (line !== said) {
                session.say(line);
                said = line;
            }
            return behind.length === 0 ? true : undefined;
        },
    );
    await session.pause(reloadMs);
    session.result({
        text: compact([
            `Users and rules are live at ${pods.map(({ name }) => name).join(", ")}. Connected clients stay connected, even those of a removed user.`,
            others.length !== 0 &&
                `Not at ${others.join(", ")}, which ${others.length === 1 ? "does" : "do"} not run: new pods start with them.`,
        ]).join("\n"),
        json: { live: pods.map(({ name }) => name), others, at },
    });
    return exitCodes.done;
}

/** What the files in a pod should be. */
async function expectedIn(kube: Kube, pod: Pod): Promise<ReadonlyMap<string, string>> {
    const object = await kube.get(collections.pods, pod.name);
    const mounts = mountedSecrets(object, pod.container.name);
    const files = accessFiles(object, pod.container.name, mounts);
    const secrets = new Map<string, Readonly<Record<string, unknown>>>();
    for (const { secret } of mounts) {
        const data = recordAt(await kube.get(collections.secrets, secret), "data");
        const problems = fileProblems(secret, data, files);
        if (problems.length > 0) {
            throw new Refusal(
                `Secret ${secret} is not valid for the brokers (${problems.join("; ")}): fix it at once, before Kubernetes delivers it to them.`,
            );
        }
        secrets.set(secret, data);
    }
    const checksums = expectedChecksums(mounts, secrets);
    if (checksums.size === 0) {
        throw new Refusal(
            `${pod.name} has no file with users, rules or certificates from a Secret, so there is nothing to reload.`,
        );
    }
    return checksums;
}

/** The pods whose files are not what they should be. */
async function behindOf(
    kube: Kube,
    pods: readonly Pod[],
    expected: ReadonlyMap<string, ReadonlyMap<string, string>>,
): Promise<Pod[]> {
    const states = await Promise.all(
        pods.map(async (pod) => {
            const wanted = [...(expected.get(pod.name) ?? [])];
            const found = readChecksums(
                await checksums(
                    kube,
                    pod,
                    wanted.map(([path]) => path),
                ),
            );
            return wanted.every(([path, sum]) => found.get(path) === sum);
        }),
    );
    return pods.filter((_, index) => states[index] !== true);
}

/** What `sha256sum` writes in a pod; nothing where the pod is just away, and then it is looked at again. */
async function checksums(kube: Kube, pod: Pod, paths: readonly string[]): Promise<string> {
    try {
        return (await kube.exec(pod.ordinal, ["sha256sum", ...paths])).stdout;
    } catch (error) {
        if ((error instanceof ConnectionError || error instanceof ApiError) && !hasStatus(error, 401, 403)) {
            return "";
        }
        throw error;
    }
}
