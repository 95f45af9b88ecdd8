import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import * as z from "zod";
import { ConfigurationError } from "../../components/common/problem";
import { Secret } from "../../components/common/secret";
import { digestOfPlan } from "../../pipeline/comment/offline";
import { commentBudget, render as renderComment } from "../../pipeline/comment/render";
import { compare } from "../../plan/changes/from-comparison";
import { planOne } from "../../plan/one";
import { parseOptions } from "../../plan/options";
import { planStack } from "../../plan/plan";
import { render } from "../../plan/render";
import { failureOf } from "../../plan/common/errors";
import { forPlanning, readStackFile, stacksOf } from "../../plan/stack-file";
import { parseSettings } from "../../stacks/settings/parse";
import { brokerSchema } from "../../stacks/settings/schema/broker";
import { certificateSchema, dnsSchema, edgeSchema } from "../../stacks/settings/schema/edge";
import { observabilitySchema } from "../../stacks/settings/schema/observability";
import { sourcesSchema } from "../../stacks/settings/schema/sources";
import { targets } from "../../stacks/targets/registry";
import type { RawConfig } from "../../stacks/settings/settings";
import { keyOf, keyPem, validPem } from "../certificates";
import { hits, type Mark, markedExample, partsOf, put, windows } from "../marks";

const root = join(__dirname, "..", "..");
const stacks = stacksOf(root);

type Json = Readonly<Record<string, unknown>>;

const word: Mark = { kind: "password", text: "Käse+Wurst/9-mark" };
const token = { kind: "token", text: "mK7Qz2pLw9Xv4Rt8Yb3Nd6" };
const key = { kind: "private key", text: keyPem(keyOf("p256", "marked")) };
const url: Mark = {
    kind: "URL with a login",
    text: "https://device:hunter2mark@auth.example.com/mqtt",
    secret: "hunter2mark",
};
const query: Mark = {
    kind: "URL with a query",
    text: "https://auth.example.com/mqtt?code=hunter2mark9",
    secret: "code=hunter2mark9",
};
const every: readonly Mark[] = [word, token, key, url, query];
/** What is recognized wherever it stands. */
const recognizable = [token, key, url, query];

type Place = readonly [path: string, marks: readonly Mark[]];

/** Right keys: every setting that is a secret. */
const right: readonly Place[] = [
    ["vernemq:broker.users[0].password", [word, token, key]],
    ["vernemq:broker.secretSettings.x", every],
    ["vernemq:broker.secretSettings.vmq_diversity.postgres.password", every],
    ["vernemq:broker.authentication.database.password", every],
    ["vernemq:broker.authentication.database.tls.clientCertificate.privateKey", [key, word]],
    ["vernemq:broker.authentication.webhook.tls.clientCertificate.privateKey", [key, word]],
    ["vernemq:certificate.pem.privateKey", [key, word, token]],
    ["vernemq:certificate.acme.externalAccount.hmacKey", [token, key, word]],
    ["vernemq:cluster.kubeconfig", [key, token, word]],
    ["vernemq:edge.hosts[0].pem.privateKey", [key, token, word]],
    ["vernemq:dns.route53.secretAccessKey", [token, key, word]],
    ["vernemq:dns.cloudDns.serviceAccountKey", [token, key, word]],
    ["vernemq:dns.azureDns.clientSecret", [token, key, word]],
    ["vernemq:dns.digitalocean.token", [token, key, word]],
    ["vernemq:sources.images.credentials.password", [token, key, word]],
];

const misspelt: readonly Place[] = [
    ["vernemq:broker.user", every],
    ["vernemq:broker.Users", every],
    ["vernemq:broker.passwort", every],
    ["vernemq:broker.users[0].passwort", every],
    ["vernemq:broker.users[0].Password", every],
    ["vernemq:broker.users[0].secret", every],
    ["vernemq:broker.secretSetting", every],
    ["vernemq:broker.authentification", every],
    ["vernemq:broker.authentication.database.pasword", every],
    ["vernemq:broker.authentication.webhook.token", every],
    ["vernemq:broker.authentication.webhook.tls.clientCertificate.key", every],
    ["vernemq:broker.settings.vmq_diversity.postgres.pasword", every],
    ["vernemq:broker.settings.vmq_webhooks.auth.pasword", every],
    ["vernemq:certificate.privateKey", every],
    ["vernemq:certificate.pem.key", every],
    ["vernemq:certificate.pem.privatekey", every],
    ["vernemq:cluster.kubeConfig", every],
    ["vernemq:cluster.token", every],
    ["vernemq:dns.token", every],
    ["vernemq:sources.images.credentials.token", every],
    ["vernemq:edge.password", every],
    ["vernemq:edge.clientCertificates.key", every],
    ["vernemq:edge.haproxy.statsPassword", every],
    ["vernemq:observability.stack.grafanaPassword", every],
    ["vernemq:password", every],
    ["vernemq:brokers", every],
    ["vernemq:certificates.pem.privateKey", every],
];

/** A secret as the value of a setting that holds none. */
const misplaced: readonly Place[] = [
    ["vernemq:target", recognizable],
    ["vernemq:broker", every],
    ["vernemq:broker.users", every],
    ["vernemq:broker.users[0]", every],
    ["vernemq:broker.users[0].name", [key, url, query, token]],
    ["vernemq:broker.replicas", recognizable],
    ["vernemq:broker.namespace", recognizable],
    ["vernemq:broker.acl", every],
    ["vernemq:broker.acl[0]", recognizable],
    ["vernemq:broker.image.tag", [key, url]],
    ["vernemq:broker.cookie", recognizable],
    ["vernemq:broker.persistence", every],
    ["vernemq:broker.settings", every],
    ["vernemq:broker.settings.vmq_diversity.postgres.password", every],
    ["vernemq:broker.settings.vmq_webhooks.auth.endpoint", [url, query]],
    ["vernemq:broker.authentication.webhook.register", [url, query, key]],
    ["vernemq:broker.authentication.database.host", recognizable],
    ["vernemq:broker.authentication.database.kind", recognizable],
    ["vernemq:broker.authentication.database.tls.ca", every],
    ["vernemq:broker.usersFrom.secret", recognizable],
    ["vernemq:edge.host", recognizable],
    ["vernemq:edge.listeners", every],
    ["vernemq:edge.listeners[0]", recognizable],
    ["vernemq:edge.exposure", recognizable],
    ["vernemq:edge.allowedCidrs[0]", recognizable],
    ["vernemq:edge.clientCertificates.ca", every],
    ["vernemq:edge.clientCertificates.crl", every],
    ["vernemq:edge.haproxy.image", recognizable],
    ["vernemq:certificate.pem.certificate", every],
    ["vernemq:certificate.issuer", every],
    ["vernemq:certificate.source", recognizable],
    ["vernemq:cluster", every],
    ["vernemq:cluster.version", recognizable],
    ["vernemq:cluster.tags", every],
    ["vernemq:cluster.tags.Owner", [key, url]],
    ["vernemq:dns.ttlSeconds", recognizable],
    ["vernemq:observability.metrics", recognizable],
    ["vernemq:observability.alerts.runbookUrl", [url]],
    ["aws:region", recognizable],
    ["gcp:project", recognizable],
    ["azure-native:location", recognizable],
];

/** What stands around a place, so that the mark is what is wrong. */
const around: readonly (readonly [prefix: string, path: string, value: unknown])[] = [
    ["vernemq:broker.authentication.database", "vernemq:broker.authentication.database.kind", "postgres"],
    ["vernemq:broker.authentication.webhook", "vernemq:broker.authentication.webhook.register", "https://a.tools.svc/"],
    ["vernemq:certificate.pem", "vernemq:certificate.source", "pem"],
    ["vernemq:certificate.pem.privateKey", "vernemq:certificate.pem.certificate", validPem.certificate],
    ["vernemq:certificate.pem.certificate", "vernemq:certificate.pem.privateKey", { secure: "v1:other" }],
    ["vernemq:edge.clientCertificates.", "vernemq:edge.clientCertificates.ca", validPem.ca],
];

function configWith(config: Json, path: string, leaf: unknown): Json {
    const neighbors = around.filter(([prefix, other]) => path.startsWith(prefix) && path !== other);
    const based = neighbors.reduce((rest, [, other, value]) => put(rest, partsOf(other), value) as Json, config);
    return put(based, partsOf(path), leaf) as Json;
}

/** The values of an example's stack file, as Pulumi.yaml and the file give them. */
function exampleOf(stack: string): Json {
    return forPlanning(readStackFile(root, stack)).values;
}

/** What a raw configuration leads to where it is wrong. */
function errorOf(raw: RawConfig): string {
    try {
        parseSettings(raw, new Date());
        return "";
    } catch (error) {
        assert.ok(error instanceof ConfigurationError, String(error));
        return `${failureOf(error).message}${JSON.stringify(error)}`;
    }
}

/** Paths of what a schema marks as a secret, through blocks, lists, maps and defaults. */
function secretPaths(schema: z.core.$ZodType, path = ""): readonly string[] {
    if (schema instanceof z.ZodType && schema.meta()?.["secret"] === true) {
        return [path];
    }
    if (schema instanceof z.ZodObject) {
        return Object.entries(schema.shape as z.core.$ZodShape).flatMap(([name, inner]) =>
            secretPaths(inner, `${path}.${name}`),
        );
    }
    if (schema instanceof z.ZodArray) {
        return secretPaths(schema.element, `${path}[0]`);
    }
    if (schema instanceof z.ZodRecord) {
        return secretPaths(schema.valueType, `${path}.*`);
    }
    return schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault || schema instanceof z.ZodDefault
        ? secretPaths(schema.unwrap(), path)
        : [];
}

/** The cluster's settings of every target. */
const clusters = z.object(
    Object.assign({}, ...targets().map(({ clusterSchema }) => (clusterSchema as z.ZodObject).shape)),
);

const asText = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

describe("marked secrets in every example", () => {
    let folder: string;

    before(() => {
        folder = mkdtempSync(join(tmpdir(), "vernemq-marks-"));
        writeFileSync(join(folder, "Pulumi.yaml"), "name: vernemq\nruntime: nodejs\n");
    });

    after(() => {
        rmSync(folder, { recursive: true, force: true });
    });

    const places: readonly (readonly [string, readonly Place[]])[] = [
        ["right", right],
        ["misspelt", misspelt],
        ["misplaced", misplaced],
    ];

    for (const stack of stacks) {
        it(`of stack ${stack} show in no error: plain, encrypted or decrypted by the engine`, () => {
            const example = exampleOf(stack);
            let [errors, searched] = [0, 0];
            for (const [, group] of places) {
                for (const [path, marks] of group) {
                    for (const mark of marks) {
                        const plain = configWith(example, path, mark.text);
                        const groups = Object.fromEntries(
                            Object.entries(plain).map(([name, value]) => [name, asText(value)]),
                        );
                        const raw = { project: "vernemq", stack, keysWithDecryptedValues: new Set<string>() };
                        const encrypted = configWith(example, path, new Secret(mark.text));
                        const texts = [
                            errorOf({ ...raw, values: plain }),
                            errorOf({ ...raw, values: encrypted }),
                            errorOf({ ...raw, values: groups, keysWithDecryptedValues: new Set(Object.keys(groups)) }),
                        ];
                        for (const text of texts) {
                            assert.deepEqual(hits(text, [mark]), [], `${path}: ${text}`);
                            errors += text === "" ? 0 : 1;
                            searched++;
                        }
                    }
                }
            }
            console.log(
                `    ${stack}: ${right.length + misspelt.length + misplaced.length} places, ${searched} configurations, ${errors} errors, 0 hits`,
            );
            assert.ok(errors > searched / 2);
        });

        it(`of stack ${stack} show in no plan: terminal, JSON, Markdown, HTML, digest, comment`, async () => {
            const { config, secrets } = markedExample(stack, exampleOf(stack));
            const marks = Object.values(secrets);
            const values = Object.entries(secrets).reduce(
                (all, [path, mark]) => put(all, partsOf(path), new Secret(mark.text)) as Json,
                config,
            );
            const raw = { project: "vernemq", stack, values, keysWithDecryptedValues: new Set<string>() };
            const program = (await import("../../index")).default;
            const { plan, rejections } = await planStack(raw, parseSettings(raw), program);
            assert.deepEqual(rejections, []);
            const options = { out: "", json: "a", markdown: "b", html: "c" };
            const outputs = render(plan, undefined, options, { colors: false, width: 120 });
            assert.equal(outputs.length, 4);
            const noRules = () => ({ replaceOn: [], deletesFirst: false });
            const digested = digestOfPlan(plan, compare({ ...plan, resources: [] }, plan, noRules), { values: true });
            const texts = [
                ...outputs,
                { text: JSON.stringify(digested), what: "the digest" },
                { text: renderComment(digested, commentBudget), what: "the comment" },
            ];
            for (const { text, what } of texts) {
                assert.ok(text.length > 1000);
                assert.deepEqual(hits(text, marks), [], what);
            }
            console.log(`    ${stack}: ${texts.length} outputs, ${marks.length} marks in right keys, 0 hits`);
        });

        it(`of stack ${stack} show on no terminal where the stack file has them in plain text`, async () => {
            writeFileSync(
                join(folder, `Pulumi.${stack}.yaml`),
                stringify({ config: configWith(exampleOf(stack), "vernemq:broker.users[0].password", token.text) }),
            );
            const parsed = parseOptions(["--cwd", folder, "--stack", stack]);
            assert.ok(parsed.kind === "run");
            let [out, err] = ["", ""];
            const streams = { out: (text: string) => (out += text), err: (text: string) => (err += text) };
            const refusal = await planOne(folder, stack, parsed.options, { ...streams, colors: true, width: 80 }).then(
                () => assert.fail("a password in plain text was taken"),
                (error: unknown) => failureOf(error).message,
            );
            assert.match(refusal, /it is in plain text/);
            assert.deepEqual(hits(out + err + refusal, every), []);
        });
    }

    it("stand in every setting that is a secret", () => {
        const all = [
            clusters,
            brokerSchema,
            edgeSchema,
            certificateSchema,
            dnsSchema,
            observabilitySchema,
            sourcesSchema,
        ];
        const found = all.flatMap((schema) => secretPaths(schema)).map((path) => path.replace(/^\./, ""));
        const marked = (paths: readonly string[]) =>
            new Set(paths.map((path) => path.replace(/^vernemq:\w+\./, "").replace(/(secretSettings)\..*/, "$1.*")));
        const inExamples = stacks.flatMap((stack) => Object.keys(markedExample(stack, {}).secrets));
        for (const tested of [marked(right.map(([path]) => path)), marked(inExamples)]) {
            assert.deepEqual([...tested].sort(), [...new Set(found)].sort());
        }
    });

    it("the search finds each mark: as it is, in base64 at every offset, in a URL", () => {
        for (const mark of every) {
            const text = windows(mark)[0] ?? "";
            for (const spelling of [
                text,
                ...["", "x", "xy"].map((before) => Buffer.from(`${before}${text}tail`).toString("base64")),
                encodeURIComponent(text),
            ]) {
                assert.deepEqual(hits(`before ${spelling} after`, every).includes(mark.kind), true, spelling);
            }
        }
    });
});
