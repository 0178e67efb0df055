--- What each LuatOS module is for, as one round of work that can be repeated.
--
-- The entries are in `network_rounds.lua` and `device_rounds.lua`. One has these fields:
--   name          the module, which the script requires, and perhaps what of it
--   round         Lua text that does the work once, in a task, and raises an error where it does not come out; a local
--                 `n` counts the rounds
--   prepare       Lua text that runs once, in the task, before the first round
--   options       for `luatos`
-- `device` is the door. `$NAME` in a text is the port of the server NAME of `round_peers.lua`. `waits(event)` returns a
-- function that waits for the next `sys.publish(event, …)` after its making and returns the values; with a second
-- argument for one whose first value that is.
local module_rounds = {}

--- The part of every script before its rounds.
local BEGIN = [[
PROJECT, VERSION, PRODUCT_KEY, LOG_LEVEL = "ROUNDS", "1.0.0", "key", 0
%s
local socket = require "socket"
require "log"
local device = require("luatos").device

local function waits(event, wanted)
    local values
    local function take(...)
        if wanted == nil or wanted == (...) then
            values = values or table.pack(...)
            sys.publish(event .. "_TAKEN")
        end
    end
    sys.subscribe(event, take)
    return function()
        while not values do
            assert(sys.waitUntil(event .. "_TAKEN", 200000), "no " .. event)
        end
        sys.unsubscribe(event, take)
        return table.unpack(values, 1, values.n)
    end
end
]]

--- Entries by name, and their names in order.
module_rounds.names, module_rounds.by_name = {}, {}
for _, list in ipairs { require "network_rounds", require "device_rounds" } do
    for _, entry in ipairs(list) do
        table.insert(module_rounds.names, entry.name)
        module_rounds.by_name[entry.name] = entry
    end
end

--- The text of a main script, and options for `luatos`.
-- @string name of the entry
-- @tab ports of the servers by name
-- @string body Lua text of the task, after the network has come; it calls `round(n)`
-- @bool[opt=false] is_sys_last whether the module is required before `sys`
function module_rounds.script(name, ports, body, is_sys_last)
    local entry = module_rounds.by_name[name]
    local function fill(text)
        return ((text or ""):gsub("%$(%a+)", function(peer) return ports[peer] or error("no server " .. peer) end))
    end
    local requires = { 'local sys = require "sys"' }
    table.insert(requires, is_sys_last and 1 or 2, ('require "%s"'):format(name:match "^%S+"))
    local script = table.concat({
        BEGIN:format(table.concat(requires, "\n")),
        "sys.taskInit(function() local ok, problem = xpcall(function()",
        "for _ = 1, 1000 do if socket.isReady() then break end sys.wait(20) end",
        fill(entry.prepare),
        "local function round(n)",
        fill(entry.round),
        "end",
        body,
        "end, debug.traceback)",
        "if not ok then print(problem) end",
        "os.exit(ok and 0 or 1)",
        "end)",
        "sys.init(0, 0)",
        "sys.run()",
    }, "\n")
    return script, "--modem register_after=0 " .. fill(entry.options)
end

return module_rounds
