import { readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { didYouMean } from "../../../components/common/closest";
import { printableKey } from "../../../components/common/disclosure";
import { ConfigurationError, type Problem } from "../../../components/common/problem";
import { valueOf, valuesOf } from "../../../components/common/property-path";

const pathKey = "vernemq:cluster.kubeconfigPath";

/** Larger files are something else; kubectl's own limit is that of a Secret, 1 MiB. */
const largestBytes = 1024 * 1024;

/**
 * The contents of the kubeconfig at a path; `~/` is the home folder, as in a shell. Without a context it has to have a current one.
 *
 * @throws ConfigurationError where there is none to read, or it has no such context.
 */
export function readKubeconfig(path: string, context: string | undefined): string {
    const text = readFile(path);
    const problem = kubeconfigProblem(text, context, pathKey);
    if (problem !== undefined) {
        throw new ConfigurationError([problem]);
    }
    return text;
}

function readFile(path: string): string {
    const file = path.startsWith("~/") ? join(homedir(), path.slice(2)) : path;
    try {
        // A device or a pipe might never end.
        const found = statSync(file);
        if (found.isFile() && found.size <= largestBytes) {
            return readFileSync(file, "utf8");
        }
    } catch {
        // Said below.
    }
    throw new ConfigurationError([
        {
            key: pathKey,
            value: path,
            rule: "the file cannot be read",
            remedy: "name a kubeconfig that this machine has, or leave it out to use KUBECONFIG or ~/.kube/config",
        },
    ]);
}

/**
 * What is wrong with a kubeconfig, without its contents. It is read and never used: a program that it names for credentials (`exec`) is
 * not run.
 *
 * @param key the setting that the text comes from
 */
export function kubeconfigProblem(text: string, context: string | undefined, key: string): Problem | undefined {
    const config = parsed(text);
    const names = valuesOf(config, "contexts.*.name").map(String);
    if (names.length === 0 || valuesOf(config, "clusters.*").length === 0) {
        return {
            key,
            rule: "this is not a kubeconfig: it has no clusters and contexts",
            remedy: "expected: what `kubectl config view --raw --flatten` prints",
        };
    }
    const wanted = context ?? valueOf(config, "current-context");
    return typeof wanted === "string" && names.includes(wanted)
        ? undefined
        : {
              key: "vernemq:cluster.context",
              rule:
                  context === undefined
                      ? "the kubeconfig has no current context, so one has to be named"
                      : `the kubeconfig has no context ${printableKey(context)}`,
              remedy: `${context === undefined ? "" : didYouMean(context, names)}expected: one of ${names.slice(0, 10).map(printableKey).join(", ")}`,
          };
}

function parsed(text: string): unknown {
    try {
        return parse(text, { maxAliasCount: 0 }) as unknown;
    } catch {
        return undefined;
    }
}
