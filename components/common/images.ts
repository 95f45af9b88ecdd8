import * as pulumi from "@pulumi/pulumi";
import * as core from "@pulumi/kubernetes/core/v1";
import { type Mirror, mirrored, mirrorHosts } from "./image-names";
import { type Transform, transformed } from "./transform";

/** User and password of a registry. */
export interface RegistryCredentials {
    /** Host of the registry, with its port where it has one. Default: the host of the mirror, of several if it is the same. */
    readonly registry?: string;
    readonly username: pulumi.Input<string>;
    /** A secret. */
    readonly password: pulumi.Input<string>;
}

/** Where images are pulled from in a network that reaches no public registry. Default: where their publishers push them. */
export interface ImageSources {
    /**
     * A registry, with a path or without, that takes the place of the host in each image's name; or one for each host, and images of others
     * are pulled from where they are.
     *
     * @example "registry.example.com/mirror" // vernemq/vernemq becomes registry.example.com/mirror/vernemq/vernemq
     * @example { "docker.io": "harbor.example.com/dockerhub", "quay.io": "harbor.example.com/quay" }
     */
    readonly mirror?: Mirror;
    /** Names of Secrets of type kubernetes.io/dockerconfigjson that something else puts into each namespace. Default: none. */
    readonly pullSecrets?: readonly string[];
    /** Credentials of the registry, of which each namespace gets a Secret. Default: none. */
    readonly credentials?: RegistryCredentials;
}

/** Name of the Secret with the registry's credentials. */
const secretName = "vernemq-image-registry";

/** The same for a name that may not be known yet. */
export function mirroredInput(image: pulumi.Input<string>, mirror: Mirror | undefined): pulumi.Input<string> {
    return mirror === undefined
        ? image
        : typeof image === "string"
          ? mirrored(image, mirror)
          : pulumi.output(image).apply((name) => mirrored(name, mirror));
}

/** The Secrets that pods of a namespace pull their images with; the one with the credentials is created. */
export function createPullSecrets(
    name: string,
    sources: ImageSources | undefined,
    namespace: pulumi.Input<string>,
    opts: pulumi.CustomResourceOptions,
    transform?: Transform<core.SecretArgs>,
): readonly pulumi.Input<string>[] {
    const { credentials, mirror, pullSecrets = [] } = sources ?? {};
    if (credentials === undefined) {
        return pullSecrets;
    }
    const [host, ...others] = mirrorHosts(mirror);
    const registry = credentials.registry ?? (others.length === 0 ? host : undefined);
    if (registry === undefined) {
        throw new Error("credentials of a registry name it, or all mirrors are in one");
    }
    const secret = new core.Secret(
        `${name}-image-registry`,
        transformed<core.SecretArgs>(
            {
                metadata: { name: secretName, namespace },
                type: "kubernetes.io/dockerconfigjson",
                stringData: { ".dockerconfigjson": dockerConfig(registry, credentials) },
            },
            transform,
        ),
        opts,
    );
    return [...pullSecrets, secret.metadata.name];
}

/** As Docker's client writes it (https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/). */
function dockerConfig(registry: string, { username, password }: RegistryCredentials): pulumi.Output<string> {
    return pulumi.secret(
        pulumi.all([username, password]).apply(([user, word]) =>
            JSON.stringify({
                auths: {
                    [registry]: {
                        username: user,
                        password: word,
                        auth: Buffer.from(`${user}:${word}`).toString("base64"),
                    },
                },
            }),
        ),
    );
}

/** References to Secrets as pods and most charts take them; undefined where there are none. */
export function pullSecretReferences(
    names: readonly pulumi.Input<string>[],
): { name: pulumi.Input<string> }[] | undefined {
    return names.length === 0 ? undefined : names.map((name) => ({ name }));
}
