import { readFileSync } from "node:fs";
import { Secret } from "../components/common/secret";
import { answer, type Output } from "../plan/common/command-line";
import { failureOf, UserError } from "../plan/common/errors";
import { type ExitCode, exitCodes } from "../plan/common/exit-code";
import { directAccess } from "./access/direct";
import { verify } from "./index";
import { type Options, parseOptions } from "./options";
import { checkKeyPair, checkPem } from "./pem";
import { renderReport } from "./render";
import { type CheckName, checkNames, checksOfUser } from "./report";
import { type StackSources, targetOfStack } from "./stack";
import { nameEndpoints, type VerifyTarget } from "./target";

export interface Streams extends Output {
    readonly columns: number;
    readonly colors: boolean;
    /** Whether a user watches, to be told which check runs. */
    readonly watched: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

const passwordVariable = "VERNEMQ_PASSWORD";
const noAccess = "it needs a connection to each broker: name them with --broker";

/**
 * Runs the verb `verify` with the words behind it.
 *
 * @param folder where the stacks' files are, unless `--cwd` says otherwise
 * @param sources what reads the outputs of the stack that `--stack` names
 * @returns the exit code: 0 nothing failed, 1 something did, is undecided or all was skipped, 2 the command line, the configuration or a file
 */
export async function runVerify(
    words: readonly string[],
    streams: Streams,
    environment: Environment,
    folder: string,
    sources: StackSources,
    signal?: AbortSignal,
): Promise<ExitCode> {
    const parsed = parseOptions(words);
    if (parsed.kind !== "run") {
        return answer(parsed, "verify", streams);
    }
    const { options, warnings } = parsed;
    for (const warning of warnings) {
        streams.err(`warning: ${warning}\n`);
    }
    try {
        const target = await targetOf(options, environment, options.cwd ?? folder, sources);
        return await report(target, options, streams, signal);
    } catch (error) {
        if (signal?.aborted === true) {
            streams.err("It was interrupted; it left nothing at the brokers.\n");
            return exitCodes.failed;
        }
        const { message, exitCode } = failureOf(error);
        streams.err(`${message}\n`);
        return exitCode;
    }
}

async function report(
    target: VerifyTarget,
    options: Options,
    { out, err, columns, colors, watched }: Streams,
    signal: AbortSignal | undefined,
): Promise<ExitCode> {
    const { reconnects, warnDays, failDays, timeout, connectionsPerSecond } = options;
    const trustAnyway = options.trustAnyway === true;
    const settings = { reconnects, timeoutMs: timeout, connectionsPerSecond, trustAnyway, warnDays, failDays };
    const result = await verify(target, {
        settings,
        checks: checksOf(options),
        onCheck:
            watched && options.quiet !== true
                ? (check: string) => {
                      err(`${check} ...\n`);
                  }
                : undefined,
        signal,
    });
    out(
        options.json === true
            ? `${JSON.stringify(result)}\n`
            : `${renderReport(result, { columns, colors, quiet: options.quiet === true })}\n`,
    );
    return result.ok ? exitCodes.done : exitCodes.failed;
}

function checksOf({ only, skip }: Options): readonly CheckName[] {
    return only.length > 0 ? only : checkNames.filter((name) => !skip.includes(name));
}

async function targetOf(
    options: Options,
    environment: Environment,
    folder: string,
    sources: StackSources,
): Promise<VerifyTarget> {
    const { stack, endpoint, address, user, topicPrefix, kubeconfig, context } = options;
    const password = passwordOf(options, environment);
    const ca = options.ca === undefined ? undefined : readText(options.ca);
    if (options.ca !== undefined) {
        checkPem("--ca", options.ca, ca ?? "");
    }
    const clientCertificate = clientCertificateOf(options);
    const access = options.broker.length === 0 ? { missing: noAccess } : directAccess(options.broker);
    if (stack === undefined) {
        return {
            name: endpoint.join(" "),
            endpoints: nameEndpoints(endpoint),
            address,
            allowAnonymous: options.allowAnonymous === true,
            affinity: options.affinity ?? "source-ip",
            minimumTlsVersion: options.minimumTlsVersion ?? "1.2",
            topicPrefix,
            access,
            ca,
            clientCertificate,
            credentials: user === undefined ? undefined : { username: user, password: required(password) },
        };
    }
    const isDirect = options.broker.length > 0;
    const withoutAccess =
        isDirect || !options.clusterAccess
            ? "the brokers were not reached past the edge (--no-cluster-access)"
            : undefined;
    const needsUser = checksOf(options).some((name) => checksOfUser.includes(name));
    const flags = {
        ...{ stack, endpoint, address, user, password, needsUser, ca, clientCertificate, topicPrefix },
        ...{ kubeconfig, context, withoutAccess },
    };
    const target = await targetOfStack(flags, folder, sources);
    return isDirect ? { ...target, access } : target;
}

function clientCertificateOf({ cert, key }: Options): VerifyTarget["clientCertificate"] {
    if (cert === undefined || key === undefined) {
        return undefined;
    }
    const [certificate, privateKey] = [readText(cert), readText(key)];
    checkKeyPair({ cert, key }, certificate, privateKey);
    return { certificate, key: new Secret(privateKey) };
}

/** Never from the command line itself: others on the machine can read that. */
function passwordOf({ passwordFile }: Options, environment: Environment): Secret | undefined {
    if (passwordFile !== undefined) {
        return new Secret(readText(passwordFile).split(/\r?\n/)[0] ?? "");
    }
    const text = environment[passwordVariable];
    return text === undefined || text === "" ? undefined : new Secret(text);
}

function required(password: Secret | undefined): Secret {
    if (password === undefined) {
        throw new UserError(`--user needs a password: --password-file FILE, or the environment's ${passwordVariable}`);
    }
    return password;
}

function readText(file: string): string {
    try {
        return readFileSync(file, "utf8");
    } catch {
        throw new UserError(`${file} cannot be read`);
    }
}
