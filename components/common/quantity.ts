const binary: Readonly<Record<string, number>> = {
    Ki: 2 ** -10,
    Mi: 1,
    Gi: 2 ** 10,
    Ti: 2 ** 20,
    Pi: 2 ** 30,
    Ei: 2 ** 40,
};
const decimal: Readonly<Record<string, number>> = { "": 1, k: 1e3, K: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 };

/** A Kubernetes quantity of CPU in thousandths of a core: `500m`, `2`, `0.5`. Undefined where it is none. */
export function millicoresOf(quantity: unknown): number | undefined {
    const [, amount, milli] = /^(\d+(?:\.\d+)?)(m?)$/.exec(String(quantity)) ?? [];
    return amount === undefined ? undefined : Number(amount) * (milli === "m" ? 1 : 1000);
}

/**
 * A Kubernetes quantity of memory or storage in MiB: `24576Mi`, `1Gi`, `150M`, `1024`, `3e9`. Undefined where it is none
 * (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/).
 */
export function mebibytesOf(quantity: unknown): number | undefined {
    const [, amount, unit = ""] =
        /^(\d+(?:\.\d+)?(?:e\d+)?)(Ki|Mi|Gi|Ti|Pi|Ei|k|K|M|G|T|P|E)?$/.exec(String(quantity)) ?? [];
    return amount === undefined ? undefined : Number(amount) * (binary[unit] ?? (decimal[unit] ?? 1) / 2 ** 20);
}
