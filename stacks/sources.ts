import * as pulumi from "@pulumi/pulumi";
import type { ImageSources } from "../components/common/images";
import type { Settings } from "./settings/settings";

/** Where a stack's images are pulled from, and with what; undefined for where their publishers push them. */
export function imageSources({ sources: { images } }: Pick<Settings, "sources">): ImageSources | undefined {
    const { mirror, pullSecrets, credentials } = images;
    return mirror === undefined && pullSecrets.length === 0 && credentials === undefined
        ? undefined
        : {
              mirror,
              pullSecrets,
              credentials: credentials && { ...credentials, password: pulumi.secret(credentials.password.reveal()) },
          };
}
