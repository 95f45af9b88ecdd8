import type { Architecture } from "../../components/common/node-limits";
import type { Pool } from "./pools";
import type { Workload } from "./workloads";

/** For which processors a publisher builds an image. */
interface Builds {
    /** The end of its name with the tag, whatever registry it is pulled from. */
    readonly image: RegExp;
    readonly architectures: readonly Architecture[];
    readonly source: string;
    readonly asOf: string;
}

/** The first that fits an image counts. */
const builds: readonly Builds[] = [
    {
        image: /(^|\/)vernemq\/vernemq:2\.1\.1(-alpine)?$/,
        architectures: ["amd64", "arm64"],
        source: "https://github.com/vernemq/docker-vernemq/issues/411",
        asOf: "2025-10",
    },
    {
        image: /(^|\/)vernemq\/vernemq:2\.[12]\.\d+(-alpine)?$/,
        architectures: ["amd64"],
        source: "https://github.com/vernemq/docker-vernemq/issues/423",
        asOf: "2026-09",
    },
    {
        image: /(^|\/)haproxytech\/haproxy-alpine:[^/]+$/,
        architectures: ["amd64", "arm64"],
        source: "https://github.com/haproxytech/haproxy-docker-alpine, .github/workflows/docker_auto.yml, DOCKER_PLATFORMS",
        asOf: "2026-11",
    },
];

/** Pods that would fall to nodes whose processors their images have no build for. */
export interface ArchitectureProblems {
    /** A pod of these never starts: "exec format error", or no manifest for the platform. */
    readonly wrong: readonly string[];
    /** Images that no table here knows, on Arm; images without a build for amd64 are hardly found. */
    readonly unknown: readonly string[];
}

export function architectureProblems(pools: readonly Pool[], workloads: readonly Workload[]): ArchitectureProblems {
    const pairs = workloads.flatMap(({ name, images = [], accepts }) =>
        pools.filter(accepts).flatMap(({ node, size }) =>
            node === undefined
                ? []
                : images.map((image) => {
                      const known = builds.find((row) => row.image.test(image));
                      return { name, image, size, architecture: node.architecture, known };
                  }),
        ),
    );
    return {
        wrong: pairs.flatMap(({ name, image, size, architecture, known }) =>
            known === undefined || known.architectures.includes(architecture)
                ? []
                : [
                      `${name} on ${size}: ${image} has no build for ${architecture} as of ${known.asOf} (${known.source})`,
                  ],
        ),
        unknown: pairs.flatMap(({ name, image, size, architecture, known }) =>
            known === undefined && architecture !== "amd64"
                ? [`${name} on ${size}: whether ${image} has a build for ${architecture} is not known here`]
                : [],
        ),
    };
}
