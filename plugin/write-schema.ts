import { writeFileSync } from "node:fs";
import { currentSchema, schemaFile } from "./schema";

void currentSchema().then((schema) => {
    writeFileSync(schemaFile, schema);
});
