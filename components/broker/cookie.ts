import * as core from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { type Transform, transformed } from "../common/transform";
import { cookieKey } from "./helm/pod-additions";

/**
 * The Erlang cookie of a cluster: 32 letters and digits, made once and kept in the state. The Secret is immutable and named by Pulumi, so
 * that a new cookie restarts all brokers in one update: in a Secret that changes in place each would take it at its next restart, whenever
 * that is, and would be alone from then on.
 */
export function createCookie(
    name: string,
    namespace: pulumi.Output<string>,
    opts: pulumi.CustomResourceOptions,
    transform?: Transform<core.SecretArgs>,
): core.Secret {
    const cookie = new random.RandomPassword(
        `${name}-cookie-value`,
        { length: 32, special: false },
        opts.parent === undefined ? {} : { parent: opts.parent },
    );
    return new core.Secret(
        `${name}-cookie`,
        transformed<core.SecretArgs>(
            { metadata: { namespace }, immutable: true, stringData: { [cookieKey]: cookie.result } },
            transform,
        ),
        opts,
    );
}
