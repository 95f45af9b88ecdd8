/** The add-ons that every EKS cluster gets, by EKS' own names. */
export const eksAddonNames = [
    "vpc-cni",
    "kube-proxy",
    "eks-pod-identity-agent",
    "coredns",
    "aws-ebs-csi-driver",
] as const;

export type EksAddonName = (typeof eksAddonNames)[number];
