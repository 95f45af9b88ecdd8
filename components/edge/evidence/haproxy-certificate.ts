import { type Resource, valueOf, valuesOf } from "./facts";

/** Where a Deployment says what its pods are. */
export const podTemplate = "spec.template.spec";

/** Whether each `crt` file of a `bind` line is in a Secret that the pods mount and the graph creates. */
export function hasCertificate(
    bind: readonly string[],
    { deployment, namespace }: { readonly deployment: Resource; readonly namespace: unknown },
    resources: readonly Resource[],
): boolean {
    const paths = bind.filter((_, index) => ["crt", "default-crt"].includes(bind[index - 1] ?? ""));
    return (
        paths.length > 0 &&
        paths.every((path) => {
            const secret = secretOf(path, deployment);
            return typeof secret === "string" && isCreated(secret, namespace, resources);
        })
    );
}

/** The Secret that a file comes from: the one that is mounted there, or the one of a projection that names the file. */
function secretOf(path: string, deployment: Resource): unknown {
    const mount = valuesOf(deployment.inputs, `${podTemplate}.containers.*.volumeMounts.*`).find((candidate) =>
        path.startsWith(`${String(valueOf(candidate, "mountPath"))}/`),
    );
    const volume = valuesOf(deployment.inputs, `${podTemplate}.volumes.*`).find(
        (candidate) => mount !== undefined && valueOf(candidate, "name") === valueOf(mount, "name"),
    );
    const file = path.slice(String(valueOf(mount, "mountPath")).length + 1);
    const source = valuesOf(volume, "projected.sources.*").find((candidate) =>
        valuesOf(candidate, "secret.items.*.path").includes(file),
    );
    return valueOf(volume, "secret.secretName") ?? valueOf(source, "secret.name");
}

/** Whether a Secret is the program's own, or one that cert-manager writes for a Certificate of the program. */
export function isCreated(secret: string, namespace: unknown, resources: readonly Resource[]): boolean {
    return resources.some(({ type, name, inputs }) => {
        if (type === "kubernetes:core/v1:Secret") {
            return (
                secret.startsWith(`\${${name}.`) ||
                (valueOf(inputs, "metadata.name") === secret && valueOf(inputs, "metadata.namespace") === namespace)
            );
        }
        return type.endsWith(":Certificate") && valueOf(inputs, "spec.secretName") === secret;
    });
}
