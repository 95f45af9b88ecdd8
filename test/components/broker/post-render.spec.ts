import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { accessSync, constants, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseAllDocuments } from "yaml";
import { podAdditions } from "../../../components/broker/helm/pod-additions";
import { postRenderer } from "../../../components/broker/post-render";

const project = resolve(__dirname, "../../..");

function render(input: string, folder = project) {
    return spawnSync(postRenderer(), [], { cwd: folder, input, encoding: "utf8" });
}

/** The output of a run that has to succeed. */
function rendered(input: string): string {
    const { status, stdout, stderr } = render(input);
    assert.deepEqual([status, stderr], [0, ""]);
    return stdout;
}

/** A document as Helm passes it on: with the comment that names its template. */
const service = `---
# Source: vernemq/templates/service.yaml
apiVersion: v1
kind: Service
metadata:
  name:   vernemq   # oddly spaced
spec:
  ports:
    -   port: 1883
`;
const configMap = `---
# Source: vernemq/templates/configmap.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: acl}
data:
  text: |
    --- a separate line
    kind: StatefulSet
    topic #
`;

/** A StatefulSet in the shape of the chart's, with its loose ends: an empty line of spaces, quoted words, a comment. */
function statefulSet(additions: string, { env = true, annotations = "" } = {}): string {
    return `---
# Source: vernemq/templates/statefulset.yaml
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: vernemq
  annotations:
    ${annotations}
    vernemq.io/additions: ${additions}
spec:
  serviceName: vernemq-headless
  replicas: 3
  template:
    metadata:
      annotations:
        checksum/acl: 7f0123e4
    spec:
      terminationGracePeriodSeconds: 90
      containers:
        - name: vernemq
          image: "vernemq/vernemq:2.1.2-alpine"
${
    env
        ? `          env:
            - name: DOCKER_VERNEMQ_DISCOVERY_KUBERNETES
              value: "1"
            
            - name: DOCKER_VERNEMQ_ALLOW_ANONYMOUS
              value: "off" # said twice
`
        : ""
}          envFrom:
            []
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution: []
`;
}

const quoted = (value: unknown) => `'${JSON.stringify(value).replaceAll("'", "''")}'`;

/** The StatefulSet of the output, as Kubernetes reads it: in YAML 1.1, where a bare \`on\` is no text. */
function statefulSetOf(output: string): Record<string, unknown> {
    const found = parseAllDocuments(output, { version: "1.1" })
        .map((document) => document.toJS() as Record<string, unknown> | null)
        .find((manifest) => manifest?.["kind"] === "StatefulSet");
    assert.ok(found !== undefined && found !== null);
    return found;
}

describe("The post-renderer of VerneMQ's release", () => {
    it("is a program that the provider can start from the project's folder", () => {
        accessSync(join(project, postRenderer()), constants.X_OK);
        assert.match(postRenderer(), /^\.\//);
    });

    it("runs where the pipeline shows the project through links", () => {
        const folder = mkdtempSync(join(tmpdir(), "vernemq-links-"));
        symlinkSync(join(project, "components"), join(folder, "components"));
        try {
            const { status, stderr } = render(statefulSet("'{}'"), folder);
            assert.deepEqual([status, stderr], [0, ""]);
        } finally {
            rmSync(folder, { recursive: true });
        }
    });

    it("passes every other manifest through unchanged, byte for byte", () => {
        const output = rendered(`${service}${statefulSet("'{}'")}${configMap}`);
        assert.ok(output.startsWith(`${service}---\n# Source: vernemq/templates/statefulset.yaml\n`));
        assert.ok(output.endsWith(configMap));
    });

    it("adds to the StatefulSet, its pods and its container what the annotation says, and nothing else", () => {
        const additions = podAdditions({
            podLabels: { app: "vernemq" },
            zoneSpread: "preferred",
            startupSeconds: 180,
            cookieSecretName: "on",
            priorityClassName: "critical",
            whenScaled: "Delete",
        });
        const { env: added, ...container } = additions.container;
        assert.deepEqual(statefulSetOf(rendered(statefulSet(quoted(additions)))), {
            apiVersion: "apps/v1",
            kind: "StatefulSet",
            metadata: { name: "vernemq" },
            spec: {
                serviceName: "vernemq-headless",
                replicas: 3,
                template: {
                    metadata: { annotations: { "checksum/acl": "7f0123e4" } },
                    spec: {
                        terminationGracePeriodSeconds: 90,
                        containers: [
                            {
                                name: "vernemq",
                                image: "vernemq/vernemq:2.1.2-alpine",
                                env: [
                                    { name: "DOCKER_VERNEMQ_DISCOVERY_KUBERNETES", value: "1" },
                                    { name: "DOCKER_VERNEMQ_ALLOW_ANONYMOUS", value: "off" },
                                    ...(added as unknown[]),
                                ],
                                envFrom: [],
                                ...container,
                            },
                        ],
                        ...additions.pod,
                    },
                },
                ...additions.spec,
            },
        });
    });

    it("leaves the scalars that it does not touch as they are written, and comments too", () => {
        const output = rendered(
            statefulSet(quoted({ pod: { priorityClassName: "yes" } }), { annotations: "created: 2026-11-23" }),
        );
        for (const line of [
            "created: 2026-11-23",
            "checksum/acl: 7f0123e4",
            'value: "off" # said twice',
            'priorityClassName: "yes"',
        ]) {
            assert.ok(output.includes(`${line}\n`), line);
        }
    });

    it("keeps other annotations, and makes a list of variables where there is none", () => {
        const env = [{ name: "A", value: "1" }];
        const output = statefulSetOf(
            rendered(statefulSet(quoted({ container: { env } }), { env: false, annotations: 'owner: "me"' })),
        );
        assert.deepEqual(output["metadata"], { name: "vernemq", annotations: { owner: "me" } });
        assert.match(JSON.stringify(output), /"env":\[\{"name":"A","value":"1"\}\]/);
    });

    it("reads an annotation that Helm folded over two lines", () => {
        const text = `'{"pod":{"priorityClassName":\n      "critical"}}'`;
        assert.match(rendered(statefulSet(text)), /priorityClassName: "critical"/);
    });

    for (const [what, input, sentence] of [
        ["no StatefulSet", service, /no StatefulSet of the release has the annotation/],
        ["nothing at all", "", /no StatefulSet of the release has the annotation/],
        ["a StatefulSet without it", statefulSet("x").replace("vernemq.io/", "other/"), /no StatefulSet/],
        ["two of them", statefulSet("'{}'").repeat(2), /2 StatefulSet of the release/],
        ["text that is no JSON", statefulSet("'{oops'"), /it is not JSON/],
        ["a list", statefulSet("'[]'"), /it is not a JSON object/],
        ["no text", statefulSet("{a: b}"), /it is not a text/],
        ["an unknown place", statefulSet(quoted({ pods: {} })), /it knows spec, pod, container, and not pods/],
        ["a place that is no object", statefulSet(quoted({ pod: [] })), /pod is not an object/],
        ["variables that are no list", statefulSet(quoted({ container: { env: {} } })), /env is not a list/],
        [
            "a variable that is there",
            statefulSet(quoted({ container: { env: [{ name: "DOCKER_VERNEMQ_ALLOW_ANONYMOUS", value: "on" }] } })),
            /already has the variable DOCKER_VERNEMQ_ALLOW_ANONYMOUS/,
        ],
        [
            "a StatefulSet without a container",
            statefulSet(quoted({ container: { command: [] } })).replace("containers:", "initContainers:"),
            /has no spec\.template\.spec\.containers\.0/,
        ],
        ["a broken manifest", `${statefulSet("'{}'")}spec: {}\n`, /is not YAML: Map keys must be unique/],
    ] as const) {
        it(`refuses ${what} in one sentence, and prints no manifest`, () => {
            const { status, stdout, stderr } = render(input);
            assert.deepEqual([status, stdout], [1, ""]);
            assert.match(stderr, sentence);
            assert.match(stderr, /^post-render: [^\n]+\n$/);
        });
    }
});
