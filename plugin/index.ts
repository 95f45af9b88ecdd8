import { componentProviderHost } from "@pulumi/pulumi/provider/experimental";
import { VerneMq } from "../components/vernemq/vernemq";
import { packageName } from "./schema";

// The component for programs in any Pulumi language: the engine starts this for `pulumi package add` and for each run.
void componentProviderHost({ name: packageName, components: [VerneMq], dirname: __dirname });
