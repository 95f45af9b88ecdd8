import assert from "node:assert/strict";
import {
    destinationOf,
    endpointOf,
    endpointProblem,
    hostProblem,
    isInCluster,
} from "../../../components/broker/destination";

describe("Where a NetworkPolicy lets the brokers go", () => {
    it("is the address of a host", () => {
        assert.deepEqual(destinationOf("10.1.2.3", 5432, "messaging"), {
            kind: "egress",
            target: { port: 5432, cidr: "10.1.2.3/32" },
        });
        assert.deepEqual(destinationOf("2001:db8::1", 5432, "messaging"), {
            kind: "egress",
            target: { port: 5432, cidr: "2001:db8::1/128" },
        });
    });

    it("is the namespace of a Service, and the brokers' own for a name without one", () => {
        for (const [host, namespace] of [
            ["db", "messaging"],
            ["db.data.svc", "data"],
            ["db.data.svc.cluster.local", "data"],
            ["db-0.db.data.svc.example.internal", "data"],
        ] as const) {
            assert.deepEqual(destinationOf(host, 6379, "messaging"), {
                kind: "egress",
                target: { port: 6379, namespace },
            });
            assert.ok(isInCluster(host));
        }
    });

    it("is not known for a name outside the cluster, even one that looks like a Service's", () => {
        for (const host of ["db.example.com", "db.data", "svc.example.com", "data.svc"]) {
            assert.deepEqual(destinationOf(host, 5432, "messaging"), { kind: "name" });
            assert.equal(isInCluster(host), false);
        }
        assert.equal(isInCluster("10.1.2.3"), false);
    });
});

describe("A host", () => {
    for (const host of ["db", "db.data.svc", "10.1.2.3", "2001:db8::1", "a-1.example.com"]) {
        it(`may be ${host}`, () => {
            assert.equal(hostProblem(host), undefined);
        });
    }

    for (const [host, rule] of [
        ["", /without scheme and port/],
        ["DB.KUBERNETES.example", /lower case/],
        ["postgres://db", /without scheme and port/],
        ["db:5432", /without scheme and port/],
        ["a b", /without scheme and port/],
        ["a..b", /without scheme and port/],
        ["db__main", /without scheme and port/],
    ] as const) {
        it(`is not ${JSON.stringify(host)}`, () => {
            assert.match(hostProblem(host) ?? "taken", rule);
        });
    }
});

describe("An endpoint", () => {
    it("has a host and the port of its scheme, or its own", () => {
        assert.deepEqual(endpointOf("https://auth.example.com/mqtt"), { host: "auth.example.com", port: 443 });
        assert.deepEqual(endpointOf("http://auth.tools.svc/mqtt"), { host: "auth.tools.svc", port: 80 });
        assert.deepEqual(endpointOf("http://[2001:db8::1]:8080/"), { host: "2001:db8::1", port: 8080 });
        assert.equal(endpointOf("auth"), undefined);
    });

    for (const url of [
        "http://auth",
        "https://auth.example.com:8443/a/b",
        "http://10.0.0.1:8080/",
        "http://[2001:db8::1]/",
    ]) {
        it(`may be ${url}`, () => {
            assert.equal(endpointProblem(url), undefined);
        });
    }

    for (const [url, rule] of [
        ["auth.example.com", /http or https URL/],
        ["ftp://auth.example.com", /http or https URL/],
        ["https://", /http or https URL/],
        ["https://me:hunter2@auth.example.com/", /no user and password/],
        ["https://auth.example.com/mqtt?token=d", /no query/],
        ["https://auth.example.com/#x", /no fragment/],
        ["https://AUTH.KUBERNETES.example/", /lower case/],
        ["https://auth.example.com/a b", /white space/],
        ["http://auth__x/", /DNS name/],
    ] as const) {
        it(`is not ${url}`, () => {
            assert.match(endpointProblem(url) ?? "taken", rule);
        });
    }
});
