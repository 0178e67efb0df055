--- Which generation of LuatOS-Air's library a project is written for, where they differ: that of `--lib-version`, else
-- that of the project's own `sys`, else 2.4.0.
local use = ...
local host = use "native.host"
local copies = use "runtime.copies"

local generation = {}

--- The version that we have without being told.
local DEFAULT = "2.4.0"

--- The first version of the younger generation.
local YOUNGER_SINCE = { 2, 4, 3 }

--- The version that the project is written for.
-- @return string, such as "2.4.0"
function generation.version()
    local asked = host.lib_version()
    if asked then
        return asked
    end
    local sys = copies.is_foreign "sys" and copies.current "sys"
    local version = sys and sys.SCRIPT_LIB_VER
    return type(version) == "string" and version or DEFAULT
end

local function is_younger()
    local numbers = generation.version():gmatch "%d+"
    for _, least in ipairs(YOUNGER_SINCE) do
        local number = tonumber(numbers() or 0)
        if number ~= least then
            return number > least
        end
    end
    return true
end

--- Whether the texts of short messages are in UTF-8, rather than in GB2312.
function generation.has_utf8()
    return is_younger()
end

--- The most bytes of one datagram of the module `socket`.
function generation.longest_datagram()
    return is_younger() and 1472 or 11200
end

return generation
