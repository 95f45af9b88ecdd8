import { createHash } from "node:crypto";
import { aclFileProblems } from "../../components/broker/access/acl";
import { type FileProblem, passwdFileProblems } from "../../components/broker/access/passwd";
import { environmentName } from "../../components/broker/config/conf";
import type { SecretFile } from "../../components/broker/helm/values";
import { type KubernetesObject, listAt, recordAt, textAt } from "../kubernetes/objects";

/** The Secrets that are mounted as folders in a pod's container. A file mounted by `subPath` never follows its Secret, so it is left out. */
export function mountedSecrets(
    pod: KubernetesObject,
    container: string,
): readonly { readonly folder: string; readonly secret: string; readonly items: ReadonlyMap<string, string> }[] {
    const spec = recordAt(pod, "spec");
    const volumes = new Map(
        listAt(spec, "volumes").map((volume) => [textAt(volume, "name"), recordAt(volume, "secret")]),
    );
    const mounts = listAt(containerOf(pod, container), "volumeMounts");
    return mounts.flatMap((mount) => {
        const volume = volumes.get(textAt(mount, "name")) ?? {};
        const [folder, secret] = [textAt(mount, "mountPath"), textAt(volume, "secretName")];
        return folder === undefined || secret === undefined || textAt(mount, "subPath") !== undefined
            ? []
            : [
                  {
                      folder: folder.replace(/\/$/, ""),
                      secret,
                      items: new Map(
                          listAt(volume, "items").map((item) => [
                              textAt(item, "key") ?? "",
                              textAt(item, "path") ?? "",
                          ]),
                      ),
                  },
              ];
    });
}

function containerOf(pod: KubernetesObject, name: string): Readonly<Record<string, unknown>> {
    return listAt(recordAt(pod, "spec"), "containers").find((item) => item["name"] === name) ?? {};
}

/** SHA-256 by path of what the files should hold. The contents stay here. */
export function expectedChecksums(
    mounts: ReturnType<typeof mountedSecrets>,
    secrets: ReadonlyMap<string, Readonly<Record<string, unknown>>>,
): ReadonlyMap<string, string> {
    return new Map(
        mounts.flatMap(({ folder, secret, items }) =>
            Object.entries(secrets.get(secret) ?? {})
                .filter(([key]) => items.size === 0 || items.has(key))
                .map(([key, value]) => [
                    `${folder}/${items.get(key) ?? key}`,
                    createHash("sha256")
                        .update(Buffer.from(String(value), "base64"))
                        .digest("hex"),
                ]),
        ),
    );
}

/** SHA-256 by path in what `sha256sum` wrote. */
export function readChecksums(stdout: string): ReadonlyMap<string, string> {
    return new Map(
        [...stdout.matchAll(/^\\?([0-9a-f]{64}) [ *](.+)$/gm)].map(([, sum = "", path = ""]) => [path.trim(), sum]),
    );
}

/** Where VerneMQ reads users and rules from; undefined where it reads none, or not from a Secret. */
export interface AccessFiles {
    readonly users: SecretFile | undefined;
    readonly acl: SecretFile | undefined;
}

/** The files with users and rules of a broker, by its configuration and its mounts. */
export function accessFiles(
    pod: KubernetesObject,
    container: string,
    mounts: ReturnType<typeof mountedSecrets>,
): AccessFiles {
    const env = listAt(containerOf(pod, container), "env");
    const fileAt = (path: string | undefined): SecretFile | undefined => {
        const mount = mounts.find(({ folder }) => path?.startsWith(`${folder}/`) === true);
        if (path === undefined || mount === undefined) {
            return undefined;
        }
        const file = path.slice(mount.folder.length + 1);
        const [key = file] = [...mount.items].find(([, target]) => target === file) ?? [];
        return { secret: mount.secret, key };
    };
    return {
        users: fileAt(confValue(env, "vmq_passwd.password_file")),
        acl: fileAt(confValue(env, "vmq_acl.acl_file")),
    };
}

/**
 * A value of vernemq.conf as a pod is given it: the image's own variable of the environment, or a line of the whole file in BASE64, where of
 * several the last counts (vmq-operator, controllers/statefulset.go, VERNEMQ_CONF).
 */
function confValue(env: readonly Readonly<Record<string, unknown>>[], key: string): string | undefined {
    const valueOf = (name: string) => textAt(env.find((variable) => variable["name"] === name) ?? {}, "value");
    const text = Buffer.from(valueOf("VERNEMQ_CONF") ?? "", "base64").toString("utf8");
    const lines = text.split("\n").flatMap((line) => {
        const [name, value] = line.split(/\s*=\s*(.*)/s);
        return name === key && value !== undefined ? [value.trim()] : [];
    });
    return valueOf(environmentName(key)) ?? lines.at(-1);
}

/**
 * What is wrong with the files of a Secret that VerneMQ reads users and rules from: one line that it cannot read ends the plugin for good, and
 * every login or publish fails until the pods are restarted.
 *
 * @param data of the Secret, in BASE64
 */
export function fileProblems(
    secret: string,
    data: Readonly<Record<string, unknown>>,
    { users, acl }: AccessFiles,
): readonly string[] {
    return [
        ...problemsOfFile(secret, data, users, passwdFileProblems),
        ...problemsOfFile(secret, data, acl, aclFileProblems),
    ];
}

function problemsOfFile(
    secret: string,
    data: Readonly<Record<string, unknown>>,
    file: SecretFile | undefined,
    problemsOf: (text: string) => readonly FileProblem[],
): readonly string[] {
    if (file?.secret !== secret) {
        return [];
    }
    const value = textAt(data, file.key);
    if (value === undefined) {
        return [`it has no ${file.key}`];
    }
    const text = Buffer.from(value, "base64").toString("utf8");
    return problemsOf(text).map(({ line, problem }) => `${file.key}, line ${line}: ${problem}`);
}
