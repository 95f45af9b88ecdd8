import { holds, labelsRule, nameRule } from "./model";
import { at, listAt, type ResourceModel } from "../provider";

const certificates =
    "https://cloud.google.com/certificate-manager/docs/reference/certificate-manager/rest/v1/projects.locations";

function certificateModel(parts: Pick<ResourceModel, "rules">): ResourceModel {
    return {
        rules: [nameRule(63, certificates), labelsRule("labels"), ...(parts.rules ?? [])],
        outputs: ({ inputs, symbol }) => ({ name: inputs["name"] ?? symbol("name") }),
    };
}

const certificate = certificateModel({
    rules: [
        holds(
            "managed",
            "a certificate is managed by Google or by you, one of the two",
            `${certificates}.certificates`,
            ({ inputs }) => (inputs["managed"] === undefined) !== (inputs["selfManaged"] === undefined),
        ),
        holds(
            "managed.domains",
            "a managed certificate has 1 to 100 domains",
            "https://cloud.google.com/certificate-manager/docs/certificates",
            ({ inputs }) => {
                const domains = listAt(inputs, "managed.domains").length;
                return inputs["managed"] === undefined || (domains >= 1 && domains <= 100);
            },
        ),
        holds(
            "managed.dnsAuthorizations",
            "a wildcard is proved by a DNS authorization only",
            "https://cloud.google.com/certificate-manager/docs/domain-authorization",
            ({ inputs }) =>
                !listAt(inputs, "managed.domains").some((domain) => String(domain).startsWith("*.")) ||
                listAt(inputs, "managed.dnsAuthorizations").length > 0,
        ),
        holds(
            "selfManaged",
            "an uploaded certificate comes with its private key",
            `${certificates}.certificates`,
            ({ inputs }) =>
                inputs["selfManaged"] === undefined ||
                (at(inputs, "selfManaged.pemCertificate") !== undefined &&
                    at(inputs, "selfManaged.pemPrivateKey") !== undefined),
        ),
    ],
    // An uploaded certificate is changed in place (GoogleCloudPlatform/magic-modules: Certificate.yaml).
});

const mapEntry = certificateModel({
    rules: [
        holds(
            "matcher",
            "an entry is for one host name or is the PRIMARY one",
            `${certificates}.certificateMaps.certificateMapEntries`,
            ({ inputs }) =>
                (inputs["hostname"] === undefined) !== (inputs["matcher"] === undefined) &&
                ["PRIMARY", undefined].includes(inputs["matcher"] as string | undefined),
        ),
        holds(
            "certificates",
            "an entry has 1 to 4 certificates",
            `${certificates}.certificateMaps.certificateMapEntries`,
            ({ inputs }) => {
                const count = listAt(inputs, "certificates").length;
                return count >= 1 && count <= 4;
            },
        ),
    ],
});

const dnsAuthorization: ResourceModel = {
    ...certificateModel({
        rules: [
            holds(
                "domain",
                "an authorization is for a domain without wildcard and without dot at the end; it covers both",
                `${certificates}.dnsAuthorizations`,
                ({ inputs }) => /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]+$/.test(String(inputs["domain"])),
            ),
        ],
    }),
    outputs: ({ inputs, symbol }) => ({
        name: inputs["name"] ?? symbol("name"),
        dnsResourceRecords: [
            {
                name: symbol("dnsResourceRecords[0].name"),
                type: "CNAME",
                data: symbol("dnsResourceRecords[0].data"),
            },
        ],
    }),
};

export const certificateModels: Readonly<Record<string, ResourceModel>> = {
    "gcp:certificatemanager/certificate:Certificate": certificate,
    "gcp:certificatemanager/certificateMap:CertificateMap": certificateModel({}),
    "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry": mapEntry,
    "gcp:certificatemanager/dnsAuthorization:DnsAuthorization": dnsAuthorization,
};
