import { assertion, type CheckRule } from "./check";

/** A pod without room stays pending, and Helm or the provider gives up after its timeout. */
const everyPodHasRoom: CheckRule = ({ nodes: { fit, unknown } }) => {
    const name = "Every pod has room on a node";
    if (unknown.length > 0) {
        return assertion(
            name,
            unknown.map(({ text }) => text),
            "",
            "warn",
        );
    }
    return fit === undefined
        ? undefined
        : assertion(
              name,
              fit.unplaced,
              fit.use.map(({ size, nodes, roomLeft }) => `${nodes} x ${size}: ${left(roomLeft)}`).join("; "),
          );
};

function left({ millicores, memoryMiB }: { readonly millicores: number; readonly memoryMiB: number }): string {
    return `${Math.round(millicores).toLocaleString("en")}m and ${memoryMiB.toLocaleString("en")} MiB left`;
}

/** An update whose new pod has no room waits for ever: no old pod goes before the new one serves. */
const everyUpdateProceeds: CheckRule = ({ nodes: { fit } }) =>
    fit === undefined || fit.unplaced.length > 0
        ? undefined
        : assertion("Every update of pods has room to proceed", fit.stuck, "pod by pod");

const oneNodeCanFail: CheckRule = ({ nodes: { fit } }) =>
    fit === undefined || fit.unplaced.length > 0
        ? undefined
        : assertion(
              "The loss of one system node leaves room for its pods",
              fit.afterLoss,
              "on the others; brokers wait for their own node",
              "warn",
          );

/** A pod whose image has no build for its node's processor never starts. */
const imagesFitProcessors: CheckRule = ({ nodes: { architectures } }) => {
    if (architectures === undefined) {
        return undefined;
    }
    const { wrong, unknown } = architectures;
    return assertion(
        "Images have builds for the processors of their nodes",
        wrong.length > 0 ? wrong : unknown,
        "according to their publishers",
        wrong.length > 0 ? "fail" : "warn",
    );
};

/** The checks of what nodes hold. */
export const capacityChecks: readonly CheckRule[] = [
    everyPodHasRoom,
    everyUpdateProceeds,
    oneNodeCanFail,
    imagesFitProcessors,
];
