import { randomInt } from "node:crypto";
import { CertificateAuthority } from "../../lab/certificates";
import { BrokerProcess, Generators } from "./worker";

/** What is measured on: brokers, generators of load and a CA, in a network of loopback. */
export interface Stage {
    /** The first three numbers of its addresses; the brokers have `.1`, which demands PROXY headers, and `.2`. */
    readonly network: string;
    readonly brokerBehindEdge: string;
    readonly plainBroker: string;
    readonly generators: Generators;
    readonly ca: CertificateAuthority;
    /** What ends with it: all that is added, too. */
    readonly started: { stop(): Promise<void> }[];
}

/** Measures on a stage and ends everything on it, also when that fails or `ended` comes first. */
export async function onStage<T>(
    generatorCount: number,
    measure: (stage: Stage) => Promise<T>,
    ended?: Promise<never>,
): Promise<T> {
    const network = `127.${randomInt(20, 99)}.${randomInt(1, 250)}`;
    const [brokerBehindEdge, plainBroker] = [`${network}.1`, `${network}.2`];
    const started: Stage["started"] = [];
    const measured = async () => {
        started.push(await BrokerProcess.start(brokerBehindEdge, plainBroker));
        const generators = Generators.start(generatorCount);
        started.push(generators);
        const ca = await CertificateAuthority.create();
        return measure({ network, brokerBehindEdge, plainBroker, generators, ca, started });
    };
    try {
        return await (ended === undefined ? measured() : Promise.race([measured(), ended]));
    } finally {
        await Promise.all(started.map((each) => each.stop()));
    }
}
