import type { SimulatedProvider } from "./provider";
import { symbols } from "./rules";

/** The random provider: values that stay what they are until an input changes. */
export const random: SimulatedProvider = {
    name: "random",
    models: {
        "random:index/randomPassword:RandomPassword": {
            // Every argument but the lifecycle ones forces a new value.
            replaceOn: [
                "length",
                "special",
                "overrideSpecial",
                "minLower",
                "minUpper",
                "minNumeric",
                "minSpecial",
                "keepers",
            ],
            outputs: symbols("result", "bcryptHash"),
            secretOutputs: ["result", "bcryptHash"],
            id: () => "none",
        },
    },
};
