import assert from "node:assert/strict";
import {
    amiTypeFor,
    awsPolicyArn,
    clusterGeneration,
    kubeconfigText,
    partitionOf,
} from "../../../components/aws/cluster-info";

describe("facts about EKS", () => {
    it("knows the partition of a region, and with it the ARNs of AWS's policies", () => {
        assert.deepEqual(partitionOf("eu-central-1"), { id: "aws", ec2Principal: "ec2.amazonaws.com" });
        assert.deepEqual(partitionOf("cn-north-1"), { id: "aws-cn", ec2Principal: "ec2.amazonaws.com.cn" });
        assert.deepEqual(partitionOf("us-gov-west-1"), { id: "aws-us-gov", ec2Principal: "ec2.amazonaws.com" });
        assert.equal(
            awsPolicyArn("cn-north-1", "AmazonEKSClusterPolicy"),
            "arn:aws-cn:iam::aws:policy/AmazonEKSClusterPolicy",
        );
    });

    it("takes the ARM image for Graviton instances and for no others", () => {
        for (const type of [
            "m7g.large",
            "m8gd.2xlarge",
            "c6gn.xlarge",
            "r8g.4xlarge",
            "t4g.medium",
            "x2gd.large",
            "a1.large",
            "im4gn.large",
        ]) {
            assert.equal(amiTypeFor(type), "AL2023_ARM_64_STANDARD", type);
        }
        for (const type of [
            "m7i.large",
            "m7a.large",
            "m6in.large",
            "c7i-flex.large",
            "t3.medium",
            "g5.xlarge",
            "g6e.xlarge",
            "r6idn.large",
        ]) {
            assert.equal(amiTypeFor(type), "AL2023_x86_64_STANDARD", type);
        }
    });

    it("counts a cluster as another one exactly when its network is another one", () => {
        const generation = clusterGeneration({ vpcCidr: "10.0.0.0/16" });
        assert.match(generation, /^[0-9a-f]{6}$/);
        assert.equal(clusterGeneration({ vpcCidr: "10.0.0.0/16" }), generation);
        assert.notEqual(clusterGeneration({ vpcCidr: "10.1.0.0/16" }), generation);
        const adopted = clusterGeneration({ vpcId: "vpc-0123456789abcdef0", vpcCidr: "10.0.0.0/16" });
        assert.notEqual(adopted, generation);
        assert.equal(clusterGeneration({ vpcId: "vpc-0123456789abcdef0", vpcCidr: "10.1.0.0/16" }), adopted);
    });

    it("writes a kubeconfig that asks the AWS CLI for tokens and holds none", () => {
        const text = kubeconfigText({
            clusterName: "vernemq-test-638e11",
            region: "eu-central-1",
            endpoint: "https://example.eks.amazonaws.com",
            certificateAuthority: "Q0E=",
        });
        assert.deepEqual(JSON.parse(text), {
            apiVersion: "v1",
            kind: "Config",
            clusters: [
                {
                    name: "vernemq-test-638e11",
                    cluster: { server: "https://example.eks.amazonaws.com", "certificate-authority-data": "Q0E=" },
                },
            ],
            contexts: [
                {
                    name: "vernemq-test-638e11",
                    context: { cluster: "vernemq-test-638e11", user: "vernemq-test-638e11" },
                },
            ],
            "current-context": "vernemq-test-638e11",
            users: [
                {
                    name: "vernemq-test-638e11",
                    user: {
                        exec: {
                            apiVersion: "client.authentication.k8s.io/v1beta1",
                            command: "aws",
                            args: [
                                "eks",
                                "get-token",
                                "--cluster-name",
                                "vernemq-test-638e11",
                                "--region",
                                "eu-central-1",
                                "--output",
                                "json",
                            ],
                            interactiveMode: "Never",
                        },
                    },
                },
            ],
        });
    });
});
