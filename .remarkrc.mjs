import remarkLintProhibitedStrings from "remark-lint-prohibited-strings";
import remarkValidateLinks from "remark-validate-links";
import { prohibitedStrings } from "./lint/words.mjs";

export default {
    plugins: [
        [remarkValidateLinks, { repository: false }],
        [remarkLintProhibitedStrings, prohibitedStrings],
    ],
};
