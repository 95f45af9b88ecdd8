import { certificateFolder, configFolder, files, runFolder } from "./folder";
import { luaFunctions } from "./lua";

/** The longest life of a TLS session in hours: a ticket of TLS 1.3 is good for seven days at most (RFC 8446, section 4.6.1). */
export const longestSessionHours = 168;

/** Long enough for a fleet that is let in again after a failure, short enough for a key that may be stolen. */
export const defaultSessionHours = 24;

/** The global section's lines where sessions live for so many seconds and resume at every pod. */
export function sessionTickets(seconds: number): string[] {
    return [
        "    # A session resumes at any pod: all derive the same ticket keys from the certificate's private key.",
        `    tune.ssl.lifetime ${seconds}`,
        `    setenv SESSION_SECONDS ${seconds}`,
        `    setenv SESSION_SECRET_FILE ${certificateFolder}/${files.privateKey}`,
        `    setenv SESSION_KEYS_FILE ${runFolder}/${files.sessionKeys}`,
        `    lua-load ${configFolder}/${files.sessionTickets}`,
    ];
}

/** What a `bind` line says for them. */
export const sessionTicketsBind = `tls-ticket-keys ${runFolder}/${files.sessionKeys}`;

/**
 * Lua for HAProxy: the keys of TLS session tickets, alike in all pods and renewed while the process runs.
 *
 * The life of a session is one period of the clock; each period has a key, derived from the certificate's private key (HKDF-SHA256, RFC 5869),
 * which only these pods mount. HAProxy holds three: the last period's, which only decrypts, the running period's, and the
 * next one's, for pods whose clocks differ. A ticket is therefore good for a whole life. When the certificate is renewed with another
 * private key, tickets of the old one are forgotten, and their devices shake hands in full once.
 *
 * The file is written while HAProxy reads its configuration, before the first bind line names it; later keys go through the runtime API
 * (`set ssl tls-key`): no reload, no lost connection.
 */
export const sessionTicketsLua = `${luaFunctions}
local secret_file = os.getenv("SESSION_SECRET_FILE")
local keys_file = os.getenv("SESSION_KEYS_FILE")
local period_seconds = tonumber(os.getenv("SESSION_SECONDS"))

-- FIPS 180-4, section 4.2.2.
local constants = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
}

local function rotated(word, bits)
    return (word >> bits) | (word << (32 - bits)) & 0xffffffff
end

local function sha256(text)
    local state = {
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    }
    local padded = text .. "\\x80" .. ("\\0"):rep((55 - #text) % 64) .. (">I8"):pack(#text * 8)
    for start = 1, #padded, 64 do
        local words = { (">" .. ("I4"):rep(16)):unpack(padded, start) }
        for i = 17, 64 do
            local a, b = words[i - 15], words[i - 2]
            local low = rotated(a, 7) ~ rotated(a, 18) ~ (a >> 3)
            local high = rotated(b, 17) ~ rotated(b, 19) ~ (b >> 10)
            words[i] = (words[i - 16] + low + words[i - 7] + high) & 0xffffffff
        end
        local a, b, c, d, e, f, g, h = table.unpack(state)
        for i = 1, 64 do
            local high = rotated(e, 6) ~ rotated(e, 11) ~ rotated(e, 25)
            local first = h + high + ((e & f) ~ (~e & g)) + constants[i] + words[i]
            local low = rotated(a, 2) ~ rotated(a, 13) ~ rotated(a, 22)
            local second = low + ((a & b) ~ (a & c) ~ (b & c))
            h, g, f, e, d, c, b, a = g, f, e, (d + first) & 0xffffffff, c, b, a, (first + second) & 0xffffffff
        end
        for i, word in ipairs({ a, b, c, d, e, f, g, h }) do
            state[i] = (state[i] + word) & 0xffffffff
        end
    end
    return (">" .. ("I4"):rep(8)):pack(table.unpack(state))
end

local function hmac(key, text)
    key = #key > 64 and sha256(key) or key
    key = key .. ("\\0"):rep(64 - #key)
    local function mixed(byte)
        return (key:gsub(".", function(character)
            return string.char(character:byte() ~ byte)
        end))
    end
    return sha256(mixed(0x5c) .. sha256(mixed(0x36) .. text))
end

-- HKDF of RFC 5869.
local function derived(secret, salt, info, length)
    local key, block, bytes = hmac(salt, secret), "", ""
    for i = 1, math.ceil(length / 32) do
        block = hmac(key, block .. info .. string.char(i))
        bytes = bytes .. block
    end
    return bytes:sub(1, length)
end

local alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

local function base64(bytes)
    local padding = -#bytes % 3
    local text = (bytes .. ("\\0"):rep(padding)):gsub("...", function(three)
        local number, four = (">I3"):unpack(three), ""
        for _, shift in ipairs({ 18, 12, 6, 0 }) do
            local at = (number >> shift & 63) + 1
            four = four .. alphabet:sub(at, at)
        end
        return four
    end)
    return text:sub(1, #text - padding) .. ("="):rep(padding)
end

-- The private key, or nil where it cannot be read just now.
local function read_secret()
    local text = read(secret_file)
    return text ~= "" and text or nil
end

local function period()
    return os.time() // period_seconds
end

-- 80 bytes: the key's name, and the keys of AES-256 and HMAC-SHA256.
local function ticket_key(secret, number)
    return base64(derived(secret, "vernemq session tickets", tostring(number), 80))
end

local function give(key)
    local answer = command("set ssl tls-key " .. keys_file .. " " .. key) or ""
    return answer:find("updated", 1, true) ~= nil
end

-- A new key is the newest of three, and the newest but one encrypts.
local function give_all(secret, first, last)
    for number = first, last do
        if not give(ticket_key(secret, number)) then
            return false
        end
    end
    return true
end

local secret, current = assert(read_secret(), "cannot read " .. secret_file), period()
do
    local file = assert(io.open(keys_file, "w"))
    for number = current - 1, current + 1 do
        file:write(ticket_key(secret, number), "\\n")
    end
    file:close()
end

core.register_task(function()
    while true do
        core.sleep(math.min(10, period_seconds - os.time() % period_seconds))
        local seen, now = read_secret(), period()
        if seen ~= nil and seen ~= secret then
            if give_all(seen, now - 1, now + 1) then
                secret, current = seen, now
            end
        elseif now > current then
            if give_all(secret, math.max(current + 2, now - 1), now + 1) then
                current = now
            end
        end
    end
end)
`;
