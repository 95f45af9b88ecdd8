import * as z from "zod";
import { jsonIn } from "../../components/common/json";
import type { Intent } from "./state";

/** Annotation of the StatefulSet that holds a scaling run's intent. Helm leaves annotations alone that are not its own. */
export const intentAnnotation = "vernemq.io/scale";

const count = z.int().min(0);
const intent = z.object({ from: count, to: count, leaving: count.optional(), since: z.string() });

/** The intent in the annotation; undefined where there is none, or one that this program did not write. */
export function readIntent(annotations: Readonly<Record<string, string>>): Intent | undefined {
    return intent.safeParse(jsonIn(annotations[intentAnnotation])).data;
}
