--- `require "luatos.test"`: a fresh device for each test of busted, simulated time, and what the project prints.
local use = ...
local world = use "testing.world"
local peers = use "testing.peers"
local testing = use "runtime.testing"
local check = use "runtime.check"
local show, names = use("runtime.text").show, use("runtime.text").names

local setmetatable, error, pcall, type, tostring = setmetatable, error, pcall, type, tostring
local pairs, ipairs = pairs, ipairs

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
-- @bool[opt=true] is_instant
function clock.instant(is_instant)
    if is_instant ~= nil then
        check.boolean("clock.instant: flag", is_instant)
    end
    world.set_instant(is_instant ~= false)
end

-- ## What is printed

--- The lines that were printed since the test began, the project's and those of the runtime.
-- @treturn table list of texts
function test.log()
    return world.lines()
end

local expectations = use "testing.expectations"
test.expect_log, test.expect_no_log = expectations.expect_log, expectations.expect_no_log

-- ## Projects

--- Options of `test.project`, each with the type of its value.
local OPTIONS = {
    modem = "table", connect_to = "table", lib = "table", ours = "table", lib_version = "string",
    power_on_reason = "number", files = "table",
}

--- Options that are lists of texts.
local LISTS = { "connect_to", "lib", "ours" }

local function check_lists(options)
    for _, name in ipairs(LISTS) do
        for key, value in pairs(options[name] or {}) do
            if type(key) ~= "number" or type(value) ~= "string" then
                error(("test.project: %s: a list of strings expected, got [%s] = %s"):format(name, show(key),
                    show(value)), 4)
            end
        end
    end
end

--- A copy of the options with texts in them, as the native function wants them.
local function checked(options)
    local wishes = {}
    for name, value in pairs(options) do
        if type(value) ~= OPTIONS[name] then
            error(OPTIONS[name] and ("test.project: %s: %s expected, got %s"):format(name, OPTIONS[name], show(value))
                or ("test.project: options %s expected, got %s"):format(names(OPTIONS), show(name)), 3)
        end
        wishes[name] = value
    end
    check_lists(wishes)
    if wishes.modem then
        local modem = {}
        for key, value in pairs(wishes.modem) do
            if type(value) == "table" or type(value) == "function" then
                error(("test.project: modem: %s: string or number expected, got %s"):format(tostring(key), show(value)),
                    3)
            end
            modem[tostring(key)] = tostring(value)
        end
        wishes.modem = modem
    end
    return wishes
end

--- What the project of this test was started with.
local last

local function start(call, wishes)
    if world.is_busy() then
        error(call .. ": it is for the test itself; a task, callback or server of a device cannot end that device", 3)
    end
    local ok, problem = pcall(world.begin, wishes)
    if not ok then
        -- In place of our own line that of the test.
        error(call .. ": " .. string.gsub(tostring(problem), "^luatos/[^:]*:%d+: ", ""), 3)
    end
    world.run_main()
end

--- Starts a project on a new device, which takes the place of the present one. Its main script runs until it calls
-- `sys.run`; from then on the project goes on whenever the test waits.
-- @string path a script, a folder with `main.lua`, or a project file of LuaTools
-- @tab[opt] options `modem` (properties as of `--modem`), `connect_to` (list of rules as of `--connect-to`), `lib`
-- (list of folders), `ours` (list of modules), `lib_version`, `power_on_reason`, `files` (texts by path: they are on
-- the device already)
function test.project(path, options)
    check.text("test.project: path", path)
    if options ~= nil and type(options) ~= "table" then
        error("test.project: options: table expected, got " .. show(options), 2)
    end
    local wishes = checked(options or {})
    check.optional_integer("test.project: power_on_reason", wishes.power_on_reason, 0, 255)
    wishes.project = path
    last = wishes
    start("test.project", wishes)
end

--- Restarts the device: the project of this test runs anew with the files that it has left.
-- @number[opt] reason what `rtos.poweron_reason` returns, without it `rtos.POWERON_RESTART`
function test.restart(reason)
    if not last then
        error("test.restart: no project has begun in this test", 2)
    end
    local wishes = {}
    for name, value in pairs(last) do
        wishes[name] = value
    end
    reason = check.optional_integer("test.restart: reason", reason, 0, 255)
    wishes.files, wishes.keeps_files = nil, true
    wishes.power_on_reason = reason or world.use("native.rtos").POWERON_RESTART
    start("test.restart", wishes)
end

-- ## Servers

test.tcp = peers.tcp
test.http = use("testing.http").serve
test.websocket = use("testing.websocket").serve

-- ## busted

local function begin()
    testing.report_outside()
    last = nil
    world.note_required()
    peers.forget()
    world.begin {}
end

local function finish()
    peers.forget()
    world.finish()
    testing.report_outside()
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
