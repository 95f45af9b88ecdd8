import * as grpc from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { type IResourceProviderServer, ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as protocol from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { isObject } from "../../components/common/is-object";
import type { SimulatedProvider } from "../provider";
import { type Cloud, NotReadyError, type Subject } from "./cloud";
import { differences, type PropertyDifference } from "./diff";
import type { Properties } from "../provider";
import { placeOf } from "./place";
import { closeLike, fromStruct, toStruct } from "./wire";
import { type SharedWorld, stackOf } from "./world";

/** The engine's limit for a message (pulumi/pulumi: sdk/go/common/util/rpcutil). */
const channelOptions = { "grpc.max_receive_message_length": 400 * 1024 * 1024 };

/** The methods that this server answers; the engine gets UNIMPLEMENTED for the others and does without. */
type Method = Exclude<
    keyof typeof ResourceProviderService,
    "parameterize" | "call" | "construct" | "list" | "getMapping" | "getMappings"
>;

/** Serves a simulated cloud as a Pulumi provider on a port of this machine and gives the port. */
export async function serve(
    provider: SimulatedProvider,
    cloud: Cloud,
    world: SharedWorld,
): Promise<{ readonly port: number; readonly stop: () => Promise<void> }> {
    const server = new grpc.Server(channelOptions);
    const handlers: Pick<IResourceProviderServer, Method> = new Handlers(provider, cloud, world).all();
    server.addService(ResourceProviderService, handlers);
    const bind = promisify(server.bindAsync.bind(server));
    const port = await bind("127.0.0.1:0", grpc.ServerCredentials.createInsecure());
    const stop = () =>
        new Promise<void>((resolve) => {
            // Calls under way are finished: what the cloud has begun it brings to its end.
            server.tryShutdown(() => {
                resolve();
            });
        });
    return { port, stop };
}

type Call<Request, Response> = grpc.ServerUnaryCall<Request, Response>;

/** A request that names a resource. */
interface Named {
    getUrn(): string;
    getType(): string;
    getName(): string;
}

class Handlers {
    /** The plugin's version is the SDK's: the engine warns where it is older than what the program asks for. */
    readonly #version: string;
    /** By the engine's connection: what it asks to cancel. */
    readonly #cancellations = new Map<string, AbortController>();
    /** A provider's configuration by its connection, and the last one by stack. */
    readonly #configurations = new Map<string, Properties>();
    /** The stack that a connection works on, for functions, whose requests do not say it. */
    readonly #stacks = new Map<string, string>();

    constructor(
        private readonly provider: SimulatedProvider,
        private readonly cloud: Cloud,
        private readonly world: SharedWorld,
    ) {
        this.#version = sdkVersion(provider.name);
    }

    all(): Pick<IResourceProviderServer, Method> {
        return {
            handshake: handler(() => {
                const response = new protocol.ProviderHandshakeResponse();
                response.setAcceptSecrets(true);
                return response;
            }),
            attach: handler(() => new Empty()),
            getPluginInfo: handler(() => {
                const info = new PluginInfo();
                info.setVersion(this.#version);
                return info;
            }),
            getSchema: handler(() => {
                const response = new protocol.GetSchemaResponse();
                response.setSchema(JSON.stringify({ name: this.provider.name }));
                return response;
            }),
            checkConfig: handler((call: Call<protocol.CheckRequest, protocol.CheckResponse>) =>
                this.#checkConfig(call),
            ),
            diffConfig: handler((call: Call<protocol.DiffRequest, protocol.DiffResponse>) => this.#diffConfig(call)),
            configure: handler((call: Call<protocol.ConfigureRequest, protocol.ConfigureResponse>) => {
                this.#configurations.set(call.getPeer(), fromStruct(call.request.getArgs()));
                const response = new protocol.ConfigureResponse();
                response.setAcceptsecrets(true);
                response.setSupportspreview(true);
                return response;
            }),
            check: handler((call: Call<protocol.CheckRequest, protocol.CheckResponse>) => this.#check(call)),
            diff: handler((call: Call<protocol.DiffRequest, protocol.DiffResponse>) => this.#diff(call)),
            create: handler((call: Call<protocol.CreateRequest, protocol.CreateResponse>) => this.#create(call)),
            read: handler((call: Call<protocol.ReadRequest, protocol.ReadResponse>) => this.#read(call)),
            update: handler((call: Call<protocol.UpdateRequest, protocol.UpdateResponse>) => this.#update(call)),
            delete: handler(async (call: Call<protocol.DeleteRequest, Empty>) => {
                await this.cloud.delete(this.#subjectOf(call), call.request.getId(), this.#signal(call));
                return new Empty();
            }),
            invoke: handler((call: Call<protocol.InvokeRequest, protocol.InvokeResponse>) => {
                const urn = this.#stacks.get(call.getPeer()) ?? "";
                const result = this.cloud.invoke(call.request.getTok(), fromStruct(call.request.getArgs()), urn);
                const response = new protocol.InvokeResponse();
                response.setReturn(toStruct(result));
                return response;
            }),
            cancel: handler((call: Call<Empty, Empty>) => {
                this.#cancellations.get(call.getPeer())?.abort();
                return new Empty();
            }),
        };
    }

    #checkConfig(call: Call<protocol.CheckRequest, protocol.CheckResponse>): protocol.CheckResponse {
        const urn = call.request.getUrn();
        this.#stacks.set(call.getPeer(), urn);
        this.world.startRun(urn, this.provider.name);
        const response = new protocol.CheckResponse();
        response.setInputs(call.request.getNews());
        return response;
    }

    #diffConfig({ request }: Call<protocol.DiffRequest, protocol.DiffResponse>): protocol.DiffResponse {
        const after = fromStruct(request.getNews());
        const replaceOn = this.provider.configurationReplaceOn?.(after) ?? [];
        return diffResponse(differences(formerInputs(request), after, replaceOn), false);
    }

    #check(call: Call<protocol.CheckRequest, protocol.CheckResponse>): protocol.CheckResponse {
        const { request } = call;
        this.#stacks.set(call.getPeer(), request.getUrn());
        const subject = this.#subjectOf(call);
        const response = new protocol.CheckResponse();
        response.setInputs(request.getNews());
        const [news, olds] = [fromStruct(request.getNews()), request.getOlds()];
        const refused = [
            ...this.cloud.check(subject, news),
            ...(olds === undefined ? [] : this.cloud.checkChange(subject, fromStruct(olds), news)),
        ];
        for (const { property, rule, source } of refused) {
            const failure = new protocol.CheckFailure();
            failure.setProperty(property);
            failure.setReason(`${rule} (${source})`);
            response.addFailures(failure);
        }
        return response;
    }

    #diff(call: Call<protocol.DiffRequest, protocol.DiffResponse>): protocol.DiffResponse {
        const { request } = call;
        const { properties, deletesFirst } = this.cloud.diff(
            this.#subjectOf(call),
            formerInputs(request),
            fromStruct(request.getNews()),
        );
        return diffResponse(properties, deletesFirst);
    }

    async #create(call: Call<protocol.CreateRequest, protocol.CreateResponse>): Promise<protocol.CreateResponse> {
        const { request } = call;
        const subject = this.#subjectOf(call);
        const inputs = fromStruct(request.getProperties());
        const response = new protocol.CreateResponse();
        if (request.getPreview()) {
            response.setProperties(toStruct(this.cloud.preview(subject, inputs)));
            return response;
        }
        const state = await this.cloud.create(subject, inputs, this.#signal(call));
        response.setId(state.id);
        response.setProperties(toStruct(state.outputs));
        return response;
    }

    async #read(call: Call<protocol.ReadRequest, protocol.ReadResponse>): Promise<protocol.ReadResponse> {
        const { request } = call;
        const known = {
            id: request.getId(),
            inputs: fromStruct(request.getInputs()),
            outputs: fromStruct(request.getProperties()),
        };
        const state = await this.cloud.read(this.#subjectOf(call), known, this.#signal(call));
        const response = new protocol.ReadResponse();
        if (state !== undefined) {
            response.setId(state.id);
            response.setProperties(toStruct(closeLike(state.outputs, known.outputs)));
            response.setInputs(toStruct(closeLike(state.inputs, known.inputs)));
        }
        return response;
    }

    async #update(call: Call<protocol.UpdateRequest, protocol.UpdateResponse>): Promise<protocol.UpdateResponse> {
        const { request } = call;
        const subject = this.#subjectOf(call);
        const inputs = fromStruct(request.getNews());
        const response = new protocol.UpdateResponse();
        const outputs = request.getPreview()
            ? this.cloud.preview(subject, inputs, {
                  id: request.getId(),
                  inputs: {},
                  outputs: fromStruct(request.getOlds()),
              })
            : (await this.cloud.update(subject, request.getId(), inputs, this.#signal(call))).outputs;
        response.setProperties(toStruct(outputs));
        return response;
    }

    #subjectOf(call: Call<Named, unknown>): Subject {
        const identity = identityOf(call.request);
        const peer = call.getPeer();
        const stack = stackOf(identity.urn);
        const configuration = this.#configurations.get(peer) ?? this.#configurations.get(stack) ?? {};
        // A connection that breaks comes back under another name.
        this.#configurations.set(stack, configuration);
        return { ...identity, place: placeOf(identity.type, configuration, identity.urn) };
    }

    #signal(call: Call<unknown, unknown>): AbortSignal {
        const peer = call.getPeer();
        const controller = this.#cancellations.get(peer) ?? new AbortController();
        this.#cancellations.set(peer, controller);
        return controller.signal;
    }
}

/** Whether the program can use the package at all: users install the SDKs of their own cloud alone. */
export function hasSdk(packageName: string): boolean {
    try {
        require.resolve(`@pulumi/${packageName}/package.json`);
        return true;
    } catch {
        return false;
    }
}

function sdkVersion(packageName: string): string {
    const description: unknown = JSON.parse(
        readFileSync(require.resolve(`@pulumi/${packageName}/package.json`), "utf8"),
    );
    return isObject(description) ? String(description["version"]) : "";
}

/** A gRPC handler of a function that returns or throws. */
function handler<Request, Response>(
    run: (call: Call<Request, Response>) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
    return (call, callback) => {
        Promise.resolve()
            .then(() => run(call))
            .then(
                (response) => {
                    callback(null, response);
                },
                (error: unknown) => {
                    const details = error instanceof Error ? error.message : String(error);
                    const metadata = error instanceof NotReadyError ? notReadyDetails(error) : undefined;
                    callback({ code: grpc.status.UNKNOWN, details, metadata });
                },
            );
    };
}

/**
 * How a provider says that a resource is there and not ready: the error's details hold its state (pulumi/pulumi: proto/pulumi/provider.proto,
 * ErrorResourceInitFailed; sdk/nodejs/provider/server.ts).
 */
function notReadyDetails({ message, state }: NotReadyError): grpc.Metadata {
    const detail = new protocol.ErrorResourceInitFailed();
    detail.setId(state.id);
    detail.setProperties(toStruct(state.outputs));
    detail.setInputs(toStruct(state.inputs));
    detail.setReasonsList([message]);
    const packed = new Any();
    packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const status = new Status();
    status.setCode(grpc.status.UNKNOWN);
    status.setMessage(message);
    status.addDetails(packed);
    const metadata = new grpc.Metadata();
    metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
    return metadata;
}

function identityOf(request: Named): Omit<Subject, "place"> {
    // Older engines send the URN alone: `urn:pulumi:stack::project::Parent$type::name`.
    const [, , types = "", ...name] = request.getUrn().split("::");
    return {
        urn: request.getUrn(),
        type: request.getType() || (types.split("$").at(-1) ?? ""),
        name: request.getName() || name.join("::"),
    };
}

function formerInputs(request: protocol.DiffRequest) {
    return fromStruct(request.getOldInputs() ?? request.getOlds());
}

const kinds = protocol.PropertyDiff.Kind;
const kindOf = {
    add: { inPlace: kinds.ADD, replace: kinds.ADD_REPLACE },
    delete: { inPlace: kinds.DELETE, replace: kinds.DELETE_REPLACE },
    update: { inPlace: kinds.UPDATE, replace: kinds.UPDATE_REPLACE },
} as const;

function diffResponse(properties: readonly PropertyDifference[], deletesFirst: boolean): protocol.DiffResponse {
    const response = new protocol.DiffResponse();
    const { DIFF_NONE, DIFF_SOME } = protocol.DiffResponse.DiffChanges;
    response.setChanges(properties.length === 0 ? DIFF_NONE : DIFF_SOME);
    response.setDiffsList([...new Set(properties.map(({ path }) => path.split(/[.[]/)[0] ?? path))]);
    response.setReplacesList(properties.filter(({ replaces }) => replaces).map(({ path }) => path));
    response.setDeletebeforereplace(deletesFirst);
    response.setHasdetaileddiff(true);
    for (const { path, kind, replaces } of properties) {
        const property = new protocol.PropertyDiff();
        property.setKind(kindOf[kind][replaces ? "replace" : "inPlace"]);
        property.setInputdiff(true);
        response.getDetaileddiffMap().set(path, property);
    }
    return response;
}
