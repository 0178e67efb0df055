--- Settings that survive a restart, and also a loss of power while they are written: a new file takes the place
-- of the old one only when it is complete.
module(..., package.seeall)

local PATH, NEW_PATH = "/settings.json", "/settings.json.new"

local values = {}

--- Reads the settings.
-- @tab defaults for those that are not stored
function load(defaults)
    local stored = json.decode(io.readFile(PATH) or io.readFile(NEW_PATH) or "{}")
    for name, value in pairs(defaults) do
        values[name] = stored[name] == nil and value or stored[name]
    end
end

--- The value of a setting.
function get(name)
    return values[name]
end

--- Changes and stores a setting.
function set(name, value)
    values[name] = value
    local file = assert(io.open(NEW_PATH, "w"))
    file:write(json.encode(values))
    file:close()
    os.remove(PATH)
    assert(os.rename(NEW_PATH, PATH))
end
