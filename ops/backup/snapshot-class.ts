import { targets } from "../../stacks/targets/registry";
import { type Claim, collections, type Kube, unless } from "../kubernetes/client";
import { recordAt, textAt } from "../kubernetes/objects";
import { Refusal } from "../../plan/common/errors";

/** The class that the cluster's administrator made the default. */
const defaultAnnotation = "snapshot.storage.kubernetes.io/is-default-class";

/** What a target's clusters lack for snapshots when they are new, by CSI driver. */
function adviceFor(driver: string): string {
    const known = targets().map(({ snapshotAdvice }) => snapshotAdvice[driver]);
    return (
        known.find((advice) => advice !== undefined) ??
        `create a VolumeSnapshotClass for ${driver}, if that driver takes snapshots`
    );
}

/**
 * Finds the VolumeSnapshotClass for the brokers' volumes: the one named, else the default of their CSI driver, else its only one.
 *
 * @throws Refusal where there is none, or several and no default
 */
export async function findSnapshotClass(kube: Kube, claims: readonly Claim[], wanted?: string): Promise<string> {
    const driver = await driverOf(kube, claims);
    const help = adviceFor(driver);
    const classes = await unless(404, undefined, kube.list(collections.snapshotClasses));
    if (classes === undefined) {
        throw new Refusal(`The cluster has no snapshots (snapshot.storage.k8s.io/v1 is not installed): ${help}.`);
    }
    const fitting = classes.filter((object) => object["driver"] === driver);
    const names = fitting.map(({ metadata }) => metadata.name);
    if (wanted !== undefined) {
        if (!names.includes(wanted)) {
            throw new Refusal(`${driver} has no VolumeSnapshotClass ${wanted}; it has ${names.join(", ") || "none"}.`);
        }
        return wanted;
    }
    const preferred = fitting.find(({ metadata }) => metadata.annotations?.[defaultAnnotation] === "true");
    const [only, ...others] = names;
    if (preferred !== undefined) {
        return preferred.metadata.name;
    }
    if (only === undefined) {
        throw new Refusal(`The brokers' volumes belong to ${driver}, which has no VolumeSnapshotClass: ${help}.`);
    }
    if (others.length > 0) {
        throw new Refusal(
            `${driver} has several VolumeSnapshotClasses: name one of ${names.join(", ")} with --snapshot-class.`,
        );
    }
    return only;
}

/** The CSI driver of the volumes. Those of in-tree provisioners cannot be snapshotted, migrated to CSI or not. */
async function driverOf(kube: Kube, claims: readonly Claim[]): Promise<string> {
    const [claim] = claims;
    const { volume: name, storageClass } = claim ?? {};
    if (name === undefined) {
        throw new Refusal(`The volume claim ${claim?.name ?? ""} has no volume yet, so there is nothing to snapshot.`);
    }
    const asked = kube.get(collections.volumes, name);
    const volume = await (storageClass === undefined ? asked : unless(403, storageClass, asked));
    if (typeof volume === "string") {
        // Volumes are the whole cluster's, and not every user may read them; the storage class then says whose they are.
        return textAt(await kube.get(collections.storageClasses, volume), "provisioner") ?? volume;
    }
    const driver = textAt(recordAt(recordAt(volume, "spec"), "csi"), "driver");
    if (driver === undefined) {
        throw new Refusal(`The volume ${name} has no CSI driver, and only those take snapshots.`);
    }
    return driver;
}
