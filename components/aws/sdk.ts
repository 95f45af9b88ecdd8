import { requireSdk } from "../common/sdk";

// Imported before all that needs it, so that its absence is one sentence and not a stack of Node's.
requireSdk("@pulumi/aws", "Amazon EKS");
