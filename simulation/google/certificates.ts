import { at, listAt, type ResourceModel, type Rule } from "../provider";
import { isMatch, property, rule } from "../rules";
import { labelsRule, nameRule } from "./model";

const certificates =
    "https://cloud.google.com/certificate-manager/docs/reference/certificate-manager/rest/v1/projects.locations";

function certificateModel(rules: readonly Rule[], outputs?: ResourceModel["outputs"]): ResourceModel {
    return {
        rules: [nameRule(63, certificates), labelsRule("labels"), ...rules],
        outputs: (resource, world) => ({
            name: resource.inputs["name"] ?? resource.symbol("name"),
            ...outputs?.(resource, world),
        }),
    };
}

// An uploaded certificate is changed in place (GoogleCloudPlatform/magic-modules: Certificate.yaml).
const certificate = certificateModel([
    rule(
        "managed",
        "a certificate is managed by Google or by you, one of the two",
        `${certificates}.certificates`,
        ({ inputs }) => (inputs["managed"] === undefined) !== (inputs["selfManaged"] === undefined),
    ),
    property(
        "managed.domains",
        "a managed certificate has 1 to 100 domains",
        "https://cloud.google.com/certificate-manager/docs/certificates",
        (domains) => Array.isArray(domains) && domains.length >= 1 && domains.length <= 100,
    ),
    rule(
        "managed.dnsAuthorizations",
        "a wildcard is proved by a DNS authorization only",
        "https://cloud.google.com/certificate-manager/docs/domain-authorization",
        ({ inputs }) =>
            !listAt(inputs, "managed.domains").some((domain) => String(domain).startsWith("*.")) ||
            listAt(inputs, "managed.dnsAuthorizations").length > 0,
    ),
    property(
        "selfManaged",
        "an uploaded certificate comes with its private key",
        `${certificates}.certificates`,
        (given) => at(given, "pemCertificate") !== undefined && at(given, "pemPrivateKey") !== undefined,
    ),
]);

const mapEntry = certificateModel([
    rule(
        "matcher",
        "an entry is for one host name or is the PRIMARY one",
        `${certificates}.certificateMaps.certificateMapEntries`,
        ({ inputs }) =>
            (inputs["hostname"] === undefined) !== (inputs["matcher"] === undefined) &&
            ["PRIMARY", undefined].includes(inputs["matcher"] as string | undefined),
    ),
    rule(
        "certificates",
        "an entry has 1 to 4 certificates",
        `${certificates}.certificateMaps.certificateMapEntries`,
        ({ inputs }) => {
            const count = listAt(inputs, "certificates").length;
            return count >= 1 && count <= 4;
        },
    ),
]);

const dnsAuthorization = certificateModel(
    [
        rule(
            "domain",
            "an authorization is for a domain without wildcard and without dot at the end; it covers both",
            `${certificates}.dnsAuthorizations`,
            ({ inputs }) => isMatch(inputs["domain"], /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]+$/),
        ),
    ],
    ({ symbol }) => ({
        dnsResourceRecords: [
            {
                name: symbol("dnsResourceRecords[0].name"),
                type: "CNAME",
                data: symbol("dnsResourceRecords[0].data"),
            },
        ],
    }),
);

export const certificateModels: Readonly<Record<string, ResourceModel>> = {
    "gcp:certificatemanager/certificate:Certificate": certificate,
    "gcp:certificatemanager/certificateMap:CertificateMap": certificateModel([]),
    "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry": mapEntry,
    "gcp:certificatemanager/dnsAuthorization:DnsAuthorization": dnsAuthorization,
};
