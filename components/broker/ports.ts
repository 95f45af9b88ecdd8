/** The ports that VerneMQ listens on. The image's own defaults, and 1884 for plain clients inside the cluster. */
export const brokerPorts = {
    /** MQTT for the edge: it demands a PROXY header where the edge sends one. */
    mqtt: 1883,
    /** WebSocket for the edge, likewise; path /mqtt. */
    ws: 8080,
    /** MQTT for clients inside the cluster, without TLS and without PROXY header. */
    internal: 1884,
    /** WebSocket likewise, where the operator deploys VerneMQ. */
    internalWs: 8081,
    /** Health, metrics and the HTTP API. */
    http: 8888,
    /** Erlang's port mapper. */
    epmd: 4369,
    /** Messages between brokers. */
    clustering: 44053,
    /** Erlang distribution. */
    distribution: { first: 9100, last: 9109 },
} as const;
