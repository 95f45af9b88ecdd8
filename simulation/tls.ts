import type { ResourceModel, SimulatedProvider } from "./provider";
import { symbols } from "./rules";

const certificate: ResourceModel["outputs"] = (resource) => ({
    ...symbols("certPem", "validityStartTime", "validityEndTime")(resource),
    readyForRenewal: false,
});

/**
 * The tls provider: keys and certificates made on the machine that runs the program. What replaces is what the schema of Terraform's
 * provider marks RequiresReplace (hashicorp/terraform-provider-tls, internal/provider/resource_*.go, read 2026-11-28).
 */
export const tls: SimulatedProvider = {
    name: "tls",
    models: {
        "tls:index/privateKey:PrivateKey": {
            replaceOn: ["algorithm", "ecdsaCurve", "rsaBits"],
            outputs: symbols("privateKeyPem", "privateKeyPemPkcs8", "publicKeyPem"),
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
            outputs: symbols("certRequestPem"),
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
