import { compact } from "../components/common/compact";
import { jsonIn } from "../components/common/json";
import { additionsAnnotation } from "../components/broker/post-render";
import { cookieVariable } from "../components/broker/helm/pod-additions";
import type { ResourceInputs } from "./graph";
import { valueOf, valuesOf } from "../components/common/property-path";

/** What the post-renderer of a release adds to its StatefulSet; undefined where nothing does, or what is said is not JSON. */
export function releaseAdditions(release: ResourceInputs): unknown {
    return release.inputs["postrender"] === undefined
        ? undefined
        : jsonIn(valueOf(release.inputs, `values.statefulset.annotations["${additionsAnnotation}"]`));
}

/** The name of the Secret that the brokers' cookie is in; undefined where it is the image's own. */
export function cookieSecretOf(additions: unknown): unknown {
    const variable = valuesOf(additions, "container.env.*").find(
        (candidate) => valueOf(candidate, "name") === cookieVariable,
    );
    return valueOf(variable, "valueFrom.secretKeyRef.name");
}

/** Whether Kubernetes deletes the volume claim of a broker that is scaled away. */
export function deletesClaims(release: ResourceInputs | undefined): boolean {
    const additions = release === undefined ? undefined : releaseAdditions(release);
    return valueOf(additions, "spec.persistentVolumeClaimRetentionPolicy.whenScaled") === "Delete";
}

/** What a change of the additions does to brokers that run. */
export function additionConsequences(
    old: ResourceInputs | undefined,
    fresh: ResourceInputs | undefined,
): readonly string[] {
    if (old === undefined || fresh === undefined) {
        return [];
    }
    const [before, after] = [releaseAdditions(old), releaseAdditions(fresh)];
    const isStrict = (additions: unknown) =>
        valuesOf(additions, "pod.topologySpreadConstraints.*.whenUnsatisfiable").includes("DoNotSchedule");
    return compact([
        cookieSecretOf(before) !== cookieSecretOf(after) &&
            "The Erlang cookie changes: while the brokers restart one by one, those with the old cookie and those with the new one are two clusters. No message passes between them until the last broker has restarted; docs/explain/broker.md says how to stop all of them first.",
        isStrict(after) &&
            !isStrict(before) &&
            "Spreading over zones becomes required: a broker whose volume lies in a zone with more than its share of brokers stays pending after its restart.",
    ]);
}
