import { type Context, Obstacle } from "../context";
import { type Finding, skipped } from "../report";
import { type Endpoint, hasTls } from "../target";

/** Looks at one thing. An obstacle that it throws skips it, and all else counts as failed. */
export type Check = (context: Context) => Promise<readonly Finding[]>;

/** Judges each endpoint on its own. */
export async function eachEndpoint(
    endpoints: readonly Endpoint[],
    judge: (endpoint: Endpoint) => Promise<Finding>,
): Promise<readonly Finding[]> {
    const findings: Finding[] = [];
    for (const endpoint of endpoints) {
        const finding = await judge(endpoint).catch(skippedFor);
        findings.push({ endpoint: endpoint.name, ...finding });
    }
    return findings;
}

/** The same for those with TLS; one skipped finding where there is none. */
export function eachTlsEndpoint(
    { target }: Context,
    judge: (endpoint: Endpoint) => Promise<Finding>,
): Promise<readonly Finding[]> {
    const endpoints = target.endpoints.filter(hasTls);
    return endpoints.length === 0 ? Promise.resolve([skipped("no endpoint has TLS")]) : eachEndpoint(endpoints, judge);
}

/** What an obstacle comes to; all else is thrown. */
export function skippedFor(error: unknown): Finding {
    if (error instanceof Obstacle) {
        return skipped(error.message);
    }
    throw error;
}
