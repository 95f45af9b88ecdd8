import { randomInt } from "node:crypto";
import { brokerPorts } from "../../components/broker/ports";
import { haproxyPorts } from "../../components/edge/haproxy/ports";
import { Secret } from "../../components/common/secret";
import { LabCluster, type LabOptions } from "../../lab/cluster";
import { locate, MissingToolError, tools } from "../../lab/tools";
import { type Settings, verify, type VerifyOptions, type VerifyTarget } from "../../verify";
import { directAccess } from "../../verify/access/direct";
import type { Report } from "../../verify/report";
import { nameEndpoints } from "../../verify/target";

export const password = "correct-horse-battery";

/** Quick, because everything is on this machine, which may be busy. */
export const quick = { reconnects: 6, timeoutMs: 3000, connectionsPerSecond: 1000 } satisfies Partial<Settings>;

/** Skips the test with the reason where HAProxy is missing. */
export function needHaproxy(context: Mocha.Context): void {
    if (locate(tools.haproxy) === null) {
        console.log(`      ${new MissingToolError(tools.haproxy).message}`);
        context.skip();
    }
}

export interface TestLab {
    readonly lab: LabCluster;
    readonly address: string;
    readonly urls: readonly string[];
    readonly target: VerifyTarget;
}

/** A lab with three brokers and the user alice for the time of a test. */
export async function withLab<T>(options: Partial<LabOptions>, use: (lab: TestLab) => Promise<T>): Promise<T> {
    const address = `127.${randomInt(100, 250)}.${randomInt(1, 250)}.1`;
    const lab = await LabCluster.start({
        brokers: 3,
        replicas: 1,
        affinity: "source-ip",
        address,
        users: new Map([["alice", password]]),
        clientCertificates: false,
        ...options,
    });
    try {
        const urls = [`mqtts://${address}:${haproxyPorts.mqtts}`, `wss://${address}:${haproxyPorts.wss}/mqtt`];
        return await use({ lab, address, urls, target: targetOf(lab, urls) });
    } finally {
        await lab.stop();
    }
}

function targetOf(lab: LabCluster, urls: readonly string[]): VerifyTarget {
    return {
        name: "lab",
        endpoints: nameEndpoints(urls),
        ca: lab.caPem,
        credentials: { username: "alice", password: new Secret(password) },
        allowAnonymous: false,
        minimumTlsVersion: "1.2",
        affinity: lab.plan.affinity,
        access: directAccess(
            lab.brokers.map(({ name, address }) => ({
                name,
                url: `mqtt://${address}:${brokerPorts.internal}`,
            })),
        ),
        topicPrefix: "verify",
    };
}

/** Verifies without waiting for what will not come. */
export function quickly(target: VerifyTarget, options: VerifyOptions = {}): Promise<Report> {
    return verify(target, { ...options, settings: { ...quick, ...options.settings } });
}

/** `certificate (mqtts)`, `cluster`: what came out so, in order. */
export function titles(report: Report, ...wanted: readonly Report["results"][number]["status"][]): readonly string[] {
    return report.results
        .filter(({ status }) => wanted.includes(status))
        .map(({ check, endpoint }) => (endpoint === undefined ? check : `${check} (${endpoint})`));
}
