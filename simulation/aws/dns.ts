import { listAt, type ResourceModel } from "../provider";
import { between, matches, oneOf, property, symbols, textAt } from "../rules";
import { tagRule } from "./model";

const requestCertificate = "https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html";
const importCertificate = "https://docs.aws.amazon.com/acm/latest/APIReference/API_ImportCertificate.html";
const records = "https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html";

/** AWS Certificate Manager and Route 53. */
export const dnsModels: Readonly<Record<string, ResourceModel>> = {
    "aws:acm/certificate:Certificate": {
        rules: [
            {
                text: "a certificate is issued for a domain name, with a way to validate it, or imported with its key",
                source: requestCertificate,
                brokenBy: ({ inputs }) => {
                    const issued = inputs["domainName"] !== undefined;
                    if (issued) {
                        const alien = ["certificateBody", "privateKey"].find((name) => inputs[name] !== undefined);
                        return alien ?? (inputs["validationMethod"] === undefined ? "validationMethod" : undefined);
                    }
                    return ["certificateBody", "privateKey"].find((name) => inputs[name] === undefined);
                },
            },
            matches(
                "domainName",
                /^.{0,64}$/,
                "the first name of a certificate has at most 64 characters",
                requestCertificate,
            ),
            property(
                "certificateBody",
                "the body is one certificate in PEM form; its intermediates go into the chain",
                importCertificate,
                (body) => String(body).split("-----BEGIN CERTIFICATE-----").length === 2,
            ),
            oneOf("validationMethod", ["DNS", "EMAIL", "HTTP"], requestCertificate),
            tagRule,
        ],
        // An import is renewed in place.
        outputs: (resource) => ({
            ...symbols("arn", "status")(resource),
            ...(resource.inputs["domainName"] === undefined
                ? {}
                : {
                      domainValidationOptions: [
                          resource.inputs["domainName"],
                          ...listAt(resource.inputs, "subjectAlternativeNames"),
                      ].map((domainName, index) => ({
                          domainName,
                          ...Object.fromEntries(
                              ["resourceRecordName", "resourceRecordType", "resourceRecordValue"].map((name) => [
                                  name,
                                  resource.symbol(`domainValidationOptions[${index}].${name}`),
                              ]),
                          ),
                      })),
                  }),
        }),
    },
    "aws:acm/certificateValidation:CertificateValidation": {
        // Another certificate is another ARN, but only the validation says when it can be used.
        outputs: symbols("certificateArn"),
        // An argument that the provider gives back (terraform-provider-aws, internal/service/acm/certificate_validation.go): the same
        // certificate, validated in another zone, changes no listener.
        echoes: ["certificateArn"],
    },
    "aws:route53/record:Record": {
        rules: [
            matches("zoneId", /^Z[A-Z0-9]{1,31}$/, "a hosted zone id", records),
            matches("name", /^.{1,1024}$/, "a name has at most 1024 characters", records),
            matches(
                "type",
                /^(A|AAAA|CAA|CNAME|DS|HTTPS|MX|NAPTR|NS|PTR|SOA|SPF|SRV|SSHFP|SVCB|TLSA|TXT)$/,
                "a type of record that Route 53 has",
                records,
            ),
            {
                text: "a record set is an alias, or values with a time to live",
                source: records,
                brokenBy: ({ inputs }) => {
                    const isAlias = listAt(inputs, "aliases").length > 0;
                    return ["ttl", "records"].find((name) => (inputs[name] !== undefined) === isAlias);
                },
            },
            between("ttl", 0, 2_147_483_647, records),
        ],
        // Its name is no name that Pulumi makes up, so the rule on those does not count: the new one comes first.
        deletesFirst: () => false,
        outputs: (resource) => ({ fqdn: textAt(resource.inputs, "name") ?? resource.symbol("fqdn") }),
    },
};
