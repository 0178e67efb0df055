--- `require "luatos.test"`: a fresh device for each test of busted, simulated time, and what the project prints.
local use = ...
local world = use "testing.world"
local peers = use "testing.peers"
local check = use "runtime.check"
local show = use("runtime.text").show

local setmetatable, error, pcall, pairs, type, tostring = setmetatable, error, pcall, pairs, type, tostring
local concat, sort, unpack, max = table.concat, table.sort, table.unpack, math.max

local test = {}

--- Calls that the present device answers, whichever it is when they are made.
test.device = setmetatable({}, {
    __index = function(_, name) return world.luatos().device[name] end,
    __newindex = function(_, name) error("luatos.test: device." .. tostring(name) .. " cannot be set", 2) end,
})

-- ## Time

local clock = {}
test.clock = clock

--- Lets time pass, without waiting for it: timers fire in their order, as soon as nothing is in flight.
-- @number ms
function clock.advance(ms)
    ms = check.integer("clock.advance: time", ms, 0, 0x7fffffff, "ms")
    world.while_instant(function() world.wait(ms) end)
    world.catch_up()
end

--- Whether waits are passed over: all of the test, `device.wait` included, then takes no longer than what is in flight.
-- @bool is_instant
function clock.instant(is_instant)
    world.set_instant(is_instant ~= false)
end

-- ## What is printed

--- Lines that an error shows.
local SHOWN = 20

local function last_lines(lines)
    local text = {}
    for index = max(1, #lines - SHOWN + 1), #lines do
        text[#text + 1] = "\n  " .. lines[index]
    end
    return #text > 0 and "; the log ends so:" .. concat(text) or "; nothing was printed"
end

--- The lines that were printed since the test began, the project's and those of the runtime.
-- @treturn table list of texts
function test.log()
    return world.lines()
end

--- Waits for a line that is printed. A line counts once: the next call looks behind it.
-- @string pattern a pattern of Lua, found anywhere in the line
-- @number[opt=10000] ms time limit, in the device's time
-- @return the line's captures, or what the pattern has matched
function test.expect_log(pattern, ms)
    check.text("expect_log: pattern", pattern)
    ms = check.optional_integer("expect_log: time", ms, 0, 0x7fffffff, "ms") or 10000
    local captures = world.find_line(pattern, ms)
    if captures then
        return unpack(captures, 1, captures.n)
    end
    error("expect_log: no line with " .. show(pattern) .. " within " .. ms .. " ms" .. last_lines(world.lines()), 2)
end

-- ## Projects

--- Options of `test.project`, each with the type of its value.
local OPTIONS = {
    modem = "table", connect_to = "table", lib = "table", ours = "table", lib_version = "string",
    power_on_reason = "number",
}

--- A copy of the options with texts in them, as the native function wants them.
local function checked(options)
    local wishes = {}
    for name, value in pairs(options) do
        if type(value) ~= OPTIONS[name] then
            local known = {}
            for option in pairs(OPTIONS) do
                known[#known + 1] = option
            end
            sort(known)
            error(OPTIONS[name] and ("test.project: %s: %s expected, got %s"):format(name, OPTIONS[name], show(value))
                or ("test.project: options %s expected, got %s"):format(concat(known, ", "), show(name)), 3)
        end
        wishes[name] = value
    end
    if wishes.modem then
        local modem = {}
        for key, value in pairs(wishes.modem) do
            modem[tostring(key)] = tostring(value)
        end
        wishes.modem = modem
    end
    return wishes
end

--- Starts a project on a new device, which takes the place of the present one. Its main script runs until it calls
-- `sys.run`; from then on the project goes on whenever the test waits.
-- @string path a script, a folder with `main.lua`, or a project file of LuaTools
-- @tab[opt] options `modem` (properties as of `--modem`), `connect_to` (list of rules as of `--connect-to`), `lib`
-- (list of folders), `ours` (list of modules), `lib_version`, `power_on_reason`
function test.project(path, options)
    check.text("test.project: path", path)
    if options ~= nil and type(options) ~= "table" then
        error("test.project: options: table expected, got " .. show(options), 2)
    end
    local wishes = checked(options or {})
    wishes.project = path
    local ok, problem = pcall(world.begin, wishes)
    if not ok then
        -- In place of our own line that of the test.
        error("test.project: " .. string.gsub(tostring(problem), "^luatos/[^:]*:%d+: ", ""), 2)
    end
    world.run_main()
end

-- ## Servers

test.tcp = peers.tcp
test.http = use("testing.http").serve
test.websocket = use("testing.websocket").serve

-- ## busted

local function begin()
    world.note_required()
    peers.forget()
    world.begin {}
end

local function finish()
    peers.forget()
    world.finish()
end

world.on_renewal(peers.leave, peers.enter)

--- Has each test of the present file begin with a device of its own.
-- @tab busted
-- @return what `require "luatos.test"` returns
function test.watch(busted)
    world.forget_required()
    busted.before_each(begin)
    busted.after_each(finish)
    return test
end

return test
