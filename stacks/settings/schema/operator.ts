import { operatorLeavesOnStop } from "../../../components/broker/defaults";
import * as z from "zod";
import { flag, named, optionalBlock, rule, text } from "./types";

/** An image whose tag does not move. */
const fixedImage = z.strictObject({
    repository: text().describe("Image repository."),
    tag: rule(text(), (tag) => tag !== "latest", {
        rule: "the tag latest changes under a running cluster",
        remedy: "name a version",
    }).describe("Image tag."),
});

/** Versions that the operator takes (vmq-operator, controllers/statefulset.go, makeStatefulSetSpec). */
function versionProblem(version: string): string | undefined {
    const [, major, minor] = /^(\d+)\.(\d+)\.\d+$/.exec(version) ?? [];
    if (major === undefined || minor === undefined) {
        return "a version of VerneMQ, for example 1.13.0";
    }
    if (major !== "1") {
        return 'the operator refuses any other major version than 1 ("unsupported VerneMQ major version"), and its plugin vmq_k8s was written for 1.x';
    }
    return Number(minor) < 7 ? "the operator takes 1.7 and later" : undefined;
}

/** `vernemq:broker.operator`: how upstream's operator is run, with `engine: operator`. */
export const operatorSettings = optionalBlock("Upstream's operator, with `engine: operator` only.", {
    image: fixedImage.describe(
        "Image of the operator, in your own registry. Required: no published one works, and upstream's Dockerfile does not build (docs/guides/operator.md).",
    ),
    bundlerImage: fixedImage.describe(
        "Image of the plugin bundler, in your own registry. Each broker fetches the plugin vmq_k8s from it at its start. Required: upstream's builds the plugin from source that no longer exists.",
    ),
    version: named(z.string(), versionProblem, "use a 1.x version, or engine helm for 2.x").describe(
        "Version of VerneMQ, 1.7 or a later 1.x. The tag of `image` is this with `-alpine` unless it is given.",
    ),
    leavesOnStop: flag(operatorLeavesOnStop).describe(
        "The operator's preStop hook leaves the cluster at every stop of a pod, as upstream's does. The brokers then run without volumes, because one that left and starts with its data is a silent, separate cluster. Set it to false for your own operator that does not.",
    ),
});
