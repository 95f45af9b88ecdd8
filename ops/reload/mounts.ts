import { createHash } from "node:crypto";
import { aclLineProblem } from "../../components/broker/acl";
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

/**
 * What VerneMQ would stumble over in its two files, by file: one bad line ends the plugin for good, and every login fails until the pods
 * are restarted. The line itself is not told, since it may hold a password.
 */
export function fileProblems(data: Readonly<Record<string, unknown>>): readonly string[] {
    return Object.entries(data).flatMap(([file, value]) => {
        const check = lineChecks[file];
        if (check === undefined) {
            return [];
        }
        const lines = Buffer.from(String(value), "base64").toString("utf8").split("\n");
        return lines.flatMap((line, index) =>
            (index === lines.length - 1 && line === "") || check(line)
                ? []
                : [`${file}, line ${(index + 1).toString()}`],
        );
    });
}

const lineChecks: Readonly<Record<string, (line: string) => boolean>> = {
    // vmq_passwd.erl matches <<"$6$", salt, "$", hash>> after the first colon and crashes on anything else.
    "vmq.passwd": (line) => /^[^:\r]+:\$6\$[A-Za-z0-9+/]+=*\$[A-Za-z0-9+/]+=*$/.test(line),
    "vmq.acl": (line) => line === "" || line.startsWith("#") || aclLineProblem(line) === undefined,
};
