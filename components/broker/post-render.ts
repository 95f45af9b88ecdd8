import { join } from "node:path";
import { pathFromProgram } from "../common/package-file";

/** Annotation of the chart's StatefulSet with what the post-renderer adds to it, as JSON. The post-renderer takes it out. */
export const additionsAnnotation = "vernemq.io/additions";

/**
 * The program that Helm pipes the chart's manifests through. A path with a slash is looked up from the provider's working folder, which is
 * the program's (Helm 3, pkg/postrender/exec.go; pulumi, sdk/go/common/resource/plugin/provider_plugin.go, `ctx.Pwd`). Relative, so
 * that the state is the same on every machine.
 */
export function postRenderer(): string {
    return pathFromProgram(join(__dirname, "post-render.mjs"));
}
