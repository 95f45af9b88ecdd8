const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** The seconds in a text such as `90s`, `10m`, `1h` or `1h30m`; undefined where it is none. A number alone is seconds. */
export function parseDuration(text: string): number | undefined {
    if (/^\d+$/.test(text)) {
        return Number(text);
    }
    const parts = [...text.matchAll(/(\d+)([smh])/g)];
    return parts.length > 0 && parts.map(([part]) => part).join("") === text
        ? parts.reduce((sum, [, count, unit]) => sum + Number(count) * (units[unit ?? "s"] ?? 1), 0)
        : undefined;
}

/** Seconds as people read them: `4s`, `2m 05s`, `1h 02m`. */
export function formatSeconds(seconds: number): string {
    const whole = Math.round(seconds);
    const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
    const two = (value: number) => value.toString().padStart(2, "0");
    if (hours > 0) {
        return `${hours}h ${two(minutes)}m`;
    }
    return minutes > 0 ? `${minutes}m ${two(rest)}s` : `${rest}s`;
}
