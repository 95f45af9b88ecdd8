import { type CertificateSource, defaultRequirements, type EdgePlan } from "../edge/plan";
import { planEdge } from "../edge/planner";
import type { EdgeTarget } from "../edge/planner/draft";
import { planExistingEdge } from "../kubernetes/edge";
import type { VerneMqArgs } from "./args";
import type { ArgumentProblem } from "./kinds";
import { argumentProblems, InvalidArgumentsError, isListener } from "./problems";

/** A cluster of which nothing is known. */
const anyCluster: EdgeTarget = {
    name: "existing",
    planEdge: planExistingEdge,
    hasReachableNodes: true,
    loadBalancers: [],
};

/** Names of arguments for what the planner calls by the keys of a stack's settings. */
const argumentNames: Readonly<Record<string, string>> = {
    "vernemq:edge.clientCertificates": "clientCaPem",
    "vernemq:certificate.source": "certificatePem",
};

/**
 * The connection path to the brokers.
 *
 * @throws InvalidArgumentsError naming everything that is wrong with the arguments
 */
export function planVerneMqEdge(name: string, args: VerneMqArgs): EdgePlan {
    const problems = argumentProblems(args);
    if (problems.length > 0) {
        throw new InvalidArgumentsError(name, problems);
    }
    const decision = planEdge(anyCluster, {
        ...defaultRequirements,
        exposure: args.exposure ?? defaultRequirements.exposure,
        listeners: [...new Set((args.listeners ?? defaultRequirements.listeners).filter(isListener))],
        affinity: args.affinity ?? defaultRequirements.affinity,
        keepaliveSeconds: args.keepaliveSeconds,
        tcpKeepalive: args.tcpKeepalive ?? defaultRequirements.tcpKeepalive,
        minimumTlsVersion: args.minimumTlsVersion ?? defaultRequirements.minimumTlsVersion,
        allowedCidrs: args.allowedCidrs ?? defaultRequirements.allowedCidrs,
        clientCertificates: args.clientCaPem !== undefined,
        certificateSource: certificateSource(args),
    });
    if (!decision.ok) {
        throw new InvalidArgumentsError(name, decision.problems.map(argumentProblem));
    }
    return decision.plan;
}

function certificateSource(args: VerneMqArgs): CertificateSource | undefined {
    if (args.certificatePem !== undefined) {
        return "pem";
    }
    if (args.issuerName !== undefined) {
        return "cert-manager";
    }
    return args.selfSigned === true ? "self-signed" : undefined;
}

/** A problem of the planner in the words of the arguments. */
function argumentProblem({ key, rule, remedy }: { key: string; rule: string; remedy: string }): ArgumentProblem {
    if (key === "vernemq:certificate.source") {
        return {
            propertyPath: "certificatePem",
            reason: "HAProxy terminates TLS, so it needs a certificate; give certificatePem with privateKeyPem, an issuerName, or selfSigned for development",
        };
    }
    return { propertyPath: inArguments(key), reason: `${rule}; ${inArguments(remedy)}` };
}

/** `vernemq:edge.listeners` is `listeners` here. */
function inArguments(text: string): string {
    return text.replace(
        /vernemq:(?:edge|broker|certificate)\.(\w+)/g,
        (key, name: string) => argumentNames[key] ?? name,
    );
}
