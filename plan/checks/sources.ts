import { archiveOf } from "../../components/common/charts";
import { mirrorHosts, mirrorOf, registryOf } from "../../components/common/image-names";
import { archiveProblem } from "../chart-archive";
import { chartsOfUnknownImages, pulledImages } from "../images";
import { assertion, type CheckRule, list } from "./check";

/** With a mirror nothing may come past it: in a closed network such a pod waits for ever, and in an open one it passes unnoticed. */
const imagesAreMirrored: CheckRule = ({ resources, mirror }) => {
    if (mirror === undefined) {
        return undefined;
    }
    const images = pulledImages(resources);
    const hosts = mirrorHosts(mirror);
    const past = images.filter(({ image }) => !hosts.includes(registryOf(image)));
    const [missed, others] = [true, false].map((has) =>
        past.filter(({ image }) => (mirrorOf(registryOf(image), mirror) !== undefined) === has),
    ) as [typeof past, typeof past];
    const failures = [
        ...missed.map(({ resource, image }) => `${resource} pulls ${image}`),
        ...chartsOfUnknownImages(resources).map((release) => `the images of ${release} are not known`),
    ];
    // A map may name only the registries that are behind a mirror.
    const unnamed = [...new Set(others.map(({ image }) => registryOf(image)))].sort();
    const warnings = unnamed.map((registry) => {
        const names = others.flatMap(({ image }) => (registryOf(image) === registry ? [image] : []));
        return `vernemq:sources.images.mirror has no ${registry}, from which come ${list([...new Set(names)].sort())}`;
    });
    const name = "Every image comes from the mirror";
    const pulled = list([...new Set(images.map(({ image }) => image))].sort(), Number.POSITIVE_INFINITY);
    return failures.length > 0 ? assertion(name, failures, pulled) : assertion(name, warnings, pulled, "warn");
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
