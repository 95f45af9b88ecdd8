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
 * An image's name, or its repository, with the mirror instead of its registry. One that is in the mirror already stays. Docker Hub's own
 * images are in its folder `library`.
 */
export function mirrored(image: string, mirror: string | undefined): string {
    if (mirror === undefined || image.startsWith(`${mirror}/`)) {
        return image;
    }
    const [first = "", ...rest] = image.split("/");
    const path = rest.length > 0 && isRegistry(first) ? rest : [first, ...rest];
    const onHub = rest.length === 0 || ["docker.io", "index.docker.io"].includes(first);
    return [mirror, ...(onHub && path.length === 1 ? ["library"] : []), ...path].join("/");
}
