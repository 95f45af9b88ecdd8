/** Whether a text is a registry's host, with its port where it has one. */
export function isRegistryHost(text: string): boolean {
    return (
        /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?(:\d{1,5})?$/.test(text) && isRegistry(text)
    );
}

/** Whether a text is a registry with a path or without. */
export function isMirror(text: string): boolean {
    return /^[^/]+(\/[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*)*$/.test(text) && isRegistryHost(text.split("/")[0] ?? "");
}

/** Whether the first part of an image's name is a registry (https://pkg.go.dev/github.com/distribution/reference#ParseNormalizedNamed). */
function isRegistry(part: string): boolean {
    return part === "localhost" || /[.:]/.test(part);
}

/**
 * One mirror for all registries, or one for each by the registry's host, as a registry has them that keeps a project or a prefix for each
 * upstream (https://goharbor.io/docs/2.13.0/administration/configure-proxy-cache/,
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-working.html). A registry that is not in the map has none.
 */
export type Mirror = string | Readonly<Record<string, string>>;

/** Registry of an image by its name. */
export function registryOf(image: string): string {
    return parts(image).registry;
}

/** What takes the place of a registry; undefined where nothing does. */
export function mirrorOf(registry: string, mirror: Mirror | undefined): string | undefined {
    return typeof mirror === "object" ? (Object.hasOwn(mirror, registry) ? mirror[registry] : undefined) : mirror;
}

/** Hosts of the registries that mirrors are in, sorted. */
export function mirrorHosts(mirror: Mirror | undefined): readonly string[] {
    const mirrors = typeof mirror === "object" ? Object.values(mirror) : mirror === undefined ? [] : [mirror];
    return [...new Set(mirrors.map((each) => each.split("/")[0] ?? ""))].sort();
}

/**
 * An image's name, or its repository, with the mirror instead of its registry. One that is in the registry of a mirror already stays. Docker
 * Hub's own images are in its folder `library`.
 */
export function mirrored(image: string, mirror: Mirror | undefined): string {
    const { registry, path } = parts(image);
    const place = mirrorOf(registry, mirror);
    return place === undefined || mirrorHosts(mirror).includes(registry) ? image : `${place}/${path}`;
}

/** An image without a registry is Docker Hub's, and one without a folder is in its folder `library`. */
function parts(image: string): { readonly registry: string; readonly path: string } {
    const [first = "", ...rest] = image.split("/");
    const named = rest.length > 0 && isRegistry(first);
    const registry = named && first !== "index.docker.io" ? first : "docker.io";
    const path = named ? rest : [first, ...rest];
    return {
        registry,
        path: [...(registry === "docker.io" && path.length === 1 ? ["library"] : []), ...path].join("/"),
    };
}
