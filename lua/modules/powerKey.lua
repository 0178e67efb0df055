--- LuatOS `powerKey`: the key that switches the device on, pressed for a short or a long time.
local use = ...
local rtos = use "native.rtos"
local scheduler = use "runtime.scheduler"
local tasks = use "runtime.tasks"
local check = use "runtime.check"

local powerKey = {}

--- From when on a press is a long one, in ms.
local LONG = 3000

local long_ms, on_long, on_short = LONG, nil, nil

--- The timer of a press; and whether the press has lasted that long.
local timer, is_pressed, is_long

--- Switches the device off, which ends the run.
local function power_off()
    rtos.poweroff()
end

local function released()
    local callback
    if is_long then
        callback = on_long or power_off
    else
        callback = on_short
    end
    if callback then
        -- It may wait.
        tasks.spawn(callback)
    end
end

scheduler.on(rtos.MSG_KEYPAD, function(message)
    scheduler.cancel(timer)
    timer = nil
    if message.pressed then
        is_pressed, is_long = true, false
        timer = scheduler.after(long_ms, function() is_long = true end)
    elseif is_pressed then
        is_pressed = false
        released()
    end
end)

--- Sets what the key does when it is released.
-- @number[opt=3000] longPrd from when on a press is a long one, in ms
-- @param[opt] longCb fun(): called after a long one; without it, the device is switched off
-- @param[opt] shortCb fun(): called after a short one
function powerKey.setup(longPrd, longCb, shortCb)
    long_ms = check.optional_integer("powerKey.setup: longPrd", longPrd, 1, 0x7fffffff, "ms") or LONG
    on_long = check.optional_callback("powerKey.setup: longCb", longCb)
    on_short = check.optional_callback("powerKey.setup: shortCb", shortCb)
end

rtos.init_module(rtos.MOD_KEYPAD, 0, 0, 0)

return powerKey
