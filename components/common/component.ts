import * as pulumi from "@pulumi/pulumi";

/** A component whose children are named `${name}-${suffix}`. */
export abstract class Component extends pulumi.ComponentResource {
    readonly #name: string;

    constructor(type: string, name: string, opts: pulumi.ComponentResourceOptions | undefined) {
        super(type, name, {}, opts);
        this.#name = name;
    }

    /** Creates a child that needs no option but its parent. */
    protected child<Args, Child extends pulumi.Resource>(
        resource: new (name: string, args: Args, opts: pulumi.CustomResourceOptions) => Child,
        suffix: string,
        args: NoInfer<Args>,
    ): Child {
        return new resource(`${this.#name}-${suffix}`, args, { parent: this });
    }
}
