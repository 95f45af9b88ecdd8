import type { SimulatedProvider } from "./provider";

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
            outputs: ({ symbol }) => ({ result: symbol("result"), bcryptHash: symbol("bcryptHash") }),
            secretOutputs: ["result", "bcryptHash"],
            id: () => "none",
        },
    },
};
