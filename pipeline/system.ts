/**
 * Why the engine cannot be driven on this machine's system, and what to do; undefined where it can. On Windows Helm cannot start the
 * post-renderer, which it runs as a program by its first line, and a stack's working folder is made of symbolic links.
 */
export function systemProblem(platform: NodeJS.Platform): string | undefined {
    return platform === "win32"
        ? "The Pulumi engine deploys VerneMQ on Linux and macOS, not on Windows itself: run this in the Windows Subsystem for Linux (WSL)."
        : undefined;
}
