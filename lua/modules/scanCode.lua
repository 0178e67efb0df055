--- LuatOS `scanCode`: bar codes and QR codes that the camera sees.
local use = ...
local rtos = use "native.rtos"
local scheduler = use "runtime.scheduler"
local requests = use "runtime.requests"
local check = use "runtime.check"

local scanCode = {}

local waiting = requests.new(false)

scheduler.on(rtos.MSG_ZBAR, function(message)
    if message.result then
        waiting.answer(true, message.type, message.data)
    end
end)

--- Waits for a code; the camera is the script's to open.
-- @param cbFnc fun(ok: boolean, kind: string, text: string): called with true, the kind of code and its text;
-- or with false when the time is up
-- @number[opt=10000] timeout ms
function scanCode.request(cbFnc, timeout)
    check.callback("scanCode.request: cbFnc", cbFnc)
    waiting.add(cbFnc, check.optional_integer("scanCode.request: timeout", timeout, 1, 0x7fffffff, "ms"))
end

return scanCode
