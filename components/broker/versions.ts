/** The official image, which runs under an end user license agreement. */
const officialImage = "vernemq/vernemq";

/** Whether a repository is the official image on Docker Hub, under any of the names that Docker Hub has. */
export function isOfficialImage(repository: string): boolean {
    return repository.replace(/^(index\.|registry-1\.)?docker\.io\//, "") === officialImage;
}

/** The Helm repository of the official chart. */
export const chartRepository = "https://vernemq.github.io/docker-vernemq";

/** What is known about each published chart. */
export const charts = {
    "2.1.1": { imageTag: "2.1.1-alpine", readinessPathIsSettable: false },
    "2.1.2": { imageTag: "2.1.2-alpine", readinessPathIsSettable: true },
} as const;

export type ChartVersion = keyof typeof charts;
