import { dnsModels } from "./dns";
import { ec2Functions, ec2Models } from "./ec2";
import { eksModels } from "./eks";
import { iamModels } from "./iam";
import { lbModels } from "./lb";
import type { SimulatedProvider } from "../provider";
import { replacementTable, withReplacements } from "../replacements";

/** Amazon Web Services, as far as this program uses it. */
export const aws: SimulatedProvider = {
    name: "aws",
    models: withReplacements(
        { ...ec2Models, ...iamModels, ...eksModels, ...lbModels, ...dnsModels },
        replacementTable("aws"),
    ),
    functions: ec2Functions,
};
