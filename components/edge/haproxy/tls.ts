import type { TlsVersion } from "../plan";
import { certificateFolder, configFolder, files } from "./folder";

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

/** The global section's lines where HAProxy ends TLS. */
export function tlsPolicy(minimumVersion: TlsVersion): string[] {
    return [
        `    # Ciphers: ${cipherList.name}. The client's order counts: a device without AES instructions takes ChaCha20.`,
        ...(minimumVersion === "1.2" ? [`    ssl-default-bind-ciphers ${cipherList.tls12.join(":")}`] : []),
        `    ssl-default-bind-ciphersuites ${cipherList.tls13.join(":")}`,
        "    # No tickets: their key would live as long as the process. Sessions resume from the cache instead.",
        `    ssl-default-bind-options ssl-min-ver TLSv${minimumVersion} no-tls-tickets prefer-client-ciphers`,
        "    # The key of tls.crt is in tls.key, as Kubernetes names them.",
        "    ssl-load-extra-del-ext",
        "    # Takes over a renewed certificate without a reload, so that no process with old connections is left behind.",
        "    .if version_atleast(3.1)",
        "    tune.lua.bool-sample-conversion normal",
        "    .endif",
        `    lua-load ${configFolder}/${files.certificateRenewal} ${certificateFolder}/${files.certificate} ${certificateFolder}/${files.privateKey}`,
    ];
}

/** What a `bind` line says where HAProxy ends TLS. */
export function tlsBind(clientCertificates: { readonly revocation: boolean } | undefined, alpn?: string): string {
    return [
        ` ssl crt ${certificateFolder}/${files.certificate}`,
        ...(alpn === undefined ? [] : [`alpn ${alpn}`]),
        ...(clientCertificates === undefined ? [] : [`verify required ca-file ${configFolder}/${files.clientCa}`]),
        ...(clientCertificates?.revocation === true ? [`crl-file ${configFolder}/${files.clientCrl}`] : []),
    ].join(" ");
}

/** Seconds between two looks at the mounted certificate. Kubernetes itself takes about a minute to renew a mount. */
export const renewalIntervalSeconds = 10;

/**
 * Lua for HAProxy: watches the mounted certificate (its arguments are the two files) and gives it to the running process, which serves
 * it to new connections and leaves the others alone. A reload would do so as well, but MQTT connections live for days: each renewal
 * would leave a second process behind, or cut what is still connected when its time is up.
 *
 * A pair that does not match, as when one file is read before and the other after a renewal, is refused by HAProxy and read again.
 */
export const certificateRenewal = `local certificate_file, key_file = ...

local function read(path)
    local file = io.open(path, "rb")
    if file == nil then
        return nil
    end
    local text = file:read("a")
    file:close()
    return text
end

core.register_task(function()
    local served, refused
    while true do
        local certificate, key = read(certificate_file), read(key_file)
        if certificate ~= nil and key ~= nil then
            local pair = certificate .. key
            if pair ~= served then
                local ok, problem = pcall(CertCache.set, { filename = certificate_file, crt = certificate, key = key })
                if ok then
                    if served ~= nil then
                        core.log(core.notice, "the renewed certificate is in use")
                    end
                    served, refused = pair, nil
                elseif pair ~= refused then
                    core.log(core.err, "the certificate was not taken over: " .. tostring(problem))
                    refused = pair
                end
            end
        end
        core.sleep(${renewalIntervalSeconds.toString()})
    end
end)
`;
