/** An object of the scripted API: JSON as it goes over the wire. */
export interface StoredObject {
    apiVersion: string;
    kind: string;
    metadata: {
        name: string;
        namespace?: string;
        uid: string;
        resourceVersion: string;
        generation: number;
        creationTimestamp: string;
        deletionTimestamp?: string;
        labels?: Record<string, string>;
        annotations?: Record<string, string>;
        finalizers?: string[];
        ownerReferences?: { kind: string; name: string; uid: string }[];
    };
    spec?: Record<string, unknown>;
    status?: Record<string, unknown>;
    [field: string]: unknown;
}

export type NewObject = Record<string, unknown> & {
    metadata: Partial<StoredObject["metadata"]> & { name: string };
};

/** A refusal of the API server. */
export class Refused extends Error {
    constructor(
        readonly status: number,
        readonly reason: string,
        message: string,
    ) {
        super(message);
    }
}

/** Objects by collection (`v1/pods`, `apps/v1/statefulsets`), with versions, merge patches and conflicts as an API server has them. */
export class Store {
    readonly #collections = new Map<string, Map<string, StoredObject>>();
    readonly #now: () => Date;
    #version = 100;

    constructor(now: () => Date, collections: readonly string[]) {
        this.#now = now;
        for (const collection of collections) {
            this.#collections.set(collection, new Map());
        }
    }

    /** @throws Refused 404 as for a custom resource whose definition is not installed */
    collection(name: string): Map<string, StoredObject> {
        const found = this.#collections.get(name);
        if (found === undefined) {
            throw new Refused(404, "NotFound", "the server could not find the requested resource");
        }
        return found;
    }

    has(collection: string): boolean {
        return this.#collections.has(collection);
    }

    list(collection: string): StoredObject[] {
        return [...this.collection(collection).values()];
    }

    find(collection: string, name: string): StoredObject | undefined {
        return this.collection(collection).get(name);
    }

    get(collection: string, name: string): StoredObject {
        const found = this.find(collection, name);
        if (found === undefined) {
            const plural = collection.split("/").at(-1) ?? "";
            throw new Refused(404, "NotFound", `${plural} "${name}" not found`);
        }
        return found;
    }

    create(collection: string, object: NewObject): StoredObject {
        const objects = this.collection(collection);
        const { name } = object.metadata;
        if (objects.has(name)) {
            throw new Refused(409, "AlreadyExists", `${collection} "${name}" already exists`);
        }
        const stored: StoredObject = {
            apiVersion: collection.split("/").slice(0, -1).join("/"),
            kind: "Object",
            ...structuredClone(object),
            metadata: {
                ...structuredClone(object.metadata),
                uid: `uid-${this.#next()}`,
                resourceVersion: this.#next(),
                generation: 1,
                creationTimestamp: this.#now().toISOString(),
            },
        };
        objects.set(name, stored);
        return stored;
    }

    /** A merge patch (RFC 7396). A changed spec counts up the generation. */
    patch(collection: string, name: string, patch: Record<string, unknown>): StoredObject {
        const object = this.get(collection, name);
        const version = (patch["metadata"] as { resourceVersion?: string } | undefined)?.resourceVersion;
        if (version !== undefined && version !== object.metadata.resourceVersion) {
            throw new Refused(
                409,
                "Conflict",
                `Operation cannot be fulfilled on ${name}: the object has been modified`,
            );
        }
        const before = JSON.stringify(object.spec);
        const { metadata } = object;
        merge(object, patch);
        object.metadata.uid = metadata.uid;
        if (JSON.stringify(object.spec) !== before) {
            object.metadata.generation += 1;
        }
        this.touch(object);
        return object;
    }

    /** Marks an object as changed. */
    touch(object: StoredObject): void {
        object.metadata.resourceVersion = this.#next();
    }

    /** Takes an object out at once, without regard to finalizers. */
    drop(collection: string, name: string): void {
        this.collection(collection).delete(name);
    }

    #next(): string {
        this.#version += 1;
        return this.#version.toString();
    }
}

function merge(into: Record<string, unknown>, patch: Record<string, unknown>): void {
    for (const [key, value] of Object.entries(patch)) {
        if (value === null) {
            Reflect.deleteProperty(into, key);
        } else if (typeof value === "object" && !Array.isArray(value)) {
            const inner = into[key];
            const object = typeof inner === "object" && inner !== null && !Array.isArray(inner) ? inner : {};
            into[key] = object;
            merge(object as Record<string, unknown>, value as Record<string, unknown>);
        } else {
            into[key] = value;
        }
    }
}
