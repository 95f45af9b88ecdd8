import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import * as resource from "@pulumi/pulumi/proto/resource_pb";
import { loadSimulatedProvider } from "../simulation";
import { outputsOf, toStruct } from "../simulation/engine/wire";
import {
    modelOf,
    type Properties,
    type ResourceModel,
    type SimulatedResource,
    type World,
} from "../simulation/provider";
import { defaultProviderInputs, type EngineConfig } from "./engine-config";
import { packageOf, type PlannedResource, providerTypePrefix, type Rejection } from "./graph";
import { valueOf } from "../components/common/property-path";
import { defaultProviderName, type Identity, optionsOf, propertyDependenciesOf, urnOf } from "./registration";
import { secretDigests } from "./secret-digests";
import { holdsSecret, secretTexts } from "../components/common/protocol-values";
import { hideSecrets, openSecrets, unknownPath } from "./values";

type Callback<T> = (error: Error | null, response: T | undefined) => void;

/**
 * A resource monitor inside the process: it receives the requests that the engine would receive, lets the simulated clouds answer
 * them, and records the graph. The method names are those of the engine's own protocol (resource.proto).
 */
export class PlanMonitor {
    readonly #resources = new Map<string, PlannedResource>();
    readonly #simulated: SimulatedResource[] = [];
    readonly #bySymbol = new Map<string, SimulatedResource>();
    readonly #rejections: Rejection[] = [];
    /** The texts of all secrets that passed through, to make sure that none is shown. */
    readonly secretTexts = new Set<string>();
    /** Requests that could not be answered. The SDK reports them too, but not always before the program ends. */
    readonly failures: Error[] = [];

    constructor(
        private readonly identity: Identity,
        private readonly config: EngineConfig,
    ) {}

    /** The recorded resources, sorted by URN, because the order of registration differs from run to run. */
    get resources(): readonly PlannedResource[] {
        return [...this.#resources.values()].sort((a, b) => (a.urn < b.urn ? -1 : 1));
    }

    /** What the simulated clouds refused, sorted. */
    get rejections(): readonly Rejection[] {
        return [...this.#rejections].sort((a, b) => (`${a.urn} ${a.property}` < `${b.urn} ${b.property}` ? -1 : 1));
    }

    getDeploymentInfo(_request: Empty, callback: Callback<resource.DeploymentInfo>): void {
        const feature = resource.ResourceMonitorFeature;
        const response = new resource.DeploymentInfo();
        response.setSupportedfeaturesList([
            feature.RESOURCE_MONITOR_FEATURE_SECRETS,
            feature.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
            feature.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
            feature.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
            feature.RESOURCE_MONITOR_FEATURE_PARAMETERIZATION,
        ]);
        callback(null, response);
    }

    registerResource(
        request: resource.RegisterResourceRequest,
        callback: Callback<resource.RegisterResourceResponse>,
    ): void {
        this.#answer(callback, async () => {
            const type = request.getType();
            const name = request.getName();
            const raw = request.getObject()?.toJavaScript() ?? {};
            this.#inspect(raw, `input of ${type} ${name}`);
            const urn = urnOf(this.identity, request.getParent(), type, name);
            if (this.#resources.has(urn)) {
                throw new Error(`two resources have the URN ${urn}`);
            }
            this.#resources.set(urn, {
                urn,
                type,
                name,
                parent: request.getParent() === "" ? null : request.getParent(),
                provider: request.getCustom() ? this.#providerOf(request, type) : null,
                dependencies: [...request.getDependenciesList()].sort(),
                inputs: hideSecrets(raw) as Properties,
                ...(holdsSecret(raw) ? { secretDigests: secretDigests(urn, raw) } : {}),
                protect: request.getProtect() ?? false,
                custom: request.getCustom(),
                outputs: null,
                propertyDependencies: propertyDependenciesOf(request),
                options: optionsOf(request, this.identity),
            });
            const response = new resource.RegisterResourceResponse();
            response.setUrn(urn);
            if (request.getCustom()) {
                const state = await this.#create(urn, request, raw);
                response.setId(state.id);
                response.setObject(toStruct(state.outputs));
            }
            return response;
        });
    }

    registerResourceOutputs(request: resource.RegisterResourceOutputsRequest, callback: Callback<Empty>): void {
        this.#answer(callback, () => {
            const recorded = this.#resources.get(request.getUrn());
            const outputs = request.getOutputs()?.toJavaScript() ?? {};
            if (recorded !== undefined) {
                this.#inspect(outputs, `output of ${recorded.type} ${recorded.name}`);
                this.#resources.set(recorded.urn, { ...recorded, outputs: hideSecrets(outputs) as Properties });
            }
            return new Empty();
        });
    }

    readResource(request: resource.ReadResourceRequest, callback: Callback<resource.ReadResourceResponse>): void {
        this.#answer(callback, async () => {
            const type = request.getType();
            const model = modelOf(await loadSimulatedProvider(packageOf(type)), type);
            if (model?.read === undefined) {
                throw new Error(`the offline plan cannot read ${request.getId()}: it has no cloud to ask`);
            }
            // It is there without this program, so the plan does not list it.
            const response = new resource.ReadResourceResponse();
            response.setUrn(urnOf(this.identity, request.getParent(), type, request.getName()));
            response.setProperties(toStruct(model.read(this.#simulate(type, request.getName(), {}), request.getId())));
            return response;
        });
    }

    invoke(request: resource.ResourceInvokeRequest, callback: Callback<resource.ResourceInvokeResponse>): void {
        this.#answer(callback, async () => {
            const token = request.getTok();
            const simulated = await loadSimulatedProvider(packageOf(token));
            const run = simulated?.functions?.[token];
            if (run === undefined) {
                throw new Error(`no simulated cloud answers ${token}`);
            }
            const args = openSecrets(request.getArgs()?.toJavaScript() ?? {}) as Properties;
            const response = new resource.ResourceInvokeResponse();
            response.setReturn(toStruct(run(args, this.#world())));
            return response;
        });
    }

    registerPackage(
        _request: resource.RegisterPackageRequest,
        callback: Callback<resource.RegisterPackageResponse>,
    ): void {
        const response = new resource.RegisterPackageResponse();
        response.setRef("");
        callback(null, response);
    }

    signalAndWaitForShutdown(_request: Empty, callback: Callback<Empty>): void {
        callback(null, new Empty());
    }

    close(): void {
        // Nothing is held open: the monitor lives in the process that asks it.
    }

    /** Remembers the secrets of what passes through and refuses a value that the simulated clouds fail to give. */
    #inspect(values: unknown, what: string): void {
        for (const text of secretTexts(values)) {
            this.secretTexts.add(text);
        }
        const unknown = unknownPath(values);
        if (unknown !== undefined) {
            throw new Error(`${what}: no simulated cloud gives a value for ${unknown}; add the output to simulation/`);
        }
    }

    /** The URN of a resource's provider. Where the program names none, the engine creates a default one per package and version. */
    #providerOf(request: resource.RegisterResourceRequest, type: string): string | null {
        const named = request.getProvider();
        if (named !== "") {
            return named.slice(0, named.lastIndexOf("::"));
        }
        const packageName = packageOf(type);
        // Providers have none themselves (pulumi/pulumi: pkg/resource/deploy/source_eval.go, RegisterResource).
        if (packageName === "pulumi" || type.startsWith(providerTypePrefix)) {
            return null;
        }
        const providerType = `${providerTypePrefix}${packageName}`;
        const name = defaultProviderName(request.getVersion());
        const urn = urnOf(this.identity, "", providerType, name);
        if (!this.#resources.has(urn)) {
            this.#resources.set(urn, {
                urn,
                type: providerType,
                name,
                parent: null,
                provider: null,
                dependencies: [],
                inputs: defaultProviderInputs(this.config, packageName, request.getVersion()),
                protect: false,
                custom: true,
                outputs: null,
                propertyDependencies: {},
                options: {},
            });
        }
        return urn;
    }

    async #create(
        urn: string,
        request: resource.RegisterResourceRequest,
        raw: Properties,
    ): Promise<{ id: string; outputs: Properties }> {
        const type = request.getType();
        const name = request.getName();
        if (type.startsWith(providerTypePrefix)) {
            return { id: `\${${name}.id}`, outputs: raw };
        }
        const model = modelOf(await loadSimulatedProvider(packageOf(type)), type);
        if (model === undefined) {
            throw new Error(`no simulated cloud knows ${type} (resource ${name}); add it to simulation/`);
        }
        const simulated = this.#simulate(type, name, raw);
        const id = model.id?.(simulated) ?? simulated.symbol("id");
        this.#simulated.push(simulated);
        this.#check(urn, simulated, model);
        const computed = model.outputs?.(simulated, this.#world()) ?? {};
        const secrets = [...(model.secretOutputs ?? []), ...request.getAdditionalsecretoutputsList()];
        return { id, outputs: outputsOf(raw, computed, secrets) };
    }

    #simulate(type: string, name: string, raw: Properties): SimulatedResource {
        const simulated: SimulatedResource = {
            type,
            name,
            inputs: openSecrets(raw) as Properties,
            symbol: (property) => {
                const text = `\${${name}.${property}}`;
                this.#bySymbol.set(text, simulated);
                return text;
            },
        };
        return simulated;
    }

    #check(urn: string, simulated: SimulatedResource, model: ResourceModel): void {
        for (const rule of model.rules ?? []) {
            const property = rule.brokenBy(simulated, this.#world());
            if (property !== undefined) {
                const shown = this.#resources.get(urn)?.inputs ?? {};
                this.#rejections.push({
                    urn,
                    type: simulated.type,
                    name: simulated.name,
                    property,
                    value: valueOf(shown, property),
                    rule: rule.text,
                    source: rule.source,
                });
            }
        }
    }

    /** Runs a handler and hands its result or its error to the callback, as a gRPC service would. */
    #answer<T>(callback: Callback<T>, handler: () => T | Promise<T>): void {
        Promise.resolve()
            .then(handler)
            .then(
                (response) => {
                    callback(null, response);
                },
                (reason: unknown) => {
                    const error = reason instanceof Error ? reason : new Error(String(reason));
                    this.failures.push(error);
                    // The SDK takes the text of a failed call from here, as gRPC's errors have it.
                    callback(Object.assign(error, { details: error.message }), undefined);
                },
            );
    }

    #world(): World {
        return {
            resources: this.#simulated,
            resolve: (reference) => (typeof reference === "string" ? this.#bySymbol.get(reference) : undefined),
        };
    }
}
