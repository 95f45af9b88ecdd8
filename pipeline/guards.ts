/** Why a guard holds an update back, in the words of the person who has to decide. */
export interface Refusal {
    readonly kind: "replace" | "delete" | "scale-down" | "protected";
    readonly urn: string;
    readonly type: string;
    readonly name: string;
    /** What the resource is: "cluster", "node pool", "volume", ... */
    readonly role: string;
    /** What would happen and what that costs. */
    readonly reason: string;
    /** What to do instead, or how to allow it. */
    readonly remedy: string;
}
