import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";

/** A port of loopback that is free, and that no outgoing connection takes until it is used: those begin at 32768 on Linux, at 49152 elsewhere. */
export async function freePort(): Promise<number> {
    for (;;) {
        const port = randomInt(20_000, 32_000);
        const server = createServer();
        const isFree = await new Promise<boolean>((resolve) => {
            server.once("error", () => {
                resolve(false);
            });
            server.listen(port, "127.0.0.1", () => {
                resolve(true);
            });
        });
        if (isFree) {
            server.close();
            await once(server, "close");
            return port;
        }
    }
}
