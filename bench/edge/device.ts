import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls, createSecureContext, TLSSocket } from "node:tls";
import { generate } from "mqtt-packet";
import { burst, type Endpoint, handshake, payloadBytes } from "./protocol";

/** The same offer to every server, so that all end up with the same handshake. */
const secureContext = createSecureContext({
    minVersion: handshake.version,
    maxVersion: handshake.version,
    ciphers: handshake.cipher,
    ecdhCurve: handshake.group,
});

const defaultTimeoutMs = 10_000;
const pingRequest = generate({ cmd: "pingreq" });
const message = {
    cmd: "publish",
    topic: "bench",
    payload: Buffer.alloc(payloadBytes, "x"),
    dup: false,
    retain: false,
} as const;

/** QoS 0 messages with a PINGREQ behind them: its answer says that the broker has read them all. */
export const burstPacket = Buffer.concat([...Array<Buffer>(burst).fill(generate({ ...message, qos: 0 })), pingRequest]);
export const acknowledgedPacket = generate({ ...message, qos: 1, messageId: 1 });

/** The first byte of the only packet that a broker sends a device here after it was asked something. */
const answers = { connack: 0x20, puback: 0x40, pingresp: 0xd0 } as const;

let opened = 0;

/** A device: one connection, one question at a time. It knows packets by their first byte, so that it costs little. */
export class Device {
    #answered: ((first: number) => void) | null = null;
    #failed: ((error: Error) => void) | null = null;

    private constructor(
        readonly socket: Socket,
        timeoutMs: number,
    ) {
        socket.on("data", (bytes: Buffer) => {
            this.#answered?.(bytes[0] ?? 0);
        });
        socket.on("error", (error) => this.#failed?.(error));
        socket.on("close", () => this.#failed?.(new Error("the connection was closed")));
        socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`no answer in ${timeoutMs} ms`)));
    }

    /** TCP, a TLS handshake, CONNECT and CONNACK. Verifies the server's certificate only where a CA is given. */
    static async open(
        { host, port, tls, session }: Endpoint,
        caPem?: string,
        timeoutMs = defaultTimeoutMs,
    ): Promise<Device> {
        opened++;
        // Many source addresses, as fleets have, and so that no address runs out of ports.
        const localAddress = `127.200.${process.pid & 0xff}.${(opened % 250) + 1}`;
        const tcp = connectTcp({ host, port, localAddress, noDelay: true });
        const trust =
            caPem === undefined ? { secureContext, rejectUnauthorized: false } : { ca: caPem, servername: "localhost" };
        const resumed = session === undefined ? undefined : Buffer.from(session, "base64");
        const device = new Device(tls ? connectTls({ socket: tcp, session: resumed, ...trust }) : tcp, timeoutMs);
        const clientId = `${process.pid}-${opened}`;
        await device.ask(
            generate({ cmd: "connect", clientId, protocolId: "MQTT", protocolVersion: 4, clean: true, keepalive: 60 }),
            "connack",
        );
        return device;
    }

    /** Writes bytes and waits for the one answer that they get. */
    ask(bytes: Buffer, answer: keyof typeof answers): Promise<void> {
        return new Promise((resolve, reject) => {
            this.#failed = reject;
            this.#answered = (first) => {
                this.#failed = null;
                this.#answered = null;
                if (first === answers[answer]) {
                    resolve();
                } else {
                    reject(new Error(`0x${first.toString(16)} instead of ${answer}`));
                }
            };
            this.socket.write(bytes);
        });
    }

    /** What a later connection resumes; with a session of TLS 1.3 only after the CONNACK. */
    get session(): string | undefined {
        return this.socket instanceof TLSSocket ? this.socket.getSession()?.toString("base64") : undefined;
    }

    get isResumed(): boolean {
        return this.socket instanceof TLSSocket && this.socket.isSessionReused();
    }

    close(): void {
        this.#failed = null;
        this.socket.destroy();
    }

    /** Throws where the handshake was not the one that all are to be measured with. */
    assertHandshake(): void {
        if (!(this.socket instanceof TLSSocket)) {
            return;
        }
        const info = this.socket.getEphemeralKeyInfo();
        const seen = {
            version: this.socket.getProtocol(),
            cipher: this.socket.getCipher().standardName,
            group: info !== null && "name" in info ? info.name : null,
            resumed: this.isResumed,
        };
        if (JSON.stringify(seen) !== JSON.stringify({ ...handshake, resumed: false })) {
            throw new Error(`another handshake than asked for: ${JSON.stringify(seen)}`);
        }
    }
}
