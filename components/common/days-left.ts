/** Days that a certificate has left when it is time to look why nothing has renewed it, and when it is nearly too late. */
export interface DaysLeftLimits {
    readonly warning: number;
    readonly problem: number;
}

/** For a certificate of 90 days, which cert-manager and most others renew when 30 are left, and for longer ones. */
export const daysLeftLimits: DaysLeftLimits = { warning: 21, problem: 7 };

/** One that lives shorter is renewed later: cert-manager and the program's own do it in the last third of its life. */
export function daysLeftLimitsOf(validityDays: number): DaysLeftLimits {
    return {
        warning: Math.min(daysLeftLimits.warning, Math.max(1, Math.floor(validityDays / 4))),
        problem: Math.min(daysLeftLimits.problem, Math.max(1, Math.floor(validityDays / 12))),
    };
}
