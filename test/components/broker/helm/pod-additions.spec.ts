import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { podAdditions, type PodAdditionsInput } from "../../../../components/broker/helm/pod-additions";

const podLabels = { "app.kubernetes.io/name": "vernemq", "app.kubernetes.io/instance": "vernemq" };
const least: PodAdditionsInput = { podLabels, zoneSpread: "preferred", startupSeconds: 180 };

describe("Additions to a StatefulSet of brokers", () => {
    it("are a start-up probe and places on nodes and in zones, where nothing more is asked for", () => {
        assert.deepEqual(podAdditions(least), {
            spec: {},
            pod: {
                affinity: {
                    podAntiAffinity: {
                        requiredDuringSchedulingIgnoredDuringExecution: [
                            { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: podLabels } },
                        ],
                    },
                },
                topologySpreadConstraints: [
                    {
                        maxSkew: 1,
                        topologyKey: "topology.kubernetes.io/zone",
                        whenUnsatisfiable: "ScheduleAnyway",
                        nodeTaintsPolicy: "Honor",
                        labelSelector: { matchLabels: podLabels },
                    },
                ],
            },
            container: {
                startupProbe: {
                    httpGet: { path: "/health/ping", port: "api", scheme: "HTTP" },
                    periodSeconds: 2,
                    timeoutSeconds: 5,
                    failureThreshold: 90,
                },
            },
        });
    });

    it("keep brokers out of a full zone where spreading is required", () => {
        const { pod } = podAdditions({ ...least, zoneSpread: "required" });
        const [constraint] = pod["topologySpreadConstraints"] as Record<string, unknown>[];
        assert.equal(constraint?.["whenUnsatisfiable"], "DoNotSchedule");
    });

    it("never delete a volume claim with the StatefulSet, and with a broker only on demand", () => {
        for (const whenScaled of ["Retain", "Delete"] as const) {
            assert.deepEqual(podAdditions({ ...least, whenScaled }).spec, {
                persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled },
            });
        }
    });

    it("give a slow start all the seconds that it was given", () => {
        const { startupProbe } = podAdditions({ ...least, startupSeconds: 601 }).container as {
            startupProbe: { periodSeconds: number; failureThreshold: number };
        };
        assert.equal(startupProbe.periodSeconds * startupProbe.failureThreshold, 602);
    });

    it("name a priority class", () => {
        assert.equal(podAdditions({ ...least, priorityClassName: "critical" }).pod["priorityClassName"], "critical");
    });

    it("take the cookie from a Secret, under a name that the start script does not write into vernemq.conf", () => {
        const { env } = podAdditions({ ...least, cookieSecretName: "cookies" }).container;
        assert.deepEqual(env, [
            { name: "VMQ_COOKIE", valueFrom: { secretKeyRef: { name: "cookies", key: "cookie" } } },
        ]);
    });
});

describe("The command that sets the cookie", () => {
    const [shell = "", flag = "", script = ""] = podAdditions({ ...least, cookieSecretName: "cookies" }).container[
        "command"
    ] as string[];
    const imageArguments = readFileSync(join(__dirname, "fixtures", "vm.args"), "utf8");
    let folder: string;

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "vernemq-cookie-"));
    });

    afterEach(() => {
        rmSync(folder, { recursive: true });
    });

    /** Runs the command in a container's stead: the file is elsewhere, and the image's start command prints it. */
    function run(vmArguments: string, environment: Readonly<Record<string, string>>) {
        const file = join(folder, "vm.args");
        writeFileSync(file, vmArguments);
        writeFileSync(join(folder, "start_vernemq"), `#!/bin/sh\nexec cat ${file}\n`, { mode: 0o755 });
        const env = { PATH: `${folder}:${process.env["PATH"] ?? ""}`, ...environment };
        return spawnSync(shell, [flag, script.replaceAll("/vernemq/etc/vm.args", file)], { env, encoding: "utf8" });
    }

    it("replaces the image's cookie in vm.args, nothing else, and starts VerneMQ, again after a restart", () => {
        const expected = imageArguments.replace("-setcookie vmq\n", "-setcookie a1B2\n");
        assert.notEqual(expected, imageArguments);
        const first = run(imageArguments, { VMQ_COOKIE: "a1B2" });
        assert.deepEqual([first.status, first.stdout], [0, expected]);
        assert.equal(run(first.stdout, { VMQ_COOKIE: "a1B2" }).stdout, expected);
    });

    it("does not start a broker whose vm.args has no cookie to replace", () => {
        const { status, stdout, stderr } = run("+P 512000\n", { VMQ_COOKIE: "a1B2" });
        assert.deepEqual([status, stdout], [1, ""]);
        assert.match(stderr, /has no line -setcookie: the cookie cannot be set/);
    });

    it("does not start a broker without a cookie", () => {
        const { status, stdout, stderr } = run(imageArguments, {});
        assert.deepEqual([status === 0, stdout], [false, ""]);
        assert.match(stderr, /VMQ_COOKIE: unbound variable/);
    });

    it("holds nothing that Kubernetes would expand before the shell does", () => {
        assert.doesNotMatch(script, /\$\(|\$\$/);
        assert.doesNotThrow(() => execFileSync(shell, ["-n", flag, script]));
    });
});
