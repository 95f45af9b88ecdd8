import { targetOf } from "../../stacks/targets/registry";
import type { Plan } from "../plan";
import { UserError } from "../common/errors";
import { rightsOf } from ".";

/**
 * The file of `--rights`: what an account has to grant to those who operate the plan's stack.
 *
 * @throws UserError where the stack creates nothing in a cloud
 * @throws Error where a resource's type is in no table of rights: a defect of the table
 */
export function rightsFile({ target, resources }: Plan): string {
    const { account, title } = targetOf(target);
    if (account === null) {
        throw new UserError(
            `--rights: target ${target} (${title}) creates nothing in a cloud's account; it needs only the rights of its kubeconfig`,
        );
    }
    const { needed, unknown } = rightsOf(account, resources);
    if (unknown.length > 0) {
        throw new Error(`the table of rights lacks ${unknown.join(", ")}`);
    }
    return `${JSON.stringify(account.document(needed, resources), null, 4)}\n`;
}
