"use strict";

const { readFileSync } = require("node:fs");
const pulumi = require("@pulumi/pulumi");

/** What the test wants of this program: a JSON file, so that a test changes it between two runs. */
const wish = JSON.parse(readFileSync(process.env.WISH, "utf8"));

class Thing extends pulumi.CustomResource {
    constructor(type, name, inputs, options) {
        super(type, name, { ...inputs, reply: undefined }, options);
    }
}

const cluster = new Thing(
    "gcp:container/cluster:Cluster",
    "cluster",
    { location: "europe-west3" },
    { protect: wish.protect },
);
if (wish.pool !== false) {
    new Thing(
        "gcp:container/nodePool:NodePool",
        "pool",
        { machineType: wish.machineType ?? "e2-standard-4" },
        { parent: cluster },
    );
}
new Thing("gcp:helm/release:Note", "note", { text: wish.text ?? "hello", held: wish.held ?? false });

module.exports = { endpoint: "mqtts://mqtt.example.com:8883", token: pulumi.secret("not-for-your-eyes") };
