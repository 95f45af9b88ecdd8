import { UserError } from "../../plan/common/errors";

/**
 * Puts what the kubeconfig proves its user by into a request.
 *
 * @param apply the client library's way to do it, which may run a credential plugin
 * @throws UserError where that fails: a credential plugin that is not installed or whose sign-in has ended, a file that is not there. What a
 * plugin writes to standard output is a secret and not repeated; standard error is for people.
 */
export async function withCredentials(apply: () => Promise<void>): Promise<void> {
    try {
        await apply();
    } catch (error) {
        throw new UserError(`The kubeconfig's credentials cannot be used: ${reasonOf(error)}`);
    }
}

function reasonOf(error: unknown): string {
    if (!(error instanceof Error) || error instanceof SyntaxError) {
        return "what its credential plugin returns is not an ExecCredential";
    }
    const { code, syscall = "", path = "" } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "EACCES") {
        return syscall.startsWith("spawn")
            ? `its credential plugin ${path} cannot be run: it is not installed, or not for this user`
            : `${path} cannot be read`;
    }
    const [said = ""] = error.message.trim().split("\n");
    return said === "" ? "its credential plugin fails without a message" : said.slice(0, 300);
}
