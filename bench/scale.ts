import { Broker } from "../components/broker/broker";
import { ExistingCluster } from "../components/kubernetes/cluster";
import { record } from "../plan/run";
import { atMost, conclude, machine } from "./ratio";
import { median } from "./statistics";

/** The large cluster's plan may take this many times what three brokers with one user take, the hashes of 500 passwords included. */
const targets = { ratio: 2, peakMiB: 350 };

const clusters = { small: { replicas: 3, users: 1 }, large: { replicas: 200, users: 500 } } as const;
const runs = 5;

/** Seconds that the components and the monitor take. */
async function planned({ replicas, users }: { readonly replicas: number; readonly users: number }): Promise<number> {
    const config = { project: "bench", stack: "scale", values: {}, keysWithDecryptedValues: new Set<string>() };
    const names = Array.from({ length: users }, (_, index) => `device-${index}`);
    const started = process.hrtime.bigint();
    const { resources } = await record(config, () => {
        const cluster = new ExistingCluster("cluster", {});
        const broker = new Broker("mqtt", {
            cluster,
            replicas,
            maxReplicas: replicas,
            users: names.map((name) => ({ name, password: "a-password-of-theirs" })),
            acl: names.map((name) => `user ${name}`).flatMap((line) => [line, "topic readwrite devices/%c/#"]),
        });
        return Promise.resolve({ namespace: broker.namespace });
    });
    if (!resources.some(({ type }) => type === "kubernetes:helm.sh/v3:Release")) {
        throw new Error("the plan has no release");
    }
    return Number(process.hrtime.bigint() - started) / 1e9;
}

async function main(): Promise<void> {
    const seconds: { small: number[]; large: number[] } = { small: [], large: [] };
    await planned(clusters.small);
    for (let run = 0; run < runs; run++) {
        seconds.small.push(await planned(clusters.small));
        seconds.large.push(await planned(clusters.large));
    }
    const [small, large] = [median(seconds.small), median(seconds.large)];
    const perUser = (large - small) / clusters.large.users;
    const peakMiB = process.resourceUsage().maxRSS / 1024;
    console.log(`Medians of ${runs} plans by turns, ${machine}:`);
    console.log(`3 brokers, 1 user      ${small.toFixed(2)} s`);
    console.log(`200 brokers, 500 users ${large.toFixed(2)} s, ${(perUser * 1000).toFixed(1)} ms a user`);
    conclude("scale", { runs, clusters, seconds, perUser }, [
        atMost(targets.ratio, "plan of 200 brokers, 500 users beside 3 and 1", large / small, " times"),
        atMost(targets.peakMiB, "memory of that plan", peakMiB, " MiB"),
    ]);
}

void main();
