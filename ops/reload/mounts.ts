import { createHash } from "node:crypto";
import { aclFileProblems } from "../../components/broker/access/acl";
import { authSecretName } from "../../components/broker/names";
import { type FileProblem, passwdFileProblems } from "../../components/broker/access/passwd";
import type { SecretFile } from "../../components/broker/helm/values";
import { type KubernetesObject, listAt, recordAt, textAt } from "../kubernetes/objects";

/** A file in a broker's container that comes from a Secret and follows it. */
export interface MountedFile {
    readonly path: string;
    readonly secret: string;
    readonly key: string;
}

/** The Secrets that are mounted as folders in a pod's container. A file mounted by `subPath` never follows its Secret, so it is left out. */
export function mountedSecrets(
    pod: KubernetesObject,
    container: string,
): readonly { readonly folder: string; readonly secret: string; readonly items: ReadonlyMap<string, string> }[] {
    const spec = recordAt(pod, "spec");
    const volumes = new Map(
        listAt(spec, "volumes").map((volume) => [textAt(volume, "name"), recordAt(volume, "secret")]),
    );
    const mounts = listAt(listAt(spec, "containers").find((item) => item["name"] === container) ?? {}, "volumeMounts");
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

/** Where VerneMQ reads users and rules from, as the settings have it. */
export interface AccessFiles {
    readonly usersFrom?: SecretFile | undefined;
    readonly aclFrom?: SecretFile | undefined;
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
    { usersFrom, aclFrom }: AccessFiles,
): readonly string[] {
    return [
        ...problemsOfFile(secret, data, usersFrom, "vmq.passwd", passwdFileProblems),
        ...problemsOfFile(secret, data, aclFrom, "vmq.acl", aclFileProblems),
    ];
}

function problemsOfFile(
    secret: string,
    data: Readonly<Record<string, unknown>>,
    from: SecretFile | undefined,
    ownKey: string,
    problemsOf: (text: string) => readonly FileProblem[],
): readonly string[] {
    const file = from ?? { secret: authSecretName, key: ownKey };
    if (file.secret !== secret) {
        return [];
    }
    const value = textAt(data, file.key);
    if (value === undefined) {
        // The program's own Secret has no file that is not read.
        return from === undefined ? [] : [`it has no ${file.key}`];
    }
    const text = Buffer.from(value, "base64").toString("utf8");
    return problemsOf(text).map(({ line, problem }) => `${file.key}, line ${line.toString()}: ${problem}`);
}
