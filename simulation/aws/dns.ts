import { at, listAt, type ResourceModel, type Rule } from "../provider";
import { matches, numberAt, oneOf, symbols, tagRules, textAt } from "./model";

const requestCertificate = "https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html";
const importCertificate = "https://docs.aws.amazon.com/acm/latest/APIReference/API_ImportCertificate.html";
const records = "https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html";

const issuedOrImported: Rule = {
    text: "a certificate is issued for a domain name, with a way to validate it, or imported with its key",
    source: requestCertificate,
    brokenBy: ({ inputs }) => {
        const issued = inputs["domainName"] !== undefined;
        if (issued) {
            const alien = ["certificateBody", "privateKey"].find((property) => inputs[property] !== undefined);
            return alien ?? (inputs["validationMethod"] === undefined ? "validationMethod" : undefined);
        }
        return ["certificateBody", "privateKey"].find((property) => inputs[property] === undefined);
    },
};

const shortName: Rule = {
    text: "the first name of a certificate has at most 64 characters",
    source: requestCertificate,
    brokenBy: ({ inputs }) => ((textAt(inputs, "domainName") ?? "").length > 64 ? "domainName" : undefined),
};

const oneCertificateInBody: Rule = {
    text: "the body is one certificate in PEM form; its intermediates go into the chain",
    source: importCertificate,
    brokenBy: ({ inputs }) => {
        const body = textAt(inputs, "certificateBody");
        // An encrypted one is not known offline.
        const known = body !== undefined && !body.startsWith("${");
        return !known || body.split("-----BEGIN CERTIFICATE-----").length === 2 ? undefined : "certificateBody";
    },
};

const aliasOrRecords: Rule = {
    text: "a record set is an alias, or values with a time to live",
    source: records,
    brokenBy: ({ inputs }) => {
        const isAlias = listAt(inputs, "aliases").length > 0;
        const alien = ["ttl", "records"].find((property) => (inputs[property] !== undefined) === isAlias);
        return alien;
    },
};

const timeToLive: Rule = {
    text: "a time to live is between 0 and 2147483647 seconds",
    source: records,
    brokenBy: ({ inputs }) => {
        const seconds = numberAt(inputs, "ttl") ?? 0;
        return seconds >= 0 && seconds <= 2_147_483_647 ? undefined : "ttl";
    },
};

/** AWS Certificate Manager and Route 53. */
export const dnsModels: Readonly<Record<string, ResourceModel>> = {
    "aws:acm/certificate:Certificate": {
        rules: [
            issuedOrImported,
            shortName,
            oneCertificateInBody,
            oneOf("validationMethod", ["DNS", "EMAIL", "HTTP"], requestCertificate),
            ...tagRules,
        ],
        // An import is renewed in place.
        outputs: (resource) => ({
            ...symbols(resource, ["arn", "status"]),
            ...(at(resource.inputs, "domainName") === undefined
                ? {}
                : {
                      domainValidationOptions: [
                          resource.inputs["domainName"],
                          ...listAt(resource.inputs, "subjectAlternativeNames"),
                      ].map((domainName, index) => ({
                          domainName,
                          ...Object.fromEntries(
                              ["resourceRecordName", "resourceRecordType", "resourceRecordValue"].map((property) => [
                                  property,
                                  resource.symbol(`domainValidationOptions[${index}].${property}`),
                              ]),
                          ),
                      })),
                  }),
        }),
    },
    "aws:acm/certificateValidation:CertificateValidation": {
        // Another certificate is another ARN, but only the validation says when it can be used.
        outputs: (resource) => ({ certificateArn: resource.symbol("certificateArn") }),
        // An argument that the provider gives back (terraform-provider-aws, internal/service/acm/certificate_validation.go): the same
        // certificate, validated in another zone, changes no listener.
        echoes: ["certificateArn"],
    },
    "aws:route53/record:Record": {
        rules: [
            matches("zoneId", /^Z[A-Z0-9]{1,31}$/, "a hosted zone id", records),
            matches("name", /^.{1,1024}$/, "a name has at most 1024 characters", records),
            oneOf(
                "type",
                [
                    "A",
                    "AAAA",
                    "CAA",
                    "CNAME",
                    "DS",
                    "HTTPS",
                    "MX",
                    "NAPTR",
                    "NS",
                    "PTR",
                    "SOA",
                    "SPF",
                    "SRV",
                    "SSHFP",
                    "SVCB",
                    "TLSA",
                    "TXT",
                ],
                records,
            ),
            aliasOrRecords,
            timeToLive,
        ],
        // Its name is no name that Pulumi makes up, so the rule on those does not count: the new one comes first.
        deletesFirst: () => false,
        outputs: (resource) => ({ fqdn: textAt(resource.inputs, "name") ?? resource.symbol("fqdn") }),
    },
};
