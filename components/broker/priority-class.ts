import * as scheduling from "@pulumi/kubernetes/scheduling/v1";
import * as pulumi from "@pulumi/pulumi";
import { type Transform, transformed } from "../common/transform";

/** The priority of the brokers: the name of a class that is in the cluster, or a value for which this program creates one. */
export type Priority = string | number;

/**
 * The name of the brokers' priority class. A class that is created has a name of Pulumi's, because classes belong to the whole cluster and
 * another stack may have one, and is recreated for another value, which Kubernetes does not let change
 * (https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/#priorityclass).
 */
export function priorityClassName(
    name: string,
    priority: Priority,
    opts: pulumi.CustomResourceOptions,
    transform?: Transform<scheduling.PriorityClassArgs>,
): pulumi.Output<string> {
    if (typeof priority === "string") {
        return pulumi.output(priority);
    }
    const made = new scheduling.PriorityClass(
        `${name}-priority`,
        transformed<scheduling.PriorityClassArgs>({ value: priority, description: "VerneMQ brokers" }, transform),
        { ...opts, replaceOnChanges: ["value"] },
    );
    return made.metadata.name;
}
