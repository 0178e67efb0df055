--- Which generation of LuatOS-Air's library a project is written for, where they differ: that of `--lib-version`; else
-- that of the `sys.lua` among the files of the project and of `--lib`, even if `--ours` passes it over; else 2.4.0.
--
-- The differences are few: the version in `sys.SCRIPT_LIB_VER`, the character set of text messages, and the size of
-- datagrams. What else the newer library has does not stand in the way of the older one: ours has it in either case.
local use = ...
local host = use "native.host"
local copies = use "runtime.copies"

local generation = {}

--- The version that we have without being told.
local DEFAULT = "2.4.0"

--- The first version of the younger generation.
local YOUNGER_SINCE = { 2, 4, 3 }

--- The file that says which version a library is, in the flash image.
local FILE = "/lua/sys.lua"

--- What the file says; false for nothing, nil before it was read.
local of_files

--- The version that a `sys.lua` among the files names.
-- @return string; false for none
local function version_of_files()
    if of_files == nil then
        local file = io.open(FILE, "rb")
        local text = file and file:read "*a" or ""
        if file then
            file:close()
        end
        of_files = text:match '%f[%w_]SCRIPT_LIB_VER%s*=%s*"([%d.]+)"' or false
    end
    return of_files
end

--- The version that the project is written for.
-- @return string, such as "2.4.0"
function generation.version()
    local asked = host.lib_version()
    if asked then
        return asked
    end
    local sys = copies.is_foreign "sys" and copies.current "sys"
    local version = sys and sys.SCRIPT_LIB_VER
    return type(version) == "string" and version or version_of_files() or DEFAULT
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
-- @return boolean
function generation.has_utf8()
    return is_younger()
end

--- The most bytes of one datagram of the module `socket`.
-- @return integer
function generation.longest_datagram()
    return is_younger() and 1472 or 11200
end

return generation
