export interface HealthAnswer {
    readonly status: 200 | 404 | 503;
    readonly body: string;
}

/**
 * What VerneMQ 2.1.1 answers at /health and below it (vmq_health_http.erl). Only the last path knows anything of other brokers, and none
 * knows whether logins work.
 *
 * @param suspended the kinds of listeners that do not listen
 * @param whole every member of the cluster runs
 */
export function healthAnswer(path: string, suspended: readonly string[], whole: boolean): HealthAnswer {
    const listeners = suspended.length === 0 ? [] : [`Listeners are not ready: [${suspended.join(",")}]`];
    switch (path) {
        case "/health/ping":
            return answer([], {});
        case "/health":
            return answer(listeners, { reasons: listeners });
        case "/health/listeners":
            // The JSON encoder gets an Erlang string here, which is a list of numbers.
            return answer(listeners, { reason: [...Buffer.from(listeners.join(""))] });
        case "/health/listeners_full_cluster": {
            const reasons = [...(whole ? [] : ["At least one node is offline"]), ...listeners];
            return answer(reasons, { reasons });
        }
        default:
            return { status: 404, body: "" };
    }
}

function answer(problems: readonly string[], details: object): HealthAnswer {
    return problems.length === 0
        ? { status: 200, body: JSON.stringify({ status: "OK" }) }
        : { status: 503, body: JSON.stringify({ status: "DOWN", ...details }) };
}
