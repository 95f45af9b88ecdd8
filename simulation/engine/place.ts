import { parse } from "yaml";
import { isObject } from "../../components/common/is-object";
import { at, listAt, type Properties } from "../provider";
import { textsIn, unknownValue } from "../../components/common/protocol-values";
import { openSecrets } from "./wire";
import { isGlobal } from "./platforms";
import { stackOf } from "./world";

/**
 * What the ids and names of a provider's resources are unique in: a Kubernetes cluster; an account and region on AWS; a project on
 * Google Cloud; a subscription on Azure; an account elsewhere. A provider's configuration says which.
 *
 * @param urn Of any resource of the stack that the provider works for.
 */
export function placeOf(type: string, configuration: Properties, urn: string): string {
    const settings = openSecrets(configuration) as Properties;
    const [cloud = ""] = type.split(":");
    switch (cloud) {
        case "kubernetes":
            return `kubernetes ${clusterOf(settings) ?? `current context of ${stackOf(urn)}`}`;
        case "aws":
            return isGlobal(type) ? cloud : named(cloud, settings["region"]);
        case "gcp":
            return named(cloud, settings["project"]);
        case "azure-native":
            return named(cloud, settings["subscriptionId"]);
        default:
            return cloud;
    }
}

function named(cloud: string, name: unknown): string {
    return typeof name === "string" && name !== unknownValue ? `${cloud} ${name}` : cloud;
}

/**
 * The API server that a Kubernetes provider talks to, or the context that leads to one. Undefined where that is up to the environment:
 * the current context is the user's own for each stack.
 */
function clusterOf({ kubeconfig, context }: Properties): string | undefined {
    if (textsIn([kubeconfig, context]).includes(unknownValue)) {
        return undefined;
    }
    const server = typeof kubeconfig === "string" ? serverIn(kubeconfig, context) : undefined;
    const named = [kubeconfig, context].filter((part) => typeof part === "string" && part !== "");
    return server ?? (named.length === 0 ? undefined : named.join(" "));
}

function serverIn(kubeconfig: string, context: unknown): string | undefined {
    let document: unknown;
    try {
        document = parse(kubeconfig);
    } catch {
        return undefined;
    }
    const entry = (list: string, name: unknown): unknown =>
        listAt(document, list).find((item) => isObject(item) && item["name"] === name);
    const cluster = at(entry("contexts", context ?? at(document, "current-context")), "context.cluster");
    const server = at(entry("clusters", cluster), "cluster.server");
    return typeof server === "string" ? server : undefined;
}
