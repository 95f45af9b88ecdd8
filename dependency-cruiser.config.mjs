/**
 * Who may import whom, types included: `npm run lint` reads this. Each name may import those that stand before it in its list, none that
 * stands after it.
 */

const layers = ["components", "policy", "stacks", "plan", "pipeline", "ops", "verify", "cli"];

const platforms = ["aws", "google", "azure", "digitalocean"];

const floors = [["common"], ["x509"], ["broker"], ["edge"], ["kubernetes"], [...platforms, "observability"]];

function oneOf(names) {
    return `(${names.join("|")})/`;
}

const layerRules = layers.slice(0, -1).map((layer, index) => ({
    name: `${layer}-below-${layers[index + 1]}`,
    comment: `${layer}/ is a lower layer: it may not import ${layers.slice(index + 1).join("/, ")}/. Move what both need into ${layer}/ or lower.`,
    severity: "error",
    from: { path: `^${layer}/` },
    to: { path: `^${oneOf(layers.slice(index + 1))}` },
}));

const floorRules = floors.slice(0, -1).map((rooms, index) => ({
    name: `components-${rooms.join("-")}-is-lower`,
    comment: `components/${rooms.join(", ")}/ may not import what is built on it (${floors
        .slice(index + 1)
        .flat()
        .join(", ")}). Hand in what it needs, or move it down.`,
    severity: "error",
    from: { path: `^components/${oneOf(rooms)}` },
    to: { path: `^components/${oneOf(floors.slice(index + 1).flat())}` },
}));

const platformRules = floors.at(-1).map((room) => ({
    name: `components-${room}-stands-alone`,
    comment: `components/${room}/ may not import another platform. Move what both need into components/kubernetes/, edge/ or common/.`,
    severity: "error",
    from: { path: `^components/${room}/` },
    to: {
        path: `^components/${oneOf(floors.at(-1).filter((other) => other !== room))}`,
    },
}));

export default {
    forbidden: [
        {
            name: "no-cycle",
            comment: "Files import each other in a circle, types included. Move what both need into a third file.",
            severity: "error",
            from: {},
            to: { circular: true },
        },
        ...layerRules,
        ...floorRules,
        ...platformRules,
        {
            name: "simulation-stands-alone",
            comment:
                "simulation/ says how a cloud answers, from the cloud's own documents: it may not read that off the code under test. Of components it may know components/common/.",
            severity: "error",
            from: { path: "^simulation/" },
            to: { path: `^(${layers.slice(1).join("|")})/|^components/(?!common/)` },
        },
        {
            name: "no-simulation-in-what-is-deployed",
            comment: "components/ and stacks/ run against real clouds: they may not import simulation/.",
            severity: "error",
            from: { path: "^(components|stacks)/" },
            to: { path: "^simulation/" },
        },
        {
            name: "tools-are-leaves",
            comment:
                "lab/, bench/, docs/ and passwd/ are tools for people: what is deployed or run in a pipeline may not import them.",
            severity: "error",
            // The one command line runs the tools too.
            from: { path: `^(simulation|${layers.join("|")})/`, pathNot: "^cli/verbs\\.ts$" },
            to: { path: "^(lab|bench|docs|passwd)/" },
        },
        {
            name: "no-tests-in-code",
            comment: "Only tests may import test/.",
            severity: "error",
            from: { pathNot: "^test/" },
            to: { path: "^test/" },
        },
    ],
    options: {
        doNotFollow: { path: "node_modules" },
        exclude: { path: "node_modules" },
        tsPreCompilationDeps: true,
        tsConfig: { fileName: "tsconfig.json" },
    },
};
