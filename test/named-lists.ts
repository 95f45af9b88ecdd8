/** 16 settings of a broker as the chart's additionalEnv takes them, and one more in their middle. */
const names = Array.from({ length: 16 }, (_, index) => `DOCKER_VERNEMQ_SETTING_${index.toString().padStart(2, "0")}`);
const item = (name: string) => ({ name, value: `value of ${name}` });

export const addedSetting = "DOCKER_VERNEMQ_SETTING_01_MORE";
export const settingsBefore = names.map(item);
export const settingsAfter = [...names.slice(0, 2), addedSetting, ...names.slice(2)].map(item);

/** What a provider that compares lists by index reports of it (pulumi/pulumi: sdk/go/common/resource/plugin, DiffKind by path). */
export const shiftedDiff: Readonly<Record<string, string>> = Object.fromEntries<string>([
    ...names
        .slice(2)
        .flatMap((_, index) =>
            ["name", "value"].map((key): [string, string] => [`values.additionalEnv[${index + 2}].${key}`, "update"]),
        ),
    [`values.additionalEnv[${names.length}]`, "add"],
]);
