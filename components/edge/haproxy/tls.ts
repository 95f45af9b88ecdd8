import type { TlsVersion } from "../plan";
import {
    certificatePath,
    configFolder,
    files,
    onlyCertificate,
    runFolder,
    type ServedCertificateFiles,
} from "./folder";
import type { HaproxyConfigInput } from "./input";
import { luaFunctions } from "./lua";
import { sessionTickets, sessionTicketsBind } from "./session-tickets";

/**
 * Mozilla's "intermediate" list without its two DHE suites, which no MQTT client needs and whose handshake is the dearest
 * (https://wiki.mozilla.org/Security/Server_Side_TLS, guidelines 5.7): forward secrecy and authenticated encryption only.
 */
export const cipherList = {
    name: "Mozilla intermediate 5.7 without DHE",
    tls12: [
        "ECDHE-ECDSA-AES128-GCM-SHA256",
        "ECDHE-RSA-AES128-GCM-SHA256",
        "ECDHE-ECDSA-AES256-GCM-SHA384",
        "ECDHE-RSA-AES256-GCM-SHA384",
        "ECDHE-ECDSA-CHACHA20-POLY1305",
        "ECDHE-RSA-CHACHA20-POLY1305",
    ],
    tls13: ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"],
} as const;

/** The global section's lines where HAProxy terminates TLS. */
export function tlsPolicy(minimumVersion: TlsVersion, input: HaproxyConfigInput): string[] {
    const { sessionSeconds } = input;
    return [
        `    # Ciphers: ${cipherList.name}. The client's order counts: a device without AES instructions takes ChaCha20.`,
        ...(minimumVersion === "1.2" ? [`    ssl-default-bind-ciphers ${cipherList.tls12.join(":")}`] : []),
        `    ssl-default-bind-ciphersuites ${cipherList.tls13.join(":")}`,
        ...(sessionSeconds === undefined ? sessionsAtOneProcess(input) : sessionCacheOf(minimumVersion)),
        `    ssl-default-bind-options ssl-min-ver TLSv${minimumVersion}${sessionSeconds === undefined ? " no-tls-tickets" : ""} prefer-client-ciphers`,
        "    # The key of tls.crt is in tls.key, as Kubernetes names them.",
        "    ssl-load-extra-del-ext",
        "    # Takes over renewed files without a reload, so that no process with old connections is left behind.",
        `    stats socket ${runFolder}/${files.runtimeApi} mode 600 level admin`,
        `    setenv RUNTIME_API unix@${runFolder}/${files.runtimeApi}`,
        ...watchedFiles(input),
        "    .if version_atleast(3.1)",
        "    tune.lua.bool-sample-conversion normal",
        "    .endif",
        `    lua-load ${configFolder}/${files.certificateRenewal}`,
        ...(sessionSeconds === undefined ? [] : sessionTickets(sessionSeconds)),
    ];
}

/** Without tickets. A resumed session is not checked again, so it would let in a client whose certificate was revoked since. */
function sessionsAtOneProcess({ plan }: HaproxyConfigInput): string[] {
    return plan.clientCertificates
        ? [
              "    # No session is resumed, or a client would come in whose certificate was revoked meanwhile.",
              "    tune.ssl.cachesize 0",
          ]
        : ["    # No tickets. Sessions resume from this process's cache, for five minutes."];
}

/**
 * Beside tickets the cache serves TLS 1.2 clients that know none. Where there are none of those it only costs: HAProxy writes two sessions of
 * each TLS 1.3 connection into it, which nothing reads (3 % of the connection's processor time, seen with 2.6.12).
 */
function sessionCacheOf(minimumVersion: TlsVersion): string[] {
    return minimumVersion === "1.3"
        ? ["    # A session of TLS 1.3 is in its ticket, so nothing would read a cache.", "    tune.ssl.cachesize 0"]
        : [];
}

/** The files that the Lua watches, by what they are to the runtime API. */
function watchedFiles({ certificates = onlyCertificate, clientCertificates, plan }: HaproxyConfigInput): string[] {
    const revocation = plan.clientCertificates && clientCertificates?.revocation === true;
    return [
        ...certificates.map(
            ({ folder }, index) => `    setenv CERTIFICATE_${index + 1} ${certificatePath(folder, files.certificate)}`,
        ),
        ...(plan.clientCertificates ? [`    setenv CLIENT_CA_1 ${configFolder}/${files.clientCa}`] : []),
        ...(revocation ? [`    setenv CLIENT_CRL_1 ${configFolder}/${files.clientCrl}`] : []),
    ];
}

/**
 * The pace of TLS handshakes. A herd that reconnects at one moment would otherwise all be accepted at once, share the processor, and be cut
 * in the middle of their handshakes when the time for them is over, only to come back and begin again. Where HAProxy terminates no TLS
 * there is no pace: a connection costs it so little that none waits.
 *
 * HAProxy may forget to wake a paced listener: `manage_global_listener_queue` of src/listener.c (2.6.12 to 3.5-dev5) wakes the listeners and
 * then clears its timer, which another thread may have set in between. The end of any connection wakes them too, so that the pod's
 * readiness probe ends such a wait within its interval.
 */
export function handshakePace(perSecond: number): string[] {
    return [
        "    # Clients beyond this pace wait in the kernel's queue, where they cost nothing.",
        `    maxsslrate ${perSecond}`,
    ];
}

/** What a `bind` line says where HAProxy terminates TLS. */
export interface TlsBind {
    readonly certificates: readonly ServedCertificateFiles[];
    /** Clients must show a certificate, one that is not on a revocation list. */
    readonly clients?: { readonly revocation: boolean };
    /** Sessions resume by tickets at every pod. */
    readonly tickets: boolean;
    readonly alpn?: string;
}

/**
 * The `bind` lines of a listener, the same one in two dialects where there are several default certificates: HAProxy 3.0 and newer pick
 * among them by the client's key types, older ones serve the first to clients that name no host. (2.6 serves RSA also to clients that offer
 * TLS 1.3 alone and know both; seen with 2.6.12 and 3.3.0.)
 */
export function tlsBind(bind: string, options: TlsBind): string[] {
    const line = (otherDefaults: "crt" | "default-crt") =>
        [
            `    ${bind} ssl`,
            ...options.certificates.map(
                ({ folder, isDefault }, index) =>
                    `${isDefault && index > 0 ? otherDefaults : "crt"} ${certificatePath(folder, files.certificate)}`,
            ),
            ...(options.tickets ? [sessionTicketsBind] : []),
            ...(options.alpn === undefined ? [] : [`alpn ${options.alpn}`]),
            ...(options.clients === undefined ? [] : [`verify required ca-file ${configFolder}/${files.clientCa}`]),
            ...(options.clients?.revocation === true ? [`crl-file ${configFolder}/${files.clientCrl}`] : []),
        ].join(" ");
    const hasChoice = options.certificates.filter(({ isDefault }) => isDefault).length > 1;
    return hasChoice
        ? ["    .if version_atleast(3.0)", line("default-crt"), "    .else", line("crt"), "    .endif"]
        : [line("crt")];
}

/** Seconds between two looks at the mounted files. Kubernetes itself takes about a minute to renew a mount. */
export const renewalIntervalSeconds = 10;

/**
 * Longest payload of a command of HAProxy's runtime API, in bytes: command and payload share one buffer of 16,384 bytes (`tune.bufsize`;
 * management guide of HAProxy 2.6 to 3.3). A client CA or revocation list that is longer needs new pods.
 */
export const longestRenewalBytes = 15_000;

/**
 * Lua for HAProxy: watches the mounted certificates, the client CA and its revocation list, and gives what changes to the running process,
 * which uses it for new connections and leaves the others alone. A reload would do so as well, but MQTT connections live for days: each
 * renewal would leave a second process behind, or cut what is still connected when its time is up.
 *
 * It goes through the runtime API and not through CertCache.set, which takes a certificate and a key that do not match and then shakes
 * no hands with any client. The API refuses such a pair and the old one stays in use, but the refusal may cost one live connection: OpenSSL's error
 * is still there when the same thread reads its next connection (all this seen with 2.6.12 and 3.3.0). So files are never read while
 * Kubernetes swaps them, and what was refused is not tried again.
 */
export const certificateRenewal = `${luaFunctions}
-- What is watched: the runtime API's word for it and its files, of which the first one is its name there.
local watched = {}
for _, kind in ipairs({ { "CERTIFICATE", "cert" }, { "CLIENT_CA", "ca-file" }, { "CLIENT_CRL", "crl-file" } }) do
    local index = 1
    local path = os.getenv(kind[1] .. "_1")
    while path ~= nil do
        local key = kind[2] == "cert" and path:gsub("%.crt$", ".key") or nil
        table.insert(watched, { kind = kind[2], files = { path, key } })
        index = index + 1
        path = os.getenv(kind[1] .. "_" .. index)
    end
end

-- The contents of all files, or nil where they were swapped meanwhile. No empty lines: one ends a payload of the runtime API.
local function read_pem(files)
    local first = read(files[1])
    local texts = {}
    for _, path in ipairs(files) do
        local text = read(path)
        if text == nil then
            return nil
        end
        table.insert(texts, text .. "\\n")
    end
    if first ~= read(files[1]) then
        return nil
    end
    return (table.concat(texts):gsub("\\r", ""):gsub("^\\n+", ""):gsub("\\n\\n+", "\\n"))
end

-- The answers that did not come count as empty, so that the next look tries again.
local function take_over(kind, name, pem)
    local answer = command("set ssl " .. kind .. " " .. name .. " <<\\n" .. pem) or ""
    if not answer:lower():find("transaction %a+ed for") then
        return false, answer
    end
    answer = command("commit ssl " .. kind .. " " .. name) or ""
    if answer:find("Success", 1, true) then
        return true
    end
    command("abort ssl " .. kind .. " " .. name)
    return false, answer
end

local function look_at(object)
    local pem = read_pem(object.files)
    if pem == nil or pem == object.served or pem == object.refused then
        return
    end
    local name = object.files[1]
    if #pem > ${longestRenewalBytes} then
        core.log(core.err, "was not taken over: " .. name .. ": longer than ${longestRenewalBytes} bytes, so it takes new pods")
        object.refused = pem
        return
    end
    local done, answer = take_over(object.kind, name, pem)
    if done then
        if object.served ~= nil then
            core.log(core.notice, "renewed and in use: " .. name)
        end
        object.served, object.refused = pem, nil
    elseif answer ~= "" then
        core.log(core.err, "was not taken over: " .. name .. ": " .. answer:gsub("%s+", " "))
        object.refused = pem
    end
end

core.register_task(function()
    while true do
        for _, object in ipairs(watched) do
            look_at(object)
        end
        core.sleep(${renewalIntervalSeconds})
    end
end)
`;
