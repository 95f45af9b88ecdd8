import type * as core from "@pulumi/kubernetes/core/v1";
import * as helm from "@pulumi/kubernetes/helm/v3";
import * as pulumi from "@pulumi/pulumi";
import { transformed } from "../../common/transform";
import { accessValues } from "../access/users";
import type { FullBrokerArgs } from "../args";
import { createCookie } from "../cookie";
import { podAdditions } from "./pod-additions";
import { brokerNames } from "../names";
import { postRenderer } from "../post-render";
import { priorityClassName } from "../priority-class";
import { brokerTiming } from "../config/timing";
import { chartValues } from "./values";
import { chartRepository } from "../versions";
import { chartOf } from "../../common/charts";

/** What an engine finds created for its brokers. */
export interface BrokerObjects {
    readonly namespace: pulumi.Output<string>;
    /** The Secret with users, rules and certificates. */
    readonly auth: core.Secret;
    /** The Secret with further settings. */
    readonly settings: core.Secret | undefined;
    readonly imagePullSecrets: readonly pulumi.Input<string>[];
}

/** VerneMQ as a release of its official Helm chart. */
export function createRelease(
    name: string,
    args: FullBrokerArgs,
    made: BrokerObjects,
    opts: pulumi.CustomResourceOptions,
): helm.Release {
    const timing = brokerTiming(args.replicas, args.drainSeconds, args.startupSeconds);
    const values = chartValues({
        ...args,
        ...accessValues(args),
        placement: args.cluster.brokerPlacement,
        persistence: {
            ...args.persistence,
            storageClass: args.persistence.storageClass ?? args.cluster.storageClassName,
        },
        service: { ...args.service, webSocket: args.access.listeners.includes("ws") },
        authSecretName: made.auth.metadata.name,
        settingsSecretName: made.settings?.metadata.name,
        imagePullSecrets: made.imagePullSecrets,
        timing,
        additions: additions(name, args, made.namespace, opts),
    });
    const release: helm.ReleaseArgs = {
        name: brokerNames.helm.workload,
        namespace: made.namespace,
        ...chartOf({ name: "vernemq", version: args.chartVersion, source: chartRepository }, args.chartSource),
        // An update that does not become ready in time is rolled back, and what it recreated is removed.
        atomic: true,
        cleanupOnFail: true,
        skipAwait: false,
        maxHistory: 5,
        timeout: timing.releaseTimeoutSeconds,
        postrender: postRenderer(),
        values: transformed(values, args.transform?.values),
    };
    return new helm.Release(`${name}-release`, transformed(release, args.transform?.release), opts);
}

/** What the chart has no values for, with the objects that it needs. */
function additions(
    name: string,
    args: FullBrokerArgs,
    namespace: pulumi.Output<string>,
    opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
    return pulumi.jsonStringify(
        podAdditions({
            podLabels: brokerNames.helm.podLabels,
            zoneSpread: args.zoneSpread,
            startupSeconds: args.startupSeconds,
            priorityClassName:
                args.priorityClass === undefined
                    ? undefined
                    : priorityClassName(name, args.priorityClass, opts, args.transform?.priorityClass),
            cookieSecretName:
                args.cookie === "generated"
                    ? createCookie(name, namespace, opts, args.transform?.cookie).metadata.name
                    : undefined,
            whenScaled: args.persistence.enabled ? args.persistence.whenScaled : undefined,
        }),
    );
}
