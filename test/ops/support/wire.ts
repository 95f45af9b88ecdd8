import { createHash } from "node:crypto";
import { connect } from "node:net";
import type { WebSocket } from "ws";
import { Refused, type StoredObject } from "./store";
import type { CommandResult } from "./vmq-admin";

/**
 * Two channels of a forwarded port: 0 its data, 1 its errors; each begins with the port's number.
 *
 * @param local port of this machine that it leads to; undefined where nothing listens
 */
export function carryPort(stream: WebSocket, port: number, local: number | undefined): void {
    const number = Buffer.from([port & 255, port >> 8]);
    stream.send(Buffer.concat([Buffer.from([0]), number]));
    stream.send(Buffer.concat([Buffer.from([1]), number]));
    if (local === undefined) {
        stream.send(framed(1, `dial tcp4 127.0.0.1:${port}: connect: connection refused`));
        stream.close();
        return;
    }
    const socket = connect(local, "127.0.0.1");
    socket.on("data", (data) => {
        stream.send(Buffer.concat([Buffer.from([0]), data]));
    });
    socket.on("close", () => {
        stream.close();
    });
    socket.on("error", () => undefined);
    stream.on("message", (data: Buffer) => {
        socket.write(data.subarray(1));
    });
    stream.on("close", () => socket.destroy());
}

/** What a path of the API is about. */
export function placeOf(path: string, namespace: string): { collection: string; name?: string; subresource?: string } {
    const parts = path.split("/").slice(1).map(decodeURIComponent);
    const group = parts[0] === "api" ? parts.slice(1, 2) : parts.slice(1, 3);
    let rest = parts.slice(parts[0] === "api" ? 2 : 3);
    if (rest[0] === "namespaces" && rest.length > 2) {
        if (rest[1] !== namespace) {
            throw new Refused(404, "NotFound", `namespaces "${rest[1] ?? ""}" not found`);
        }
        rest = rest.slice(2);
    }
    const [plural = "", name, subresource] = rest;
    return { collection: [...group, plural].join("/"), name, subresource };
}

/** A right in RBAC's words. */
export interface AskedRight {
    readonly verb: string;
    readonly apiGroup: string;
    /** With its sub-resource. */
    readonly resource: string;
    readonly name: string | undefined;
}

/** A rule of a Role (https://kubernetes.io/docs/reference/access-authn-authz/rbac/#role-and-clusterrole). */
export interface Rule {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly resourceNames?: readonly string[];
    readonly verbs: readonly string[];
}

/** The rights that a request takes; a stream over WebSocket takes `get` and `create` as of Kubernetes 1.36. */
export function rightsAsked(method: string, path: string): readonly AskedRight[] {
    const [root, ...parts] = path.split("/").slice(1).map(decodeURIComponent);
    const rest = parts.slice(root === "api" ? 1 : 2);
    const [plural = "", name, subresource] = rest[0] === "namespaces" && rest.length > 2 ? rest.slice(2) : rest;
    const right = {
        apiGroup: root === "api" ? "" : (parts[0] ?? ""),
        resource: subresource === undefined ? plural : `${plural}/${subresource}`,
        name,
    };
    const verbs: Readonly<Record<string, readonly string[]>> = {
        GET: subresource === undefined ? [name === undefined ? "list" : "get"] : ["get", "create"],
        POST: ["create"],
        PATCH: ["patch"],
        DELETE: ["delete"],
    };
    return (verbs[method] ?? [method]).map((verb) => ({ verb, ...right }));
}

/** A right as one text: `list policy/poddisruptionbudgets`, `create pods/exec`. */
export function rightText({ verb, apiGroup, resource }: Omit<AskedRight, "name">): string {
    return `${verb} ${apiGroup === "" ? "" : `${apiGroup}/`}${resource}`;
}

/** Whether a rule allows a right. One with names allows no listing and no creation. */
export function allows({ apiGroups, resources, resourceNames, verbs }: Rule, asked: AskedRight): boolean {
    return (
        apiGroups.includes(asked.apiGroup) &&
        resources.includes(asked.resource) &&
        verbs.includes(asked.verb) &&
        (resourceNames === undefined || (asked.name !== undefined && resourceNames.includes(asked.name)))
    );
}

/** Whether an object carries the labels of a selector such as `a=b,c=d`. */
export function matches(object: StoredObject, selector: string | null): boolean {
    return (selector ?? "")
        .split(",")
        .filter((term) => term !== "")
        .every((term) => {
            const [key = "", value] = term.split("=");
            return object.metadata.labels?.[key] === value;
        });
}

/** A message of a channel of k8s.io/apimachinery/pkg/util/remotecommand: 1 stdout, 2 stderr, 3 the status. */
export function framed(channel: number, text: string): Buffer {
    return Buffer.concat([Buffer.from([channel]), Buffer.from(text)]);
}

/** The status that ends a command. */
export function statusOf(exitCode: number): unknown {
    return exitCode === 0
        ? { metadata: {}, status: "Success" }
        : {
              metadata: {},
              status: "Failure",
              reason: "NonZeroExitCode",
              message: `command terminated with non-zero exit code: exit status ${exitCode}`,
              details: { causes: [{ reason: "ExitCode", message: exitCode.toString() }] },
          };
}

/** What `sha256sum` writes for files; undefined is one that is not there. */
export function checksums(files: readonly (readonly [path: string, text: string | undefined])[]): CommandResult {
    const missing = files.filter(([, text]) => text === undefined);
    return {
        stdout: files
            .flatMap(([path, text]) =>
                text === undefined ? [] : [`${createHash("sha256").update(text).digest("hex")}  ${path}\n`],
            )
            .join(""),
        stderr: missing.map(([path]) => `sha256sum: ${path}: No such file or directory\n`).join(""),
        exitCode: missing.length === 0 ? 0 : 1,
    };
}
