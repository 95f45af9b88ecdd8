import type { SimulatedProvider } from "./provider";

const certificateOutputs = ["certPem", "validityStartTime", "validityEndTime"] as const;

function certificate({ symbol }: { symbol: (property: string) => string }) {
    return {
        ...Object.fromEntries(certificateOutputs.map((property) => [property, symbol(property)])),
        readyForRenewal: false,
    };
}

/**
 * The tls provider: keys and certificates made on the machine that runs the program. What replaces is what the schema of Terraform's
 * provider marks RequiresReplace (hashicorp/terraform-provider-tls, internal/provider/resource_*.go, read 2026-11-28).
 */
export const tls: SimulatedProvider = {
    name: "tls",
    models: {
        "tls:index/privateKey:PrivateKey": {
            replaceOn: ["algorithm", "ecdsaCurve", "rsaBits"],
            outputs: ({ symbol }) => ({
                privateKeyPem: symbol("privateKeyPem"),
                privateKeyPemPkcs8: symbol("privateKeyPemPkcs8"),
                publicKeyPem: symbol("publicKeyPem"),
            }),
            secretOutputs: ["privateKeyPem", "privateKeyPemPkcs8"],
        },
        "tls:index/selfSignedCert:SelfSignedCert": {
            replaceOn: [
                "allowedUses",
                "dnsNames",
                "ipAddresses",
                "isCaCertificate",
                "privateKeyPem",
                "setAuthorityKeyId",
                "setSubjectKeyId",
                "subject",
                "uris",
                "validityPeriodHours",
            ],
            outputs: certificate,
        },
        "tls:index/certRequest:CertRequest": {
            replaceOn: ["dnsNames", "ipAddresses", "privateKeyPem", "subject", "uris"],
            outputs: ({ symbol }) => ({ certRequestPem: symbol("certRequestPem") }),
        },
        "tls:index/locallySignedCert:LocallySignedCert": {
            replaceOn: [
                "allowedUses",
                "caCertPem",
                "caPrivateKeyPem",
                "certRequestPem",
                "isCaCertificate",
                "setSubjectKeyId",
                "validityPeriodHours",
            ],
            outputs: certificate,
        },
    },
};
