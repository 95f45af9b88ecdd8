import { dnsModels } from "./aws/dns";
import { ec2Functions, ec2Models } from "./aws/ec2";
import { eksModels } from "./aws/eks";
import { iamModels } from "./aws/iam";
import { lbModels } from "./aws/lb";
import type { SimulatedProvider } from "./provider";

/** Amazon Web Services, as far as this program uses it. */
export const aws: SimulatedProvider = {
    name: "aws",
    models: { ...ec2Models, ...iamModels, ...eksModels, ...lbModels, ...dnsModels },
    functions: ec2Functions,
};
