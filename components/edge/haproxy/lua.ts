/** What each Lua file begins with: reading a file, or nil where that cannot be done, and asking HAProxy's runtime API. */
export const luaFunctions = `local runtime_api = os.getenv("RUNTIME_API")

local function read(path)
    local file = io.open(path, "rb")
    if file == nil then
        return nil
    end
    local text = file:read("a")
    file:close()
    return text
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
`;
