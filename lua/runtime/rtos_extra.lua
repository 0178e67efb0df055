--- The calls of `rtos` that switch things off, or wait without letting others run.
local use = ...
local rtos = use "native.rtos"
local host = use "native.host"
local diagnostics = use "runtime.diagnostics"
local show = use("runtime.text").show

--- Longest piece of a sleep in milliseconds: in between a Ctrl-C gets through.
local NAP = 50

--- Exit status where the script wants to restart and nothing can do that.
local RESTART_STATUS = 3

--- Blocks everything.
-- @number ms
function rtos.sleep(ms)
    local left = tonumber(ms) or error("rtos.sleep: time in ms expected, got " .. show(ms), 2)
    while left > 0 do
        rtos.nap(math.min(left, NAP))
        left = left - NAP
    end
end

--- Restarts the script, with power-on reason `rtos.POWERON_RESTART`. Under another program than
-- the runner the program ends, with status 3.
function rtos.restart()
    io.stdout:flush()
    io.stderr:write("luatos: rtos.restart: ", host.restart(), "\n")
    os.exit(RESTART_STATUS)
end

--- Ends the program.
function rtos.poweroff()
    os.exit(0)
end

--- The `print` that `rtos.set_trace(0)` has taken away.
local hidden_print

local function print_nothing() end

--- Turns the trace port, and with it `print`, on (1) or off (0).
function rtos.set_trace(on)
    if on == 0 and _G.print ~= print_nothing then
        hidden_print, _G.print = _G.print, print_nothing
    elseif on ~= 0 and _G.print == print_nothing then
        _G.print = hidden_print
    end
    return 1
end

for _, name in ipairs {
    "make_dir", "remove_dir", "rename_dir", "set_alarm", "set_time", "openSoftDog", "eatSoftDog", "closeSoftDog",
    "fota_start", "fota_process", "fota_end", "get_fatal_info", "remove_fatal_info", "toint64", "hextodec",
    "get_env_usage", "keypad_state", "notify_sim_detect",
} do
    if not rtos[name] then
        rtos[name] = function()
            diagnostics.unsupported("rtos." .. name)
        end
    end
end

return {}
