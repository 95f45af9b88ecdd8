import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { ConfigurationError } from "../../../components/common/problem";

/**
 * The contents of the kubeconfig at a path; `~/` is the home folder, as in a shell.
 *
 * @throws ConfigurationError where there is none to read.
 */
export function readKubeconfig(path: string): string {
    const file = path.startsWith("~/") ? join(homedir(), path.slice(2)) : path;
    try {
        return readFileSync(file, "utf8");
    } catch {
        throw new ConfigurationError([
            {
                key: "vernemq:cluster.kubeconfigPath",
                value: path,
                rule: "the file cannot be read",
                remedy: "name a kubeconfig that this machine has, or leave it out to use KUBECONFIG or ~/.kube/config",
            },
        ]);
    }
}
