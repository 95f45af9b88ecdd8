import type { TlsVersion } from "../plan";
import { certificateFolder, configFolder, files, runFolder } from "./folder";
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
export function tlsPolicy(minimumVersion: TlsVersion, sessionSeconds?: number): string[] {
    return [
        `    # Ciphers: ${cipherList.name}. The client's order counts: a device without AES instructions takes ChaCha20.`,
        ...(minimumVersion === "1.2" ? [`    ssl-default-bind-ciphers ${cipherList.tls12.join(":")}`] : []),
        `    ssl-default-bind-ciphersuites ${cipherList.tls13.join(":")}`,
        ...(sessionSeconds === undefined
            ? ["    # No tickets. Sessions resume from this process's cache, for five minutes."]
            : []),
        `    ssl-default-bind-options ssl-min-ver TLSv${minimumVersion}${sessionSeconds === undefined ? " no-tls-tickets" : ""} prefer-client-ciphers`,
        "    # The key of tls.crt is in tls.key, as Kubernetes names them.",
        "    ssl-load-extra-del-ext",
        "    # Takes over a renewed certificate without a reload, so that no process with old connections is left behind.",
        `    stats socket ${runFolder}/${files.runtimeApi} mode 600 level admin`,
        `    setenv RUNTIME_API unix@${runFolder}/${files.runtimeApi}`,
        `    setenv CERTIFICATE_FILE ${certificateFolder}/${files.certificate}`,
        `    setenv CERTIFICATE_KEY_FILE ${certificateFolder}/${files.privateKey}`,
        "    .if version_atleast(3.1)",
        "    tune.lua.bool-sample-conversion normal",
        "    .endif",
        `    lua-load ${configFolder}/${files.certificateRenewal}`,
        ...(sessionSeconds === undefined ? [] : sessionTickets(sessionSeconds)),
    ];
}

/**
 * The pace of TLS handshakes. A herd that reconnects at one moment would otherwise all be accepted at once, share the processor, and be cut
 * in the middle of their handshakes when the time for them is over, only to come back and begin again. Where HAProxy terminates no TLS
 * there is no pace: a connection costs it so little that none waits.
 */
export function handshakePace(perSecond: number): string[] {
    return [
        "    # Clients beyond this pace wait in the kernel's queue, where they cost nothing.",
        `    maxsslrate ${perSecond}`,
    ];
}

/** What a `bind` line says where HAProxy terminates TLS. */
export function tlsBind(
    clientCertificates: { readonly revocation: boolean } | undefined,
    sessionSeconds: number | undefined,
    alpn?: string,
): string {
    return [
        ` ssl crt ${certificateFolder}/${files.certificate}`,
        ...(sessionSeconds === undefined ? [] : [sessionTicketsBind]),
        ...(alpn === undefined ? [] : [`alpn ${alpn}`]),
        ...(clientCertificates === undefined ? [] : [`verify required ca-file ${configFolder}/${files.clientCa}`]),
        ...(clientCertificates?.revocation === true ? [`crl-file ${configFolder}/${files.clientCrl}`] : []),
    ].join(" ");
}

/** Seconds between two looks at the mounted certificate. Kubernetes itself takes about a minute to renew a mount. */
export const renewalIntervalSeconds = 10;

/**
 * Lua for HAProxy: watches the mounted certificate and gives it to the running process, which serves it to new connections and leaves
 * the others alone. A reload would do so as well, but MQTT connections live for days: each renewal would leave a second process behind,
 * or cut what is still connected when its time is up.
 *
 * It goes through the runtime API and not through CertCache.set, which takes a certificate and a key that do not match and then shakes
 * no operator's intervention. The API refuses such a pair and the old one stays in use, but the refusal may cost one live connection: OpenSSL's error
 * is still there when the same thread reads its next connection (all this seen with 2.6.12 and 3.3.0). So a pair is never read while
 * Kubernetes swaps the files, and one that was refused is not tried again.
 */
export const certificateRenewal = `local runtime_api = os.getenv("RUNTIME_API")
local certificate_file = os.getenv("CERTIFICATE_FILE")
local key_file = os.getenv("CERTIFICATE_KEY_FILE")

local function read(path)
    local file = io.open(path, "rb")
    if file == nil then
        return nil
    end
    local text = file:read("a")
    file:close()
    return text
end

-- The certificate with its key, or nil where the files were swapped meanwhile. No empty lines: one ends a payload of the runtime API.
local function read_pem()
    local certificate, key = read(certificate_file), read(key_file)
    if certificate == nil or key == nil or certificate ~= read(certificate_file) then
        return nil
    end
    return ((certificate .. "\\n" .. key .. "\\n"):gsub("\\r", ""):gsub("\\n\\n+", "\\n"))
end

-- The answer, or nil where there is none.
local function command(text)
    local socket = core.tcp()
    socket:settimeout(5)
    if not socket:connect(runtime_api) then
        return nil
    end
    socket:send(text .. "\\n")
    local answer = socket:receive("*a")
    socket:close()
    return answer
end

-- The answers that did not come count as empty, so that the next look tries again.
local function take_over(pem)
    local answer = command("set ssl cert " .. certificate_file .. " <<\\n" .. pem) or ""
    if not answer:find("Transaction", 1, true) then
        return false, answer
    end
    answer = command("commit ssl cert " .. certificate_file) or ""
    if answer:find("Success", 1, true) then
        return true
    end
    command("abort ssl cert " .. certificate_file)
    return false, answer
end

core.register_task(function()
    local served, refused
    while true do
        local pem = read_pem()
        if pem ~= nil and pem ~= served and pem ~= refused then
            local done, answer = take_over(pem)
            if done then
                if served ~= nil then
                    core.log(core.notice, "the renewed certificate is in use")
                end
                served, refused = pem, nil
            elseif answer ~= "" then
                core.log(core.err, "the certificate was not taken over: " .. answer:gsub("%s+", " "))
                refused = pem
            end
        end
        core.sleep(${renewalIntervalSeconds})
    end
end)
`;
