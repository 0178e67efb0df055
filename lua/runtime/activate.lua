--- `require "luatos"`: switches the LuatOS runtime on in this Lua state.
--
-- From then on the globals hold the firmware's core tables, the Lua dialect is the device's, and
-- `require` finds the project's own files and LuatOS's modules before everything else.
local use = ...
local host = use "native.host"
local diagnostics = use "runtime.diagnostics"
local scheduler = use "runtime.scheduler"
local modules = use "runtime.loader"

--- Tables of the firmware: there before any `require`, and also in `package.loaded`.
local CORE = { "cpu", "pio", "pmd", "rtos", "uart" }

--- LuatOS modules, each with those that it requires itself on the device: requiring one makes
-- these globals too, and scripts count on that.
local MODULES = {
    clib = { "uart", "rtos" },
    led = { "sys" },
    link = { "net" },
    log = {},
    misc = { "ril" },
    net = { "sys", "ril", "pio", "sim", "log", "utils" },
    netLed = { "pins", "sim" },
    patch = { "pm", "log" },
    pins = { "sys" },
    pm = {},
    ril = { "uart", "rtos", "sys", "log" },
    sim = { "ril", "sys" },
    socket = { "link", "utils" },
    sys = { "utils", "log", "patch", "clib" },
    utils = {},
    websocket = { "utils", "socket" },
}

--- What `use` calls each of them.
local MODULE_FILES = { websocket = "websocket.init" }
for name in pairs(MODULES) do
    MODULE_FILES[name] = MODULE_FILES[name] or "modules." .. name
end

for _, name in ipairs(CORE) do
    MODULES[name], MODULE_FILES[name] = {}, "native." .. name
end

--- The folder of the main script.
local function script_folder()
    local script = arg and arg[0] or ""
    return script:match("^(.*)[/\\][^/\\]*$") or "."
end
modules.script_folder = script_folder

--- Finds a file of the project: those lie flat beside the main script, on the device in `/lua`.
local function search_project(name)
    local path = script_folder() .. "/" .. name:gsub("%.", "/") .. ".lua"
    local file = io.open(path, "rb")
    if not file then
        return "\n\tno file '" .. path .. "'"
    end
    file:close()
    local chunk, problem = loadfile(path)
    if not chunk then
        error("error loading module '" .. name .. "' from file '" .. path .. "':\n\t" .. problem, 0)
    end
    return chunk, path
end

local function open(name)
    local module = use(MODULE_FILES[name])
    -- Before its own requirements: some modules require one another in a circle.
    package.loaded[name] = module
    _G[name] = module
    for _, required in ipairs(MODULES[name]) do
        require(required)
    end
    return module
end

--- Finds a module of LuatOS.
local function search_luatos(name)
    if MODULES[name] then
        return open, ":luatos:"
    end
    return "\n\tno LuatOS module '" .. name .. "'"
end

--- Where diagnostics go: the device's log, if its threshold lets them through.
local function log_sink(level, tag, text)
    local log = use "modules.log"
    local method = level == "E" and "error" or "warn"
    if not log.shows(level == "E" and log.LOGLEVEL_ERROR or log.LOGLEVEL_WARN) then
        -- A warning may be silenced, an error may not.
        return level ~= "E"
    end
    log[method](tag, text)
    return true
end

--- Raises what a native failed with as text, as Lua's own functions do, at the caller's line.
local function raise(ok, ...)
    if ok then
        return ...
    end
    local text = tostring((...)):gsub("\nstack traceback:.*", ""):gsub("^runtime error: ", "")
    error(text, 2)
end

--- Makes the natives of a core table raise texts: what they raise by themselves is an object.
local function with_plain_errors(container)
    for name, value in pairs(container) do
        if type(value) == "function" then
            container[name] = function(...)
                return raise(pcall(value, ...))
            end
        elseif type(value) == "table" then
            with_plain_errors(value)
        end
    end
end

local switched_on = false

--- Switches the runtime on. Doing it again restores what was taken away meanwhile, as busted takes
-- away globals and loaded modules between files.
return function()
    use("runtime.dialect").apply()
    for _, name in ipairs(CORE) do
        local module = use("native." .. name)
        _G[name] = module
        package.loaded[name] = module
    end
    if not switched_on then
        switched_on = true
        for _, name in ipairs(CORE) do
            with_plain_errors(use("native." .. name))
        end
        use "runtime.rtos_extra"
        use("native.rtos").on = scheduler.on
        table.insert(package.searchers, 2, search_project)
        table.insert(package.searchers, 3, search_luatos)
        diagnostics.set_sink(log_sink)
        -- A log that is read while it grows, also through a pipe.
        io.stdout:setvbuf("line")
    end
    return {
        --- Version of this package.
        version = host.version,
    }
end
