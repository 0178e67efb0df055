--- The functions of `rtos` that are written in Lua: those that wait without running the loop, end the
-- program or turn the trace port on and off.
local use = ...
local rtos = use "native.rtos"
local host = use "native.host"
local diagnostics = use "runtime.diagnostics"
local end_of_run = use "runtime.end_of_run"
local show = use("runtime.text").show

local extra = {}

--- Exit status when the script asks for a restart under a program that cannot restart it.
local RESTART_STATUS = 3

--- Waits without running the loop: no task and no callback runs meanwhile.
-- @number ms
function extra.sleep(ms)
    local left = tonumber(ms) or error("rtos.sleep: time in ms expected, got " .. show(ms), 2)
    while left > 0 do
        -- Lua handles a Ctrl-C between two parts.
        left = left - rtos.nap(left)
    end
end

--- Restarts the script, with power-on reason `rtos.POWERON_RESTART`. Under another program than
-- `luatos` it ends the program with status 3.
function extra.restart()
    end_of_run.check("rtos", "restart")
    io.stdout:flush()
    io.stderr:write("luatos: rtos.restart: ", host.restart(), "\n")
    os.exit(RESTART_STATUS)
end

--- Ends the program.
-- @number[opt=0] kind 1: off, with charging
function extra.poweroff(kind)
    if kind ~= nil and not tonumber(kind) then
        error("rtos.poweroff: 0 or 1 expected, got " .. show(kind), 2)
    end
    end_of_run.check("rtos", "poweroff")
    local alarm = host.power_off()
    if alarm then
        diagnostics.warn("rtos.poweroff", "the run ends; a device would start again at " .. alarm)
    end
    os.exit(0)
end

--- The `print` that `rtos.set_trace(0)` has replaced.
local hidden_print

local function print_nothing() end

--- Turns the trace port, and with it `print`, on (1) or off (0).
function extra.set_trace(on)
    if on == 0 and _G.print ~= print_nothing then
        hidden_print, _G.print = _G.print, print_nothing
    elseif on ~= 0 and _G.print == print_nothing then
        _G.print = hidden_print
    end
    return 1
end

return extra
