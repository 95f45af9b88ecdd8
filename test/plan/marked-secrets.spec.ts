import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
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
import type { RawConfig } from "../../stacks/settings/settings";
import { certificate, clientAuth, keyOf, keyPem, validPem } from "../certificates";

const root = join(__dirname, "..", "..");
const stacks = stacksOf(root);

type Json = Readonly<Record<string, unknown>>;

/** A mark stands in for a secret: nothing of it may come out. */
interface Mark {
    readonly kind: string;
    readonly text: string;
}

const word = { kind: "password", text: "Käse+Wurst/9-mark" };
const token = { kind: "token", text: "mK7Qz2pLw9Xv4Rt8Yb3Nd6" };
const key = { kind: "private key", text: keyPem(keyOf("p256", "marked")) };
const url = { kind: "URL with a login", text: "https://device:hunter2mark@auth.example.com/mqtt" };
const query = { kind: "URL with a query", text: "https://auth.example.com/mqtt?code=hunter2mark9" };
const every: readonly Mark[] = [word, token, key, url, query];
/** What is recognized wherever it stands. */
const recognizable = [token, key, url, query];

/** What part of a mark has to show for it to count as found. */
const windowLength = 12;

function windows(text: string): readonly string[] {
    const inUrl: readonly (string | undefined)[] = /:\/\/\w*:?(\w+)@|\?(.*)/.exec(text)?.slice(1) ?? [];
    const secret = inUrl.find((part) => part !== undefined) ?? text;
    const lines = secret.split("\n").filter((line) => line !== "" && !line.startsWith("---"));
    return lines.flatMap((line) =>
        line.length <= windowLength
            ? [line]
            : Array.from({ length: line.length - windowLength + 1 }, (_, at) => line.slice(at, at + windowLength)),
    );
}

/** A text as base64 writes it at each of the three offsets, without the letters that its neighbors change. */
function inBase64(text: string): readonly string[] {
    return [0, 1, 2].map((offset) => {
        const encoded = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)])
            .toString("base64")
            .replace(/=*$/, "");
        return encoded.slice(offset === 0 ? 0 : offset + 1, -1 - (encoded.length % 2));
    });
}

function spellings(mark: Mark): readonly string[] {
    return windows(mark.text).flatMap((text) => [
        text,
        ...inBase64(text),
        encodeURIComponent(text),
        encodeURI(text),
        JSON.stringify(text).slice(1, -1),
    ]);
}

const spellingsOf = new Map(every.map((mark) => [mark, [...new Set(spellings(mark))]]));

function hits(text: string, marks: readonly Mark[]): readonly string[] {
    return marks.flatMap((mark) =>
        (spellingsOf.get(mark) ?? []).some((spelling) => text.includes(spelling)) ? [mark.kind] : [],
    );
}

type Place = readonly [path: string, marks: readonly Mark[]];

/** Right keys: settings that are secrets, or hold PEM. */
const right: readonly Place[] = [
    ["vernemq:broker.users[0].password", [word, token, key]],
    ["vernemq:broker.secretSettings.x", every],
    ["vernemq:broker.secretSettings.vmq_diversity.postgres.password", every],
    ["vernemq:broker.authentication.database.password", every],
    ["vernemq:broker.authentication.database.tls.clientCertificate.privateKey", [key, word]],
    ["vernemq:broker.authentication.webhook.tls.clientCertificate.privateKey", [key, word]],
    ["vernemq:certificate.pem.privateKey", [key, word, token]],
    ["vernemq:cluster.kubeconfig", [key, token, word]],
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

/** Keys with dots in them are one part below these. */
const maps = /^(vernemq:broker\.(?:settings|secretSettings)|vernemq:cluster\.tags)\.(.+)$/;

function partsOf(path: string): readonly (string | number)[] {
    const map = maps.exec(path);
    const words = (text: string) => {
        const [, group = "", rest = ""] = /^([\w-]+:\w+)\.?(.*)$/.exec(text) ?? [];
        const parts = rest.split(/[.[\]]+/).filter((part) => part !== "");
        return [group, ...parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part))];
    };
    return map === null ? words(path) : [...words(map[1] ?? ""), map[2] ?? ""];
}

function put(value: unknown, parts: readonly (string | number)[], leaf: unknown): unknown {
    const [part, ...rest] = parts;
    if (part === undefined) {
        return leaf;
    }
    if (typeof part === "number") {
        const list: unknown[] = Array.isArray(value) ? [...(value as unknown[])] : [];
        list[part] = put(list[part], rest, leaf);
        return list;
    }
    const block = typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
    return { ...block, [part]: put(block[part], rest, leaf) };
}

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

const asText = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

describe("marked secrets in every example", function () {
    this.timeout(600_000);
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
            const values = Object.entries(secretsInRightPlaces).reduce(
                (config, [path, mark]) => put(config, partsOf(path), new Secret(mark.text)) as Json,
                withPair(exampleOf(stack)),
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
                assert.deepEqual(hits(text, every), [], what);
            }
            console.log(
                `    ${stack}: ${texts.length} outputs, ${Object.keys(secretsInRightPlaces).length} marks, 0 hits`,
            );
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
            assert.match(refusal, /it stands in plain text/);
            assert.deepEqual(hits(out + err + refusal, every), []);
        });
    }

    it("the search finds each mark: as it is, in base64 at every offset, in a URL", () => {
        for (const mark of every) {
            const text = windows(mark.text)[0] ?? "";
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

const shown = certificate({
    commonName: "marked",
    dnsNames: ["mqtt.example.com", "mqtt.localhost", "ws.example.com"],
    key: keyOf("p256", "marked"),
    notBefore: new Date("2026-01-01T00:00:00Z"),
    notAfter: new Date("2049-12-31T00:00:00Z"),
    usages: [clientAuth, "1.3.6.1.5.5.7.3.1"],
});

/** The secrets of a configuration that is otherwise valid. */
const secretsInRightPlaces: Readonly<Record<string, Mark>> = {
    "vernemq:broker.users[0].password": word,
    "vernemq:certificate.pem.privateKey": key,
};

/** Without the token of cert-manager, which a certificate of the user's own needs nowhere. */
function withoutToken(config: Json): Json {
    const dns = config["vernemq:dns"] as Json | undefined;
    return dns === undefined ? config : { ...config, "vernemq:dns": { ...dns, digitalocean: undefined } };
}

function withPair(config: Json): Json {
    return put(
        put(withoutToken(config), ["vernemq:certificate"], { source: "pem" }),
        partsOf("vernemq:certificate.pem.certificate"),
        shown.pem,
    ) as Json;
}
