import type { Architecture } from "../../components/common/node-limits";
import type { Origin } from "../../components/common/catalog";
import type { Pool } from "./pools";
import type { Workload } from "./workloads";

/** For which processors a publisher builds an image. */
export interface Builds extends Origin {
    /** The end of its name with the tag, whatever registry it is pulled from. */
    readonly image: RegExp;
    readonly architectures: readonly Architecture[];
    /** No image is published: each user builds it, by a Dockerfile that may have been changed. */
    readonly isBuiltByUser?: true;
}

const both: readonly Architecture[] = ["amd64", "arm64"];

/** Images that their repository builds for both, as the file says that pushes them; charts name them without a tag. Read 2026-11. */
function builtForBoth(repositories: string, source: string): Builds {
    return {
        image: new RegExp(`(^|/)(${repositories})(:[^/]+)?$`),
        architectures: both,
        source: `https://github.com/${source}`,
        asOf: "2026-11",
    };
}

/** The first that fits an image counts. */
export const builds: readonly Builds[] = [
    {
        image: /(^|\/)vernemq\/vernemq:2\.1\.1(-alpine)?$/,
        architectures: both,
        source: "https://github.com/vernemq/docker-vernemq/issues/411",
        asOf: "2025-10",
    },
    {
        image: /(^|\/)vernemq\/vernemq:2\.[12]\.\d+(-alpine)?$/,
        architectures: ["amd64"],
        source: "https://github.com/vernemq/docker-vernemq/issues/423",
        asOf: "2026-09",
    },
    builtForBoth(
        "haproxytech/haproxy-alpine",
        "haproxytech/haproxy-docker-alpine, .github/workflows/docker_auto.yml, DOCKER_PLATFORMS",
    ),
    builtForBoth(
        "(eks/)?aws-load-balancer-controller",
        "kubernetes-sigs/aws-load-balancer-controller, Makefile, IMG_PLATFORM, commit 010b70d",
    ),
    builtForBoth(
        "cert-manager-(controller|webhook|cainjector|acmesolver|startupapicheck)",
        "cert-manager/cert-manager, make/release.mk, release-container-bundles, commit 01b298a",
    ),
    builtForBoth(
        "metallb/(controller|speaker)",
        "metallb/metallb, .github/workflows/publish.yaml, platforms, commit 04bdc4c",
    ),
    {
        // Its binary is of GOARCH=amd64 in an image of any platform.
        image: /(^|\/)vmq-operator(:[^/]+)?$/,
        architectures: ["amd64"],
        isBuiltByUser: true,
        source: "https://github.com/vernemq/vmq-operator, Dockerfile, commit 024438f",
        asOf: "2025-08",
    },
    builtForBoth(
        "frrouting/frr",
        "FRRouting/frr, doc/developer/frr-release-procedure.rst, docker buildx build of each release, commit fbfc822",
    ),
    builtForBoth("metallb/frr-k8s", "metallb/frr-k8s, .github/workflows/publish.yaml, platforms, commit 021c13e"),
    builtForBoth(
        "prometheus-operator/(prometheus-operator|prometheus-config-reloader)",
        "prometheus-operator/prometheus-operator, scripts/push-docker-image.sh, CPU_ARCHS, commit 0021eb0",
    ),
    builtForBoth("prometheus/prometheus", "prometheus/prometheus, Makefile, DOCKER_ARCHS, commit 000fa45"),
    builtForBoth("prometheus/alertmanager", "prometheus/alertmanager, Makefile, DOCKER_ARCHS, commit 0130933"),
    builtForBoth("prometheus/node-exporter", "prometheus/node_exporter, Makefile, DOCKER_ARCHS, commit a7dcc3a"),
    builtForBoth(
        "kube-state-metrics/kube-state-metrics",
        "kubernetes/kube-state-metrics, Makefile, ALL_ARCH, commit c92fe0c",
    ),
    builtForBoth("grafana/grafana", "grafana/grafana, .github/workflows/release-build.yml, commit 0030f68"),
    builtForBoth("kiwigrid/k8s-sidecar", "kiwigrid/k8s-sidecar, docker-bake.hcl, platforms, commit 4faf85e"),
    builtForBoth(
        "jkroepke/kube-webhook-certgen",
        "jkroepke/kube-webhook-certgen, .goreleaser.yaml, platforms, commit 2bba5f6",
    ),
];

/** Pods that would fall to nodes whose processors their images have no build for. */
export interface ArchitectureProblems {
    /** A pod of these never starts: "exec format error", or no manifest for the platform. */
    readonly wrong: readonly string[];
    /** Images that no table here knows, on Arm, where images without a build are found; and those that each user builds. */
    readonly unknown: readonly string[];
}

interface Pair {
    readonly name: string;
    readonly image: string;
    readonly size: string;
    readonly architecture: Architecture;
    readonly known: Builds | undefined;
}

export function architectureProblems(pools: readonly Pool[], workloads: readonly Workload[]): ArchitectureProblems {
    const pairs = workloads.flatMap(({ name, images = [], accepts }) =>
        pools.filter(accepts).flatMap(({ node, size }) =>
            node === undefined
                ? []
                : images.map((image): Pair => {
                      const known = builds.find((row) => row.image.test(image));
                      return { name, image, size, architecture: node.architecture, known };
                  }),
        ),
    );
    const missing = pairs.filter(
        ({ known, architecture }) => !(known?.architectures ?? ["amd64"]).includes(architecture),
    );
    const isWrong = ({ known }: Pair) => known !== undefined && known.isBuiltByUser !== true;
    return {
        wrong: missing.filter(isWrong).map(textOf),
        unknown: missing.filter((pair) => !isWrong(pair)).map(textOf),
    };
}

function textOf({ name, image, size, architecture, known }: Pair): string {
    const start = `${name} on ${size}: `;
    if (known === undefined) {
        return `${start}whether ${image} has a build for ${architecture} is unknown`;
    }
    const unless = known.isBuiltByUser === true ? " unless yours differs from the published Dockerfile" : "";
    return `${start}${image} has no build for ${architecture}${unless} as of ${known.asOf} (${known.source})`;
}
