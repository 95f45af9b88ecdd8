import { archiveOf } from "../../components/common/charts";
import { archiveProblem } from "../chart-archive";
import { chartsOfUnknownImages, pulledImages } from "../images";
import { assertion, type CheckRule } from "./check";

/** With a mirror nothing may come past it: in a closed network such a pod waits for ever, and in an open one it passes unnoticed. */
const imagesAreMirrored: CheckRule = ({ resources, mirror }) => {
    if (mirror === undefined) {
        return undefined;
    }
    const images = pulledImages(resources);
    const pulled = [...new Set(images.map(({ image }) => image))].sort();
    const unknown = chartsOfUnknownImages(resources);
    return assertion(
        "Every image comes from the mirror",
        [
            ...images
                .filter(({ image }) => !image.startsWith(`${mirror}/`))
                .map(({ resource, image }) => `${resource} pulls ${image}`),
            ...unknown.map((release) => `the images of ${release} are not known`),
        ],
        pulled.join(", "),
    );
};

/** Helm reads an archive when the update has begun. */
const archivesAreThere: CheckRule = ({ resources }) => {
    const archives = resources.flatMap(({ inputs }) => {
        const path = inputs["chart"];
        const archive = typeof path === "string" && !path.includes("://") ? archiveOf(path) : undefined;
        return typeof path === "string" && archive !== undefined
            ? [{ path, name: archive.name, version: String(inputs["version"]) }]
            : [];
    });
    return archives.length === 0
        ? undefined
        : assertion(
              "Each chart's archive is there, in the version that is installed",
              archives.flatMap(({ path, ...expected }) => archiveProblem(path, expected) ?? []),
              archives.map(({ path }) => path).join(", "),
          );
};

/** The checks of where charts and images come from. */
export const sourceChecks: readonly CheckRule[] = [imagesAreMirrored, archivesAreThere];
