import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

const headerLength = 12;

/** Of every server: so that an address can have one alone, whichever process asks first. */
const port = 5300;
const typeA = 1;
const nameError = 3;

/** A DNS server with a few A records, in the place of the cluster's: names that it does not know do not exist. */
export class Dns {
    readonly #socket: Socket;
    readonly #records = new Map<string, string>();

    private constructor(socket: Socket) {
        this.#socket = socket;
        socket.on("message", (query, { address, port }) => {
            const answer = this.#answer(query);
            if (answer !== null) {
                socket.send(answer, port, address);
            }
        });
    }

    /** @throws EADDRINUSE where the address has one already */
    static async start(address: string): Promise<Dns> {
        const socket = createSocket("udp4");
        socket.bind(port, address);
        await once(socket, "listening");
        return new Dns(socket);
    }

    get port(): number {
        return this.#socket.address().port;
    }

    set(name: string, address: string): void {
        this.#records.set(name, address);
    }

    remove(name: string): void {
        this.#records.delete(name);
    }

    async stop(): Promise<void> {
        this.#socket.close();
        await once(this.#socket, "close");
    }

    #answer(query: Buffer): Buffer | null {
        const question = readQuestion(query);
        if (question === null) {
            return null;
        }
        const address = this.#records.get(question.name);
        const answers = address !== undefined && question.type === typeA ? [addressRecord(address)] : [];
        const header = Buffer.alloc(headerLength);
        query.copy(header, 0, 0, 2);
        // A response, recursion desired and available.
        header.writeUInt16BE(0x8180 | (address === undefined ? nameError : 0), 2);
        header.writeUInt16BE(1, 4);
        header.writeUInt16BE(answers.length, 6);
        return Buffer.concat([header, query.subarray(headerLength, question.end), ...answers]);
    }
}

/** The name, type and end of a query's one question. */
function readQuestion(query: Buffer): { name: string; type: number; end: number } | null {
    const labels: string[] = [];
    let at = headerLength;
    for (let length = query[at]; length !== undefined && length > 0; length = query[at]) {
        labels.push(query.toString("latin1", at + 1, at + 1 + length).toLowerCase());
        at += 1 + length;
    }
    return at + 5 > query.length ? null : { name: labels.join("."), type: query.readUInt16BE(at + 1), end: at + 5 };
}

/** An A record whose name points back to the question. */
function addressRecord(address: string): Buffer {
    const record = Buffer.from([0xc0, headerLength, 0, typeA, 0, 1, 0, 0, 0, 1, 0, 4, 0, 0, 0, 0]);
    Buffer.from(address.split(".").map(Number)).copy(record, 12);
    return record;
}
