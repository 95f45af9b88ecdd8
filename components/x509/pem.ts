import { createPrivateKey, X509Certificate } from "node:crypto";

/** What is wrong with a certificate or key, without anything of its content that is not public. */
export interface Fault {
    readonly rule: string;
    /** What to write instead. */
    readonly remedy: string;
}

/** What a setting in PEM form holds. */
export type PemKind = "certificate" | "private key" | "certificate revocation list";

export interface PemBlock {
    /** `CERTIFICATE`, `EC PRIVATE KEY`, ... */
    readonly label: string;
    /** From the BEGIN line to the END line. */
    readonly text: string;
    readonly der: Buffer;
}

/** The blocks of a text in PEM form (RFC 7468), or why it has none that can be used. */
export type PemResult = { readonly ok: true; readonly blocks: readonly PemBlock[] } | { ok: false; fault: Fault };

const labels: Readonly<Record<PemKind, RegExp>> = {
    certificate: /^CERTIFICATE$/,
    // OpenSSL writes the curve before a key in its own block.
    "private key": /^((RSA |EC )?PRIVATE KEY|EC PARAMETERS)$/,
    "certificate revocation list": /^X509 CRL$/,
};

const forms: Readonly<Record<PemKind, string>> = {
    certificate: "expected: the lines from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----",
    "private key": "expected: the lines from -----BEGIN PRIVATE KEY----- to -----END PRIVATE KEY-----",
    "certificate revocation list": "expected: the lines from -----BEGIN X509 CRL----- to -----END X509 CRL-----",
};

/** What stands in place of what belongs there, by its label. The remedy is a command where one helps. */
const strangers: readonly { readonly label: RegExp; readonly what: string; readonly remedy?: string }[] = [
    {
        label: /^(ANY |RSA |EC |DSA |ENCRYPTED |OPENSSH )*PRIVATE KEY$/,
        what: "a private key",
        remedy: "remove it, set the certificate here, and replace the key if the file was ever committed or printed",
    },
    { label: /^(X509 |TRUSTED )?CERTIFICATE$/, what: "a certificate" },
    {
        label: /CERTIFICATE REQUEST$/,
        what: "a certificate signing request",
        remedy: "give the certificate that the authority issued for it",
    },
    {
        label: /^PKCS ?#?7/,
        what: "a PKCS #7 bundle",
        remedy: "convert it with `openssl pkcs7 -print_certs -in FILE`, and keep the lines from BEGIN to END",
    },
    { label: /PUBLIC KEY/, what: "a public key" },
    { label: /CRL$/, what: "a certificate revocation list" },
];

/** Reads a setting in PEM form. Line endings of Windows are fine. */
export function readPem(text: string, kind: PemKind, allowed: { readonly comments?: boolean } = {}): PemResult {
    const fault = (rule: string, remedy = forms[kind]): PemResult => ({ ok: false, fault: { rule, remedy } });
    const stranger = strangerIn(text, kind);
    if (stranger !== undefined) {
        return { ok: false, fault: stranger };
    }
    const shape = shapeFault(text, kind);
    if (shape !== undefined) {
        return { ok: false, fault: shape };
    }
    const blocks: PemBlock[] = [];
    const rest = text.replace(/-----BEGIN ([^\n-]+)-----([\s\S]*?)-----END \1-----/g, (block, label: string, body) => {
        blocks.push({ label, text: block, der: Buffer.from(String(body).replace(/\s/g, ""), "base64") });
        return "";
    });
    if (/-----(BEGIN|END)/.test(rest)) {
        return fault("a BEGIN line has no END line: the text was cut off, or lines are missing");
    }
    if (rest.trim() !== "" && allowed.comments !== true) {
        return fault("there is text outside the lines from BEGIN to END, which not every load balancer skips");
    }
    const broken = blocks.findIndex(({ text: block }) => !isBase64Body(block));
    if (broken >= 0) {
        return fault(`block ${broken + 1} is not base64 between its BEGIN and END lines`);
    }
    return { ok: true, blocks: blocks.filter(({ label }) => label !== "EC PARAMETERS") };
}

/** What stands there in place of what belongs there. Key material is recognized even where its lines are damaged. */
function strangerIn(text: string, kind: PemKind): Fault | undefined {
    const found = [...text.matchAll(/-----\s*BEGIN ([A-Z0-9# ]+?)\s*-----/g)].map(([, label = ""]) => label);
    const belongs = kind === "certificate" ? "a certificate belongs" : `the ${kind} belongs`;
    for (const { label, what, remedy } of strangers) {
        if (found.some((name) => label.test(name) && !labels[kind].test(name) && !isOwnForm(name, kind))) {
            return { rule: `${what} stands where ${belongs}`, remedy: remedy ?? forms[kind] };
        }
    }
    const der = derOf(text);
    if (der === undefined) {
        return undefined;
    }
    const what = isCertificate(der) ? "certificate" : isPrivateKey(der) ? "private key" : undefined;
    if (what !== undefined && what !== kind) {
        return { rule: `a ${what} (DER) stands where ${belongs}`, remedy: forms[kind] };
    }
    return {
        rule: `this is ${what === undefined ? "binary data (DER or PKCS #12)" : "DER"}, not PEM`,
        remedy:
            what === "certificate"
                ? "convert it with `openssl x509 -inform der -in FILE -out FILE.pem`"
                : what === "private key"
                  ? "convert it with `openssl pkey -inform der -in FILE -out FILE.pem`"
                  : "convert PKCS #12 with `openssl pkcs12 -in FILE -nodes`, DER with `openssl x509 -inform der -in FILE`",
    };
}

/** A form of the right thing that is refused for its form, with its own words. */
function isOwnForm(label: string, kind: PemKind): boolean {
    return kind === "private key"
        ? label.endsWith("PRIVATE KEY")
        : kind === "certificate" && label.endsWith("CERTIFICATE");
}

function shapeFault(text: string, kind: PemKind): Fault | undefined {
    const remedy = forms[kind];
    const checks: readonly (Fault | false)[] = [
        text.trim() === "" && { rule: "it is empty", remedy },
        text.startsWith("\uFEFF") && {
            rule: "it begins with a byte order mark, which PEM does not allow",
            remedy: "save the file as UTF-8 without a byte order mark",
        },
        /-----\\r?\\?n|\\n-----/.test(text) && {
            rule: "its line breaks are written as \\n, in two characters each",
            remedy: "write it in several lines, in YAML after `|`",
        },
        !text.includes("-----BEGIN ") && { rule: `this is not a ${kind} in PEM form`, remedy },
        /-----BEGIN [^\n-]+-----[ \t]*[^\s]/.test(text) && {
            rule: "its line breaks are lost",
            remedy: "write it in several lines, in YAML after `|` and not after `>`",
        },
        /^[ \t]+[A-Za-z0-9+/=-]/m.test(text) && {
            rule: "its lines are indented, which OpenSSL does not read",
            remedy: "remove the white space at the start of the lines",
        },
        kind === "private key" &&
            /ENCRYPTED PRIVATE KEY|Proc-Type:.*ENCRYPTED/.test(text) && {
                rule: "the private key is encrypted with a passphrase, and a load balancer cannot ask for it",
                remedy: "decrypt it with `openssl pkey -in FILE`; as a secret of the stack it is encrypted anyway",
            },
        kind === "private key" &&
            text.includes("BEGIN OPENSSH PRIVATE KEY") && {
                rule: "this is a private key of SSH, in OpenSSH's own form",
                remedy: "give the key that the certificate was requested with, in PEM form",
            },
        kind === "private key" &&
            text.includes("BEGIN DSA PRIVATE KEY") && {
                rule: "TLS no longer supports DSA keys",
                remedy: keyTypeRemedy,
            },
        kind === "certificate" &&
            /BEGIN (TRUSTED|X509) CERTIFICATE/.test(text) && {
                rule: "this is a certificate in a form that only OpenSSL reads",
                remedy: "convert it with `openssl x509 -in FILE`",
            },
    ];
    return checks.find((check) => check !== false);
}

export const keyTypeRemedy = "use RSA with 2048 to 4096 bits, or ECDSA with P-256 or P-384";

function isBase64Body(block: string): boolean {
    const body = block.split(/\r?\n/).slice(1, -1).join("");
    return body !== "" && /^[A-Za-z0-9+/]+={0,2}\s*$/.test(body.replace(/[\r\t ]/g, ""));
}

/** The bytes of DER that stands in a string as it is, or as base64 without BEGIN and END lines. */
function derOf(text: string): Buffer | undefined {
    if (text.startsWith("0\u0082") || text.startsWith("0\u0081") || text.startsWith("0\uFFFD") || text.includes("\0")) {
        return Buffer.from(text, "latin1");
    }
    const packed = text.replace(/\s/g, "");
    return packed.length >= 64 && /^M[A-Za-z0-9+/]+={0,2}$/.test(packed) ? Buffer.from(packed, "base64") : undefined;
}

function isCertificate(der: Buffer): boolean {
    return succeeds(() => new X509Certificate(der));
}

function isPrivateKey(der: Buffer): boolean {
    return (["pkcs8", "pkcs1", "sec1"] as const).some((type) =>
        succeeds(() => createPrivateKey({ key: der, format: "der", type })),
    );
}

function succeeds(attempt: () => unknown): boolean {
    try {
        attempt();
        return true;
    } catch {
        return false;
    }
}
