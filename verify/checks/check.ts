import type { Context, Obstacle } from "../context";
import type { Finding } from "../report";
import { type Endpoint, hasTls } from "../target";

/** Looks at one thing. What it throws counts as failed. */
export type Check = (context: Context) => Promise<readonly Finding[]>;

export function skipped(reason: string): Finding {
    return { status: "skipped", seen: reason };
}

/** Judges each endpoint on its own. */
export async function eachEndpoint(
    endpoints: readonly Endpoint[],
    judge: (endpoint: Endpoint) => Promise<Finding>,
): Promise<readonly Finding[]> {
    const findings: Finding[] = [];
    for (const endpoint of endpoints) {
        findings.push({ endpoint: endpoint.name, ...(await judge(endpoint)) });
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

export function isObstacle(value: object): value is Obstacle {
    return "obstacle" in value;
}
