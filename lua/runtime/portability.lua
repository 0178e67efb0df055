--- Warnings about what works here and fails on the device. Each is given once, for a project under `luatos`; with
-- `--strict` the run has failed then. In another program, such as busted, these are features.
local use = ...
local host = use "native.host"
local diagnostics = use "runtime.diagnostics"
local copies = use "runtime.copies"
local calling_line = use("runtime.places").calling_line

local portability = {}

local is_project = host.is_project()

--- Warnings that were given.
local given = {}

--- Warns once that something works here only.
-- @string tag the function that the script calls, such as "sys.wait"
-- @string what the script does that works here only, as the subject of a sentence
-- @string consequence what the device does
-- @string[opt] place "file:line: "; by default the line that has called our code
function portability.warn(tag, what, consequence, place)
    local key = tag .. what
    -- A project's own `sys` does what it does on the device.
    if not is_project or given[key] or copies.is_foreign "sys" then
        return
    end
    given[key] = true
    host.failed()
    diagnostics.warn(tag, (place or calling_line()) .. what .. " works here only: " .. consequence)
end

-- ## The modem, which `sys.init` starts on the device

local is_started, is_running = false, false

--- The first line of the script that has used it.
local first_use

local function warn_of_modem()
    if first_use and is_running and not is_started then
        portability.warn("sys.run", "using the modem without sys.init", "the device does not start it", first_use)
    end
end

--- The script has called `sys.init`.
function portability.start_modem()
    is_started = true
end

--- The script may have used the modem: it has, if a line of it has called our code.
function portability.use_modem()
    if is_project and not is_started and not first_use then
        local line = calling_line()
        first_use = line ~= "" and line or nil
        warn_of_modem()
    end
end

--- The script runs the loop.
function portability.run_loop()
    is_running = true
    warn_of_modem()
end

return portability
