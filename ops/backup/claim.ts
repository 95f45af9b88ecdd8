import { isObject } from "../../components/common/is-object";
import { mebibytesOf } from "../../components/common/quantity";
import { type KubernetesObject, listAt, recordAt, textAt } from "../kubernetes/objects";

/** Annotation of a volume claim: the restore that made it. */
export const restoredAnnotation = "vernemq.io/restored";

/**
 * A volume claim as the StatefulSet's controller would make it (its template, with the labels of the pods: newVersionedPersistentVolumeClaims
 * in kubernetes pkg/controller/statefulset/stateful_set_utils.go), but filled from a snapshot. The pod with the claim's ordinal takes it
 * by its name.
 *
 * @param restoreSize of the snapshot: a volume must not be smaller, which it would be where the template has shrunk
 */
export function claimFromSnapshot(
    statefulSet: KubernetesObject,
    claim: string,
    snapshot: { readonly name: string; readonly restoreSize?: string },
    mark: string,
): KubernetesObject | undefined {
    const spec = recordAt(statefulSet, "spec");
    const template = listAt(spec, "volumeClaimTemplates").find((candidate) =>
        claim.startsWith(`${textAt(recordAt(candidate, "metadata"), "name") ?? ""}-${statefulSet.metadata.name}-`),
    );
    if (template === undefined) {
        return undefined;
    }
    const metadata = recordAt(template, "metadata");
    const templateSpec = recordAt(template, "spec");
    const requests = recordAt(recordAt(templateSpec, "resources"), "requests");
    const size = larger(textAt(requests, "storage"), snapshot.restoreSize);
    const labels = { ...recordAt(metadata, "labels"), ...recordAt(recordAt(spec, "selector"), "matchLabels") };
    return {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: {
            name: claim,
            labels: labels as Record<string, string>,
            annotations: {
                ...(recordAt(metadata, "annotations") as Record<string, string>),
                [restoredAnnotation]: mark,
            },
        },
        spec: {
            ...templateSpec,
            resources: {
                ...(isObject(templateSpec["resources"]) ? templateSpec["resources"] : {}),
                requests: { ...requests, ...(size === undefined ? {} : { storage: size }) },
            },
            dataSource: { apiGroup: "snapshot.storage.k8s.io", kind: "VolumeSnapshot", name: snapshot.name },
        },
    };
}

function larger(first: string | undefined, second: string | undefined): string | undefined {
    if (first === undefined || second === undefined) {
        return first ?? second;
    }
    return (mebibytesOf(second) ?? 0) > (mebibytesOf(first) ?? 0) ? second : first;
}
