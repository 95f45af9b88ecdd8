import type * as core from "@pulumi/kubernetes/core/v1";
import * as helm from "@pulumi/kubernetes/helm/v3";
import type * as pulumi from "@pulumi/pulumi";
import { transformed } from "../transform";
import type { BrokerArgs } from "./broker";
import { brokerTiming } from "./timing";
import { chartValues, releaseName } from "./values";
import { chartRepository } from "./versions";

/** VerneMQ as a release of its official Helm chart. */
export function createRelease(
    name: string,
    args: BrokerArgs,
    made: {
        readonly namespace: pulumi.Output<string>;
        readonly auth: core.Secret;
        readonly settings: core.Secret | undefined;
    },
    opts: pulumi.CustomResourceOptions,
): helm.Release {
    const timing = brokerTiming(args.replicas, args.drainSeconds);
    const values = chartValues({
        ...args,
        checkPasswords: args.users.length > 0,
        placement: args.cluster.brokerPlacement,
        persistence: {
            ...args.persistence,
            storageClass: args.persistence.storageClass ?? args.cluster.storageClassName,
        },
        service: {
            ...args.service,
            webSocket: args.service.type === "ClusterIP" && args.access.listeners.includes("ws"),
        },
        authSecretName: made.auth.metadata.name,
        settingsSecretName: made.settings?.metadata.name,
        timing,
    });
    const release: helm.ReleaseArgs = {
        name: releaseName,
        namespace: made.namespace,
        chart: "vernemq",
        version: args.chartVersion,
        repositoryOpts: { repo: chartRepository },
        // An update that does not become ready in time is rolled back, and what it made anew is removed.
        atomic: true,
        cleanupOnFail: true,
        skipAwait: false,
        maxHistory: 5,
        timeout: timing.releaseTimeoutSeconds,
        values: transformed(values, args.transform?.values),
    };
    return new helm.Release(`${name}-release`, transformed(release, args.transform?.release), opts);
}
