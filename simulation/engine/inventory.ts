import { createHash, randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "../../components/common/is-object";
import type { Properties } from "../provider";
import { openSecrets } from "./wire";

/** A resource that exists in a simulated cloud, as its file holds it. */
export interface CloudResource {
    /** The physical id. */
    readonly id: string;
    readonly urn: string;
    /** What its id and its name are unique in; see place.ts. */
    readonly place: string;
    readonly type: string;
    readonly name: string;
    /** Tells it from its predecessors of the same URN. */
    readonly seed: string;
    /** What no other may share, where the resource has such a name. */
    readonly uniqueName?: string;
    /** The request that made it. A repeated request finds it instead of making another one, as with AWS's client tokens. */
    readonly token: string;
    /** As the engine sent them, secrets marked. */
    readonly inputs: Properties;
    readonly outputs: Properties;
}

/** The cloud has one of that name already. */
export class NameTakenError extends Error {
    constructor(
        name: string,
        readonly taken: CloudResource | undefined,
    ) {
        super(`AlreadyExists: ${name} exists already${taken === undefined ? "" : ` (id ${taken.id})`}`);
    }
}

/** A folder that changed longer ago than this, in ms, has another time when it changes again. File systems count by 2 seconds or less. */
const slowestClock = 2500;

/**
 * What exists in the simulated clouds: a folder with a file per resource. Files come and change in one step (link and rename), so a
 * process that is killed leaves whole ones, and several processes can share a folder.
 */
export class Inventory {
    readonly #read = new Map<string, { readonly stamp: string; readonly resource: CloudResource }>();
    /** What `all` gave last, while the folder's time tells that it still holds. */
    #last: { readonly changedAt: number; readonly resources: readonly CloudResource[] } | undefined;

    constructor(private readonly folder: string) {
        mkdirSync(join(folder, "serials"), { recursive: true });
    }

    all(): readonly CloudResource[] {
        const [changedAt, now] = [statSync(this.folder).mtimeMs, Date.now()];
        if (this.#last?.changedAt === changedAt) {
            return this.#last.resources;
        }
        const files = readdirSync(this.folder).filter((file) => file.endsWith(".json"));
        const resources = files.flatMap((file) => this.#load(file) ?? []).sort((a, b) => (a.id < b.id ? -1 : 1));
        this.#last = now - changedAt > slowestClock ? { changedAt, resources } : undefined;
        return resources;
    }

    find(place: string, type: string, id: string): CloudResource | undefined {
        return this.all().find((resource) => resource.place === place && resource.type === type && resource.id === id);
    }

    /** Adds a resource. @throws NameTakenError where another one has its name. */
    add(resource: CloudResource): void {
        const target = join(this.folder, fileOf(resource));
        const draft = this.#draft(resource);
        try {
            linkSync(draft, target);
        } catch (error) {
            if (isObject(error) && error["code"] === "EEXIST") {
                throw new NameTakenError(resource.uniqueName ?? resource.id, this.#load(fileOf(resource)));
            }
            throw error;
        } finally {
            rmSync(draft);
        }
    }

    /** Changes a resource. One whose name changes with it moves to that name. */
    change(before: CloudResource, after: CloudResource): void {
        if (fileOf(before) === fileOf(after)) {
            renameSync(this.#draft(after), join(this.folder, fileOf(after)));
            return;
        }
        this.add(after);
        this.remove(before);
    }

    /** Changes properties of a resource, as an operator would by hand past the program. */
    set(resource: CloudResource, properties: Properties): void {
        const [inputs, outputs] = [resource.inputs, resource.outputs].map((old) => ({ ...old, ...properties }));
        this.change(resource, { ...resource, inputs: inputs ?? {}, outputs: outputs ?? {} });
    }

    remove(resource: CloudResource): void {
        rmSync(join(this.folder, fileOf(resource)), { force: true });
    }

    /** How many resources of a URN there have been, this one included. */
    nextSerial(urn: string): number {
        const file = join(this.folder, "serials", digest(urn));
        const serial = 1 + Number(readText(file) ?? 0);
        writeAtomically(file, serial.toString());
        return serial;
    }

    /** Whether there is or was a resource of a URN. */
    hasMade(urn: string): boolean {
        return readText(join(this.folder, "serials", digest(urn))) !== undefined;
    }

    #draft(resource: CloudResource): string {
        const draft = join(this.folder, `.${randomUUID()}`);
        writeFileSync(draft, `${JSON.stringify(resource, undefined, 4)}\n`, { mode: 0o600 });
        return draft;
    }

    #load(file: string): CloudResource | undefined {
        const path = join(this.folder, file);
        const stat = statSync(path, { throwIfNoEntry: false });
        const stamp = stat === undefined ? "" : `${stat.ino} ${stat.mtimeMs} ${stat.size}`;
        const known = this.#read.get(file);
        if (known?.stamp === stamp) {
            return known.resource;
        }
        const text = readText(path);
        if (stat === undefined || text === undefined) {
            this.#read.delete(file);
            return undefined;
        }
        const resource = JSON.parse(text) as CloudResource;
        this.#read.set(file, { stamp, resource });
        return resource;
    }
}

/** What exists, with secrets opened. */
export function readInventory(folder: string): readonly CloudResource[] {
    return new Inventory(folder).all().map((resource) => ({
        ...resource,
        inputs: openSecrets(resource.inputs) as Properties,
        outputs: openSecrets(resource.outputs) as Properties,
    }));
}

/** Inputs that keep a resource from being deleted in the cloud itself. */
export const protections = ["deletionProtection", "enableDeletionProtection"];

/** Turns off the deletion protection of a stack's resources in the clouds, as an operator would by hand. */
export function liftProtection(folder: string, stack: string): void {
    const inventory = new Inventory(folder);
    for (const resource of inventory.all().filter(({ urn }) => urn.startsWith(`${stack}::`))) {
        const guards = protections.filter((property) => resource.inputs[property] === true);
        if (guards.length > 0) {
            inventory.set(resource, Object.fromEntries(guards.map((property) => [property, false])));
        }
    }
}

/** Writes a file in one step: a reader sees the old text or the new one. */
export function writeAtomically(file: string, text: string): void {
    const draft = `${file}.${randomUUID()}`;
    writeFileSync(draft, text);
    renameSync(draft, file);
}

export function readText(file: string): string | undefined {
    try {
        return readFileSync(file, "utf8");
    } catch {
        return undefined;
    }
}

function fileOf({ place, type, id, uniqueName }: CloudResource): string {
    const [cloud = ""] = type.split(":");
    return `${cloud}-${digest(uniqueName ?? `${place} ${type} ${id}`)}.json`;
}

function digest(text: string): string {
    return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
