import {
    type EdgeDraft,
    type EdgeRequest,
    clientCertificateProblem,
    edgeKeys,
    keepaliveFor,
    keepaliveProblem,
    keptAlive,
    resolveTermination,
} from "../edge/planner/draft";
import { draftWithHaproxy, haproxyAndBroker, hop } from "../edge/planner/hops";
import { idleTimeoutFor } from "../edge/plan";

declare module "../edge/plan" {
    interface HopKinds {
        "azure-load-balancer": never;
        "azure-application-gateway": never;
    }
}

const distributionMode = "https://learn.microsoft.com/azure/load-balancer/distribution-mode-concepts";
const aksLoadBalancer =
    "https://github.com/MicrosoftDocs/azure-aks-docs/blob/main/articles/aks/configure-load-balancer-standard.md";
/** "These keep-alive packets ensure the idle timeout value isn't reached"; and that they drain the batteries of mobile devices. */
const keepalives = "https://learn.microsoft.com/azure/load-balancer/load-balancer-tcp-reset";
const layerFourProxy = "https://learn.microsoft.com/azure/application-gateway/tcp-tls-proxy-overview";
const gatewayQuestions = "https://learn.microsoft.com/azure/application-gateway/application-gateway-faq";
const gatewayProxyHeader = "https://learn.microsoft.com/azure/application-gateway/proxy-protocol-header";

/** The idle timeout of a Standard Load Balancer rule: 4 to 30 minutes. The code takes up to 100, the AKS documentation 30. */
const idleMinutes = { shortest: 4, longest: 30 };

/**
 * The idle timeout of a load balancer rule, and of a public address, in seconds, that holds a connection of this keepalive: whole
 * minutes, 4 to 30.
 */
function loadBalancerIdleSeconds(keepaliveSeconds: number): number {
    const wanted = Math.ceil(idleTimeoutFor(keepaliveSeconds) / 60);
    return Math.min(Math.max(wanted, idleMinutes.shortest), idleMinutes.longest) * 60;
}

/** Azure's Standard Load Balancer hashes the source address but passes TLS through; an Application Gateway does the reverse. */
export function planAksEdge(request: EdgeRequest): EdgeDraft {
    const gatewayWanted = request.certificateSource === "cloud" || request.terminateTls === "cloud";
    const termination = resolveTermination(request, request.wantsTls && gatewayWanted);
    return termination === "cloud" ? tlsAtApplicationGateway(request) : tlsAtHaproxy(request);
}

function loadBalancerHop(request: EdgeRequest, keepaliveSeconds: number, keepsClientAddress: boolean) {
    return hop({
        kind: "azure-load-balancer",
        title: "Azure Standard Load Balancer",
        affinity: request.affinity === "source-ip" ? "source-ip" : "none",
        keepsClientAddress,
        idleTimeoutSeconds: loadBalancerIdleSeconds(keepaliveSeconds),
        ...keptAlive(request, keepalives),
        sources: [distributionMode, aksLoadBalancer],
    });
}

function loadBalancerKeepaliveProblem(request: EdgeRequest, restartedByKeepalives?: string) {
    return keepaliveProblem(request, {
        limit: idleMinutes.longest * 60,
        owner: "An Azure Standard Load Balancer rule",
        source: aksLoadBalancer,
        alternative: "make the devices send a PINGREQ more often",
        restartedByKeepalives,
    });
}

function tlsAtHaproxy(request: EdgeRequest): EdgeDraft {
    const keepaliveSeconds = keepaliveFor(request);
    return draftWithHaproxy(request, loadBalancerHop(request, keepaliveSeconds, true), {
        keepaliveSeconds,
        problems: [loadBalancerKeepaliveProblem(request, keepalives)],
    });
}

function tlsAtApplicationGateway(request: EdgeRequest): EdgeDraft {
    const keepaliveSeconds = keepaliveFor(request);
    return {
        hops: [
            hop({
                kind: "azure-application-gateway",
                title: "Azure Application Gateway v2 (TLS proxy)",
                terminatesTls: request.wantsTls,
                // Four minutes by default; it is the timer of the gateway's public address, as for any address.
                idleTimeoutSeconds: loadBalancerIdleSeconds(keepaliveSeconds),
                sources: [layerFourProxy, gatewayProxyHeader, gatewayQuestions],
            }),
            loadBalancerHop(request, keepaliveSeconds, false),
            ...haproxyAndBroker(request, keepaliveSeconds, false),
        ],
        certificateSource: "cloud",
        keepaliveSeconds,
        warnings: [
            "VerneMQ sees the Application Gateway's address instead of the client's: the gateway's PROXY header is not in the Azure API version that this program uses.",
            "Azure documents the idle timeout of an Application Gateway's address, but not for TLS listeners in particular; test your keepalive before you rely on it.",
        ],
        problems: [
            clientCertificateProblem(request, "An Azure Application Gateway"),
            loadBalancerKeepaliveProblem(request),
            request.affinity === "source-ip" && {
                key: edgeKeys.affinity,
                value: request.affinity,
                rule: `an Application Gateway hides the client's address and has no source-IP affinity (${layerFourProxy})`,
                remedy: `use client-id or none, or set ${edgeKeys.terminateTls} to haproxy`,
            },
            request.exposure !== "public" && {
                key: edgeKeys.exposure,
                value: request.exposure,
                rule: "the Application Gateway of this program has a public address",
                remedy: `use public, or set ${edgeKeys.terminateTls} to haproxy`,
            },
            request.minimumTlsVersion === "1.3" && {
                key: edgeKeys.minimumTlsVersion,
                value: request.minimumTlsVersion,
                rule: "the predefined TLS policies of an Application Gateway go no higher than a minimum of 1.2 (they still prefer 1.3)",
                remedy: `use 1.2, or set ${edgeKeys.terminateTls} to haproxy`,
            },
            request.certificateSource !== undefined &&
                request.certificateSource !== "cloud" && {
                    key: edgeKeys.certificateSource,
                    value: request.certificateSource,
                    rule: "an Application Gateway takes its certificate from Key Vault",
                    remedy: `set it to cloud with ${edgeKeys.keyVaultCertificate}, or set ${edgeKeys.terminateTls} to haproxy`,
                },
            !request.keyVaultCertificate && {
                key: edgeKeys.keyVaultCertificate,
                rule: "an Application Gateway takes its certificate from Key Vault and this names none",
                remedy: "set it to the secret identifier of the certificate (https://NAME.vault.azure.net/secrets/CERTIFICATE)",
            },
        ],
    };
}
