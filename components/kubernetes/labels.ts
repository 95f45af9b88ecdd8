import * as pulumi from "@pulumi/pulumi";
import { type TagKeys, stackTags } from "../common/tags";

/**
 * Kubernetes' own names for who manages an object and what it is part of
 * (https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/). It has none for a stack, which is named as in the
 * tags of clouds: `app.kubernetes.io/instance` tells HAProxy's pods from VerneMQ's, and selectors go by it.
 */
const tagKeys: TagKeys = {
    managedBy: "app.kubernetes.io/managed-by",
    project: "app.kubernetes.io/part-of",
    stack: "pulumi-stack",
};

type Labels = Readonly<Record<string, pulumi.Input<string>>>;

/**
 * Labels every object of Kubernetes that a stack creates from now on with where it comes from, the objects of components that are added
 * later too. What an object's own labels say wins. Pods are left out, because new labels would restart them, and so are
 * selectors, which cannot change. What a Helm chart creates carries the chart's labels, and what a patch changes is not the stack's.
 */
export function labelWithOrigin(of: { readonly project: string; readonly stack: string }): void {
    const origin = stackTags(tagKeys, { project: labelValue(of.project), stack: labelValue(of.stack) });
    const withOrigin = (labels: Labels | undefined) => ({ ...origin, ...labels });
    pulumi.runtime.registerStackTransformation(({ type, props, opts }) => {
        if (!/^kubernetes:(?!helm\.sh\/)(?!.*Patch$)/.test(type)) {
            return undefined;
        }
        const { metadata } = props as { readonly metadata?: pulumi.Input<{ readonly labels?: pulumi.Input<Labels> }> };
        const labeled = map(metadata, (given) => ({ ...given, labels: map(given?.labels, withOrigin) }));
        return { props: { ...props, metadata: labeled }, opts };
    });
}

/** A project's or stack's name as the value of a label (https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/). */
function labelValue(name: string): string {
    return name
        .replaceAll(/[^\w.-]/g, "-")
        .slice(0, 63)
        .replaceAll(/^[^a-zA-Z0-9]+|[^a-zA-Z0-9]+$/g, "");
}

/** Applies a function at once where the value is known, so that a preview shows what it gives. */
function map<T, R>(value: pulumi.Input<T>, apply: (known: T) => R): pulumi.Input<R> {
    return pulumi.Output.isInstance(value) || value instanceof Promise
        ? pulumi.output(value).apply((known) => apply(known as T))
        : apply(value);
}
