import * as pulumi from "@pulumi/pulumi";
import { aclLineProblem } from "../broker/access/acl";
import { shortestPassword, userNameProblem } from "../broker/access/passwd";
import { confKeyProblem, confValueProblem, isSecretKey } from "../broker/config/conf";
import { brokerCount } from "../broker/replicas";
import { parseNetwork } from "../common/addresses";
import { compact } from "../common/compact";
import { chartSourceProblem } from "../common/charts";
import { isMirror } from "../common/image-names";
import { type ListenerName, listenerNames } from "../edge/plan";
import type { VerneMqArgs } from "./args";
import { type ArgumentProblem, kindProblems } from "./kinds";

/** One error for all that is wrong with a component's arguments: shown without a stack in a program, and by property in other languages. */
export class InvalidArgumentsError extends pulumi.InputPropertiesError {
    /** By this a program's runtime knows an error whose stack says nothing to its user (`pulumi.RunError`). */
    readonly __pulumiRunError = true;

    constructor(component: string, problems: readonly ArgumentProblem[]) {
        super({
            message: [
                `${component} cannot be created:`,
                ...problems.map(({ propertyPath, reason }) => `  ${propertyPath}: ${reason}`),
            ].join("\n"),
            errors: [...problems],
        });
    }
}

/** What is wrong with the arguments by themselves; the planner of the edge knows the rest. */
export function argumentProblems(args: VerneMqArgs): ArgumentProblem[] {
    const ofKind = kindProblems(args);
    return ofKind.length > 0
        ? ofKind
        : [
              ...userProblems(args),
              ...textProblems(args),
              ...sourceProblems(args),
              ...numberProblems(args),
              ...certificateProblems(args),
          ];
}

function userProblems({ users = [], allowAnonymous = false, acl }: VerneMqArgs): ArgumentProblem[] {
    return compact([
        users.length === 0 &&
            !allowAnonymous && {
                propertyPath: "users",
                reason: "no client could connect; name at least one user (a password is generated where you give none), or set allowAnonymous",
            },
        users.length > 0 &&
            allowAnonymous && {
                propertyPath: "allowAnonymous",
                reason: "anonymous access skips every password check, so the users would have no effect; remove one of the two",
            },
        ...users.flatMap(({ name, password }, index) => {
            const rule = userNameProblem(name);
            return [
                rule !== undefined && { propertyPath: `users[${index}].name`, reason: rule },
                users.findIndex((other) => other.name === name) < index && {
                    propertyPath: `users[${index}].name`,
                    reason: "a user is listed once; remove the second entry",
                },
                typeof password === "string" &&
                    password.length < shortestPassword && {
                        propertyPath: `users[${index}].password`,
                        reason: `at least ${shortestPassword} characters; choose a longer one, or leave it out to have one generated`,
                    },
            ];
        }),
        acl?.length === 0 && {
            propertyPath: "acl",
            reason: "without a rule no client may publish or subscribe; write at least one line, or leave it out to allow every topic",
        },
    ]);
}

function textProblems({ acl = [], settings = {}, secretSettings = {}, ...args }: VerneMqArgs): ArgumentProblem[] {
    const { listeners = [], allowedCidrs = ["0.0.0.0/0"] } = args;
    return [
        ...acl.map((line, index) => ({ propertyPath: `acl[${index}]`, reason: aclLineProblem(line) })),
        ...Object.entries(settings).map(([key, value]) => ({
            propertyPath: `settings["${key}"]`,
            reason:
                confKeyProblem(key)?.rule ??
                (isSecretKey(key)
                    ? "a credential, and the values of a Helm release are kept in plain text; move it to secretSettings"
                    : confValueProblem(value)?.rule),
        })),
        ...Object.keys(secretSettings).map((key) => ({
            propertyPath: `secretSettings["${key}"]`,
            reason: confKeyProblem(key)?.rule,
        })),
        ...listeners.map((name, index) => ({
            propertyPath: `listeners[${index}]`,
            reason: isListener(name) ? undefined : `one of ${listenerNames.join(", ")}`,
        })),
        ...allowedCidrs.map((cidr, index) => ({
            propertyPath: `allowedCidrs[${index}]`,
            reason:
                parseNetwork(cidr) === undefined ? "an IPv4 or IPv6 network, for example 203.0.113.0/24" : undefined,
        })),
        {
            propertyPath: "allowedCidrs",
            reason: allowedCidrs.length === 0 ? "at least one network, or no client can connect" : undefined,
        },
    ].flatMap(({ propertyPath, reason }) => (reason === undefined ? [] : [{ propertyPath, reason }]));
}

/** Where the chart and the images are from. */
function sourceProblems(args: VerneMqArgs): ArgumentProblem[] {
    const { chartSource, imageMirror, imageRegistryUsername: user, imageRegistryPassword: password } = args;
    const wrongSource = chartSource === undefined ? undefined : chartSourceProblem(chartSource, "vernemq");
    return compact([
        wrongSource !== undefined && { propertyPath: "chartSource", reason: wrongSource },
        imageMirror === undefined &&
            user !== undefined && {
                propertyPath: "imageMirror",
                reason: "the registry that imageRegistryUsername is a user of; name it, or give imagePullSecrets instead",
            },
        imageMirror !== undefined &&
            !isMirror(imageMirror) && {
                propertyPath: "imageMirror",
                reason: "a registry, with a path or without, for example registry.example.com/mirror",
            },
        (user === undefined) !== (password === undefined) && {
            propertyPath: user === undefined ? "imageRegistryUsername" : "imageRegistryPassword",
            reason: "user and password of a registry come together; give both or neither",
        },
    ]);
}

export function isListener(name: string): name is ListenerName {
    return listenerNames.some((known) => known === name);
}

/** Bounds, and what is a whole number: the same as those of a stack's settings. */
const bounds = {
    replicas: [brokerCount.least, brokerCount.most, true],
    maxReplicas: [brokerCount.least, brokerCount.most, true],
    cpu: [0.1, 128, false],
    memoryGiB: [0.5, 1024, false],
    maxConnections: [1000, 10_000_000, true],
    maxMessageBytes: [0, 268_435_456, true],
    volumeGiB: [1, 16_384, true],
    keepaliveSeconds: [5, 65_535, true],
    haproxyReplicas: [2, 20, true],
    haproxyMaxConnections: [100, 250_000, true],
} as const;

function numberProblems(args: VerneMqArgs): ArgumentProblem[] {
    return Object.entries(bounds).flatMap(([name, [least, most, whole]]) => {
        const value = args[name as keyof typeof bounds];
        const fits = value === undefined || (value >= least && value <= most && (!whole || Number.isInteger(value)));
        return fits
            ? []
            : [{ propertyPath: name, reason: `a ${whole ? "whole " : ""}number from ${least} to ${most}` }];
    });
}

function certificateProblems(args: VerneMqArgs): ArgumentProblem[] {
    const { certificatePem, privateKeyPem, issuerName, issuerKind, selfSigned = false } = args;
    const sources = compact([
        certificatePem !== undefined && "certificatePem",
        issuerName !== undefined && "issuerName",
        selfSigned && "selfSigned",
    ]);
    const [, second] = sources;
    return compact([
        second !== undefined && {
            propertyPath: second,
            reason: `a certificate comes from one source; keep one of ${sources.join(", ")}`,
        },
        (certificatePem === undefined) !== (privateKeyPem === undefined) && {
            propertyPath: certificatePem === undefined ? "certificatePem" : "privateKeyPem",
            reason: "certificatePem and privateKeyPem belong together; give both",
        },
        issuerKind !== undefined &&
            issuerName === undefined && {
                propertyPath: "issuerKind",
                reason: "it has no effect without issuerName; remove it",
            },
    ]);
}
