/** What the simulated service of a platform gives its resources, by type. */
export interface ServiceTables {
    /**
     * What makes a resource one of its kind: the inputs that two of them cannot share. Types that a cloud tells apart by its own id
     * alone (networks, disks, keys) are not here: of those it makes a second one without a word, which is how duplicates come about.
     */
    readonly uniqueInputs: Readonly<Record<string, readonly string[]>>;
    /** How long a creation takes, in seconds, as users see it. Default: 2. */
    readonly seconds: Readonly<Record<string, number>>;
    /** What ids begin with. Default: ids are UUIDs. */
    readonly idPrefixes?: Readonly<Record<string, string>>;
    /** Types whose id is what an output says. */
    readonly idIsOutput?: Readonly<Record<string, RegExp>>;
    /** Types that are unique in the whole account, not in a region. */
    readonly globalTypes?: RegExp;
}
