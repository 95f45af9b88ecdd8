import type { KubeConfig } from "@kubernetes/client-node";
import { homedir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../plan/common/errors";

export type KubeconfigSource = {
    /** Context of it. Default: its current one. */
    readonly context?: string;
} & (
    | { readonly kind: "file"; readonly path: string }
    /** Its contents; a secret. */
    | { readonly kind: "text"; readonly text: string }
    /** `$KUBECONFIG`, which may name several files, or `~/.kube/config`. */
    | { readonly kind: "default" }
);

/**
 * Reads a kubeconfig.
 *
 * @throws UserError where there is none, or it lacks the context. The message holds nothing of its contents but names of contexts.
 */
export function readKubeconfig(
    library: typeof import("@kubernetes/client-node"),
    source: KubeconfigSource,
): KubeConfig {
    const config = new library.KubeConfig();
    try {
        load(config, source);
    } catch (error) {
        // A parser's message quotes the text, which holds keys.
        const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
        throw new UserError(`${placeOf(source)} ${isMissing ? "cannot be read" : "is not a kubeconfig"}.`);
    }
    if (source.context !== undefined) {
        config.setCurrentContext(source.context);
    }
    if (config.getContextObject(config.getCurrentContext()) === null) {
        const names = config.getContexts().map(({ name }) => name);
        throw new UserError(
            names.length === 0
                ? `${placeOf(source)} has no context: name a kubeconfig with --kubeconfig.`
                : `${placeOf(source)} has no context ${config.getCurrentContext()}; it has ${names.join(", ")}.`,
        );
    }
    if (config.getCurrentCluster() === null) {
        throw new UserError(
            `${placeOf(source)}: the context ${config.getCurrentContext()} names a cluster that is not in it.`,
        );
    }
    return config;
}

function load(config: KubeConfig, source: KubeconfigSource): void {
    switch (source.kind) {
        case "file":
            config.loadFromFile(source.path.startsWith("~/") ? join(homedir(), source.path.slice(2)) : source.path);
            return;
        case "text":
            config.loadFromString(source.text);
            return;
        case "default":
            config.loadFromDefault();
    }
}

function placeOf(source: KubeconfigSource): string {
    switch (source.kind) {
        case "file":
            return `The kubeconfig ${source.path}`;
        case "text":
            return "The stack's kubeconfig";
        case "default":
            return process.env["KUBECONFIG"] === undefined
                ? "~/.kube/config"
                : `$KUBECONFIG (${process.env["KUBECONFIG"]})`;
    }
}
