"use strict";

// A cloud of files: each resource is a JSON file in the folder of the environment variable CLOUD.
const { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { setTimeout: sleep } = require("node:timers/promises");
const provider = require("@pulumi/pulumi/provider");

const folder = process.env.CLOUD;
mkdirSync(folder, { recursive: true });
const file = (id) => join(folder, `${id}.json`);
const replacing = ["machineType", "location"];

/** A resource with `held` takes as long as there is a file of this name. */
const hold = join(folder, "hold");

async function untilReleased({ held }) {
    while (held === true && existsSync(hold)) {
        await sleep(50);
    }
}

class Cloud {
    version = "0.0.1";

    async check(_urn, _olds, news) {
        return { inputs: news, failures: [] };
    }

    async diff(_id, _urn, olds, news) {
        const changed = Object.keys(news).filter((key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key]));
        return { changes: changed.length > 0, replaces: changed.filter((key) => replacing.includes(key)) };
    }

    async create(urn, inputs) {
        await untilReleased(inputs);
        const stack = urn.split("::")[0].split(":")[2];
        const id = `${stack}-${urn.split("::").at(-1)}-${Math.random().toString(36).slice(2, 8)}`;
        writeFileSync(file(id), JSON.stringify(inputs));
        return { id, outs: inputs };
    }

    async read(id) {
        if (!existsSync(file(id))) {
            return { id: "", props: {} };
        }
        const props = JSON.parse(readFileSync(file(id), "utf8"));
        return { id, props, inputs: props };
    }

    async update(id, _urn, _olds, news) {
        await untilReleased(news);
        writeFileSync(file(id), JSON.stringify(news));
        return { outs: news };
    }

    async delete(id) {
        rmSync(file(id), { force: true });
    }
}

provider.main(new Cloud(), process.argv.slice(2));
