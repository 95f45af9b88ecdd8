import { affinity } from "./checks/affinity";
import { type Check, skippedFor } from "./checks/check";
import { cluster, qualityOfService, retained } from "./checks/messages";
import { connect, emptyPassword, noUser, wrongPassword } from "./checks/sign-in";
import { certificate, plainMqtt, tlsVersions, webSocket } from "./checks/transport";
import { BrokerUnreachable, Context, type Settings } from "./context";
import { type CheckName, checkNames, countsOf, failed, type Finding, type Report, type Result } from "./report";
import { urlOf, type VerifyTarget } from "./target";
import { within } from "./wire/within";

export type { Settings } from "./context";
export type { Report } from "./report";
export type { VerifyTarget } from "./target";

const checks: Readonly<Record<CheckName, Check>> = {
    certificate,
    "tls-versions": tlsVersions,
    "plain-mqtt": plainMqtt,
    websocket: webSocket,
    connect,
    "no-user": noUser,
    "wrong-password": wrongPassword,
    "empty-password": emptyPassword,
    "quality-of-service": qualityOfService,
    cluster,
    retained,
    affinity,
};

export const defaultSettings: Omit<Settings, "now"> = {
    reconnects: 20,
    timeoutMs: 5_000,
    checkTimeoutMs: 120_000,
    connectionsPerSecond: 20,
    trustAnyway: false,
};

export interface VerifyOptions {
    /** Changes to `defaultSettings`, and the time by which certificates are judged. */
    readonly settings?: Partial<Settings>;
    /** The checks to run. Default: all. */
    readonly checks?: readonly CheckName[];
    /** Told before each check. */
    readonly onCheck?: (check: CheckName) => void;
    /** Ends it early: what was set is taken away, and `verify` rejects. */
    readonly signal?: AbortSignal;
}

/**
 * Looks at a broker from outside, as a device does, and past its edge where there is a way. What it finds is in the report; it rejects
 * only when it is aborted. Its connections, subscriptions and retained messages are gone when it settles.
 */
export async function verify(target: VerifyTarget, options: VerifyOptions = {}): Promise<Report> {
    const startedAt = new Date();
    const settings: Settings = { ...defaultSettings, now: startedAt, ...options.settings };
    const run = new Context(target, settings);
    const results: Result[] = [];
    try {
        for (const check of checkNames.filter((name) => options.checks?.includes(name) ?? true)) {
            options.signal?.throwIfAborted();
            options.onCheck?.(check);
            const findings = await inTime(run.next(), checks[check], options.signal);
            results.push(...findings.map((finding) => ({ check, ...finding })));
        }
        options.signal?.throwIfAborted();
    } finally {
        await ("missing" in target.access ? undefined : target.access.close());
    }
    const counts = countsOf(results);
    return {
        target: target.name,
        endpoints: target.endpoints.map(urlOf),
        startedAt: startedAt.toISOString(),
        seconds: (Date.now() - startedAt.getTime()) / 1000,
        ok: counts.failed + counts.undecided === 0 && counts.ok + counts.warning > 0,
        counts,
        results,
    };
}

/** Runs one check; what it throws, and taking too long, is a failure that does not keep the others from running. */
async function inTime(context: Context, check: Check, signal: AbortSignal | undefined): Promise<readonly Finding[]> {
    const { checkTimeoutMs } = context.settings;
    const ended = new AbortController();
    const interrupted = new Promise<never>((_, reject) => {
        signal?.addEventListener(
            "abort",
            () => {
                reject(new Error("interrupted"));
            },
            { signal: ended.signal },
        );
    });
    const work = check(context).catch((error: unknown) => [skippedFor(error)]);
    // A check that lost the race may fail later, when it is not awaited any more.
    work.catch(() => undefined);
    try {
        const late = `it took longer than ${checkTimeoutMs / 1000} s`;
        return await within(Promise.race([work, interrupted]), checkTimeoutMs, late);
    } catch (error) {
        const seen = error instanceof Error ? error.message : String(error);
        const todo =
            error instanceof BrokerUnreachable
                ? error.todo
                : "run it again with --only; if it stays, look at the logs of the edge and the brokers";
        return [failed(seen, todo)];
    } finally {
        ended.abort();
        await context.release();
    }
}
