import * as pulumi from "@pulumi/pulumi";
import { type Transform, transformed } from "./transform";

/** A component whose children are named `${name}-${suffix}`. */
export abstract class Component extends pulumi.ComponentResource {
    readonly #name: string;

    constructor(type: string, name: string, opts: pulumi.ComponentResourceOptions | undefined) {
        super(type, name, {}, opts);
        this.#name = name;
    }

    /** Creates a child that needs no option but its parent. */
    protected child<Args, Child extends pulumi.Resource>(
        resource: ChildClass<Args, Child>,
        suffix: string,
        args: NoInfer<Args> & object,
    ): Child {
        return this.childWith({}, resource, suffix, args);
    }

    /** Creates a child with options beside its parent, and with a user's changes to its arguments. */
    protected childWith<Args, Child extends pulumi.Resource>(
        { transform, ...options }: ChildOptions<NoInfer<Args>>,
        resource: ChildClass<Args, Child>,
        suffix: string,
        args: NoInfer<Args> & object,
    ): Child {
        return new resource(`${this.#name}-${suffix}`, transformed(args, transform), { ...options, parent: this });
    }
}

type ChildClass<Args, Child> = new (name: string, args: Args, opts: pulumi.CustomResourceOptions) => Child;

interface ChildOptions<Args> extends pulumi.CustomResourceOptions {
    readonly transform?: Transform<Args & object> | undefined;
}
