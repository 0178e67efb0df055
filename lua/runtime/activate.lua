--- `require "luatos"`: switches the LuatOS runtime on in this Lua state.
--
-- From then on the globals hold the firmware's core tables, Lua has the device's dialect, and `require`
-- looks first for the project's own files and the modules of LuatOS.
local use = ...
local host = use "native.host"
local diagnostics = use "runtime.diagnostics"
local scheduler = use "runtime.scheduler"
local hooks = use "runtime.hooks"
local core_tables = use "runtime.core_tables"
local end_of_run = use "runtime.end_of_run"
local search = use "runtime.search"
local sources = use "runtime.sources"
local files = use "runtime.files"
local output = use "runtime.output"
local with_plain_errors = use "runtime.plain_errors"
local foreign_loop = use "runtime.foreign_loop"
local network_hooks = use "runtime.network_hooks"
local module_names = use "runtime.module_names"

--- LuatOS modules, each with those that it requires itself on the device: requiring one makes
-- these globals too, and scripts rely on that.
local MODULES = {
    audio = { "common", "misc", "utils" },
    aLiYun = { "log", "http", "mqtt" },
    aLiYunOta = { "log", "http" },
    cc = { "ril", "pm" },
    clib = { "uart", "rtos" },
    common = {},
    console = { "ril" },
    errDump = { "socket", "misc" },
    ftp = { "socket", "utils" },
    http = { "socket", "utils" },
    lbsLoc = { "socket", "utils", "common", "misc", "net" },
    led = { "sys" },
    link = { "net" },
    log = {},
    misc = { "ril" },
    mqtt = { "log", "socket", "utils" },
    net = { "sys", "ril", "pio", "sim", "log", "utils" },
    netLed = { "pins", "sim" },
    nvm = { "log" },
    ntp = { "misc", "socket", "utils", "log" },
    patch = { "pm", "log" },
    pb = { "ril" },
    pins = { "sys" },
    pm = {},
    powerKey = { "sys" },
    record = { "log", "ril" },
    ril = { "uart", "rtos", "sys", "log" },
    scanCode = { "sys" },
    sim = { "ril", "sys" },
    sms = { "sys", "ril", "common", "utils" },
    socket = { "socket4G" },
    socket4G = { "link", "utils" },
    sys = { "utils", "log", "patch", "clib" },
    update = { "misc", "http", "log", "common" },
    utils = {},
    wdt = {},
    wifiScan = { "sys" },
    websocket = { "utils", "socket" },
}

--- The name of each for `use`.
local MODULE_FILES = { websocket = "websocket.init" }
for name in pairs(MODULES) do
    MODULE_FILES[name] = MODULE_FILES[name] or "modules." .. name
end

for _, name in ipairs(core_tables.NAMES) do
    MODULES[name], MODULE_FILES[name] = {}, "native." .. name
end

local function open(name)
    local module = use(MODULE_FILES[name])
    -- Set before its own requirements are loaded: some modules require each other.
    package.loaded[name] = module
    if not name:find(".", 1, true) then
        _G[name] = module
    end
    for _, required in ipairs(MODULES[name]) do
        require(required)
    end
    foreign_loop.look()
    if name == "websocket" then
        network_hooks.watch()
    end
    return module
end

module_names.set_ours(MODULES)

--- What `require "luatos.test"` returns. There is one for all devices of a Lua state.
local function open_test()
    if not end_of_run.is_testing() then
        error("luatos.test: it is for tests with busted, which this program is not", 0)
    end
    local registry = debug.getregistry()
    local test = registry["luatos.test"] or use "testing.init"
    registry["luatos.test"] = test
    return test.watch(require "busted")
end

--- Searches the modules of LuatOS.
local function search_luatos(name)
    if name == "luatos.test" then
        return open_test, ":luatos:"
    end
    if MODULES[name] then
        return open, ":luatos:"
    end
    return "\n\tno LuatOS module '" .. name .. "'"
end

local switched_on = false

local has_warned = false

--- Warns once that the certificate of a server is not checked.
local function warn_unchecked(host_name, caller)
    if not has_warned then
        has_warned = true
        diagnostics.warn(caller, "the certificate of " .. host_name
            .. " is not checked, as on the device: the cert table has no caCert")
    end
end

--- The door to the device costs a script that does not use it nothing.
local lazy = {
    __index = function(luatos, name)
        if name == "device" then
            luatos.device = use "device.init"
            return luatos.device
        end
    end,
}

--- Switches the runtime on. A further call restores globals and loaded modules that were removed
-- meanwhile, as busted does between test files.
return function()
    if end_of_run.is_testing() then
        use "runtime.pristine"
    end
    -- First, because the dialect hands the libraries to our modules as they are then.
    use("runtime.clock").apply()
    files.apply()
    output.apply()
    use("runtime.dialect").apply()
    sources.publish()
    core_tables.publish()
    if not switched_on then
        switched_on = true
        for _, name in ipairs(core_tables.NAMES) do
            if not core_tables.RAISE_TEXTS[name] then
                with_plain_errors(use("native." .. name))
            end
        end
        core_tables.extend("rtos", use "runtime.rtos_extra")
        core_tables.extend("rtos", { on = scheduler.on, receive = foreign_loop.receive })
        search.install(search_luatos)
        hooks.fill {
            script_folder = search.script_folder,
            host_path = files.host_path,
            unchecked_server = warn_unchecked,
            is_network_ready = network_hooks.is_network_ready,
            on_network_ready = network_hooks.on_network_ready,
            socket_event = network_hooks.socket_event,
        }
        end_of_run.report_at_exit()
        -- The runner begins it by itself.
        local unattached = not host.is_project() and use "runtime.attach_parts"()
        if unattached then
            error(unattached, 0)
        end
        local problem = not host.is_project() and not end_of_run.is_testing() and use "runtime.begin_scenario"()
        if problem then
            error("LUATOS_SCENARIO: " .. problem, 0)
        end
        -- So that the log can be followed while the script runs, also through a pipe.
        io.stdout:setvbuf("line")
    end
    local testing = use "runtime.testing"
    if end_of_run.is_testing() then
        testing.watch(require "busted")
    end
    return setmetatable({
        --- Version of this package.
        version = host.version,
        --- Under busted, the errors of tasks and callbacks that this test expects: returns their texts, and they
        -- fail the test no more.
        take_failures = testing.take_failures,
    }, lazy)
end
