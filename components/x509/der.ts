/** An element of DER (X.690): its tag, its content and the bytes that follow it. */
interface Element {
    readonly tag: number;
    readonly content: Buffer;
    readonly rest: Buffer;
    readonly whole: Buffer;
}

const tags = { integer: 0x02, oid: 0x06, sequence: 0x30, utcTime: 0x17, generalizedTime: 0x18 } as const;

function read(bytes: Buffer): Element | undefined {
    const [tag, first] = bytes;
    if (tag === undefined || first === undefined) {
        return undefined;
    }
    const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
    const start = 2 + lengthBytes;
    if (lengthBytes > 4 || bytes.length < start) {
        return undefined;
    }
    const length = lengthBytes === 0 ? first : bytes.readUIntBE(2, lengthBytes);
    const end = start + length;
    return bytes.length < end
        ? undefined
        : { tag, content: bytes.subarray(start, end), rest: bytes.subarray(end), whole: bytes.subarray(0, end) };
}

/** The elements inside a sequence. */
function elements(sequence: Buffer): Element[] {
    const found: Element[] = [];
    for (let rest = sequence; rest.length > 0;) {
        const next = read(rest);
        if (next === undefined) {
            return found;
        }
        found.push(next);
        rest = next.rest;
    }
    return found;
}

function dottedOid(content: Buffer): string {
    const arcs: number[] = [];
    let value = 0;
    for (const byte of content) {
        value = value * 128 + (byte & 0x7f);
        if (byte < 0x80) {
            arcs.push(value);
            value = 0;
        }
    }
    const [first = 0, ...others] = arcs;
    const root = Math.min(Math.floor(first / 40), 2);
    return [root, first - 40 * root, ...others].join(".");
}

/**
 * The object identifier of the algorithm that a certificate is signed with (RFC 5280, 4.1.1.2). Node's X509Certificate names it from
 * version 24 on only.
 */
export function signatureAlgorithmOf(certificate: Buffer): string | undefined {
    const outer = read(certificate);
    const algorithm = outer === undefined ? undefined : elements(outer.content)[1];
    const oid = algorithm === undefined ? undefined : elements(algorithm.content)[0];
    return oid?.tag === tags.oid ? dottedOid(oid.content) : undefined;
}

/** The subject of a certificate in DER: two names are the same when their bytes are. */
export function subjectOf(certificate: Buffer): string | undefined {
    const outer = read(certificate);
    const signed = outer === undefined ? undefined : read(outer.content);
    // version [0], serial number, algorithm, issuer, validity, subject
    return signed === undefined ? undefined : elements(signed.content)[5]?.whole.toString("hex");
}

/** What a certificate revocation list says about itself (RFC 5280, 5.1.2). */
export interface RevocationList {
    /** DER of the issuer's name. */
    readonly issuer: string;
    readonly nextUpdate: Date | undefined;
}

export function readRevocationList(der: Buffer): RevocationList | undefined {
    const outer = read(der);
    const signed = outer?.tag === tags.sequence ? read(outer.content) : undefined;
    const fields = signed?.tag === tags.sequence ? elements(signed.content) : [];
    const [, issuer, thisUpdate, nextUpdate] = fields[0]?.tag === tags.integer ? fields.slice(1) : fields;
    return issuer?.tag === tags.sequence && isTime(thisUpdate)
        ? { issuer: issuer.whole.toString("hex"), nextUpdate: isTime(nextUpdate) ? timeOf(nextUpdate) : undefined }
        : undefined;
}

function isTime(element: Element | undefined): element is Element {
    return element?.tag === tags.utcTime || element?.tag === tags.generalizedTime;
}

/** `YYMMDDhhmmssZ`, from 2050 on `YYYYMMDDhhmmssZ` (RFC 5280, 4.1.2.5). */
function timeOf({ tag, content }: Element): Date {
    const digits = content.toString("latin1");
    const full = tag === tags.generalizedTime ? digits : `${Number(digits.slice(0, 2)) < 50 ? "20" : "19"}${digits}`;
    const part = (from: number, to: number) => full.slice(from, to);
    return new Date(`${part(0, 4)}-${part(4, 6)}-${part(6, 8)}T${part(8, 10)}:${part(10, 12)}:${part(12, 14)}Z`);
}
