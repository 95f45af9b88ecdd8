import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { isObject } from "../../components/common/is-object";
import { readKubeconfig } from "../../ops/kubernetes/kubeconfig";
import { ask } from "../../ops/kubernetes/requests";
import type { Plan } from "../../plan/plan";
import { exampleOf, planOf } from "../support";
import { project } from "../support-engine";
import { skipAll } from "./cluster";

/*
 * What the stacks give to Kubernetes, judged by a real API server in a dry run: nothing is created, so an API server alone is enough, without
 * a license and without the engine. Charts are left out: Helm renders them during an update.
 */

const kubeconfig = process.env["ACCEPTANCE_KUBECONFIG"] ?? "";
const stacks = readdirSync(project).flatMap((file) => /^Pulumi\.(\w+)\.yaml$/.exec(file)?.[1] ?? []);

type Ask = (method: "GET" | "POST", path: string, body?: unknown) => Promise<unknown>;

/** What only an update knows: a name of another resource, or a masked secret. */
function resolved(value: unknown, key = ""): unknown {
    if (typeof value === "string") {
        if (value === "[secret]" && (key === "data" || key === "stringData")) {
            // What a Secret of the type kubernetes.io/tls has to have.
            const masked = key === "data" ? "c2VjcmV0" : "secret";
            return { "tls.crt": masked, "tls.key": masked };
        }
        return value.replaceAll(/\$\{[^}]*\}/g, "later");
    }
    if (Array.isArray(value)) {
        return value.map((each) => resolved(each));
    }
    return isObject(value)
        ? Object.fromEntries(Object.entries(value).map(([name, below]) => [wireName(name), resolved(below, name)]))
        : value;
}

/** Pulumi's SDK writes some names with underscores, which its provider turns back (pulumi-kubernetes, provider/pkg/provider/provider.go). */
const wireName = (name: string) => (name.startsWith("x_kubernetes_") ? name.replaceAll("_", "-") : name);

interface Manifest {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: Readonly<Record<string, unknown>>;
}

function manifestsOf(plan: Plan): readonly { readonly name: string; readonly manifest: Manifest }[] {
    return plan.resources.flatMap(({ type, name, inputs }) =>
        type.startsWith("kubernetes:") &&
        typeof inputs["apiVersion"] === "string" &&
        type !== "kubernetes:helm.sh/v3:Release"
            ? [{ name, manifest: resolved(inputs) as Manifest }]
            : [],
    );
}

describe("the Kubernetes objects of the examples, in a dry run by a real API server", () => {
    let request: Ask;

    before(async function () {
        if (kubeconfig === "") {
            skipAll(this, "ACCEPTANCE_KUBECONFIG names no cluster");
        }
        const context = process.env["ACCEPTANCE_CONTEXT"];
        const source = { kind: "file", path: kubeconfig, ...(context === undefined ? {} : { context }) } as const;
        const config = readKubeconfig(await import("@kubernetes/client-node"), source);
        request = (method, path, body) => ask(config, { method, path, body });
    });

    const kinds = new Map<
        string,
        Readonly<Record<string, { readonly plural: string; readonly namespaced: boolean }>>
    >();

    /** The kinds of a group and version that the server has; none where it lacks the group, as for a CustomResourceDefinition. */
    async function kindsOf(apiVersion: string) {
        const known = kinds.get(apiVersion);
        if (known !== undefined) {
            return known;
        }
        const path = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
        const answer = await request("GET", path).catch(() => ({ resources: [] }));
        const { resources } = answer as {
            readonly resources: readonly { name: string; kind: string; namespaced: boolean }[];
        };
        const found = Object.fromEntries(
            resources
                .filter(({ name }) => !name.includes("/"))
                .map(({ name, kind, namespaced }) => [kind, { plural: name, namespaced }]),
        );
        kinds.set(apiVersion, found);
        return found;
    }

    for (const stack of stacks) {
        it(`${stack}: every object is accepted, and no field is unknown`, async () => {
            const objects = manifestsOf(await planOf(exampleOf(stack), stack));
            let asked = 0;
            for (const { name, manifest } of objects) {
                const kind = (await kindsOf(manifest.apiVersion))[manifest.kind];
                if (kind === undefined) {
                    continue;
                }
                asked += 1;
                const group = manifest.apiVersion.includes("/") ? "apis" : "api";
                // Their own namespace is not there yet.
                const place = kind.namespaced ? "namespaces/default/" : "";
                const path = `/${group}/${manifest.apiVersion}/${place}${kind.plural}?dryRun=All&fieldValidation=Strict`;
                const metadata = { name: `dry-run-${name}`.slice(0, 63), ...manifest.metadata, namespace: undefined };
                await assert.doesNotReject(request("POST", path, { ...manifest, metadata }), name);
            }
            assert.ok(asked >= 6, `${asked} of ${objects.length} objects`);
        });
    }

    it("and one with a field that Kubernetes lacks is refused, so that the above says something", async () => {
        const path = "/api/v1/namespaces/default/configmaps?dryRun=All&fieldValidation=Strict";
        await assert.rejects(
            request("POST", path, { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" }, datta: {} }),
            /unknown field "datta"/,
        );
    });
});
