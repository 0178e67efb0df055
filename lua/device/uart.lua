--- The other ends of the device's serial ports: `device.uart(n)`.
local use = ...
local native = use "device.natives"
local changes = use "device.changes"
local check = use "runtime.check"
local waits = use "device.waits"
local diagnostics = use "runtime.diagnostics"

local error, setmetatable = error, setmetatable

--- Time limit of `read` in ms, where the call has none.
local TIME_LIMIT = 1000

--- The port at the USB connector, `uart.USB`.
local USB = 0x81

--- Longest time limit in ms.
local LONGEST = 0x7fffffff

--- The other end of one port.
local End = {}
End.__index = End

--- Sends bytes to the script. They are lost, with a warning, unless the script has set the port up, and so are those
-- for which there is no room, because it has not read what came before.
-- @string bytes
function End:write(bytes)
    check.string("device.uart:write: bytes", bytes)
    if not native.is_uart_open(self.id) then
        diagnostics.warn("device.uart", ("uart %d is not set up: %d bytes are lost"):format(self.id, #bytes))
    else
        local lost = #bytes - (native.uart_room(self.id) or #bytes)
        if lost > 0 then
            diagnostics.warn("device.uart", ("uart %d has no room: %d bytes are lost"):format(self.id, lost))
        end
    end
    native.uart(self.id, bytes)
end

--- Takes what the script has sent; the oldest bytes are lost beyond 64 KiB.
local function take(id)
    local bytes, lost = native.uart_sent(id)
    if lost > 0 then
        diagnostics.warn("device.uart", ("uart %d: %d bytes that were not read in time are lost"):format(id, lost))
    end
    return bytes
end

--- Returns everything that the script has sent since the last `read`, or since the start. If there is nothing, it waits
-- for something; it can be called in a task and outside.
-- @number[opt=1000] ms time limit; 0 does not wait
-- @return string; "" if nothing came in time
function End:read(ms)
    local id = self.id
    ms = check.optional_integer("device.uart:read: time", ms, 0, LONGEST, "ms") or TIME_LIMIT
    local bytes = take(id)
    if bytes ~= "" or ms == 0 then
        return bytes
    end
    local wait = waits.new()
    local stop = changes.on("uart", function(port)
        if port == id then
            waits.finish(wait)
        end
    end)
    local problem = waits.wait(wait, ms, "device.uart:read")
    stop()
    if problem then
        error(problem, 0)
    end
    return take(id)
end

--- The ends that were asked for, by number.
local ends = {}

local uart = {}

--- The other end of a serial port. It is there beside what `--uart` leads the port to.
-- @number id 1 to 3, or `uart.USB`
-- @return object with the methods `write(bytes)` and `read([ms])`
function uart.uart(id)
    id = id == USB and id or check.integer("device.uart: port", id, 1, 3)
    local other_end = ends[id]
    if not other_end then
        other_end = setmetatable({ id = id }, End)
        ends[id] = other_end
        native.play_uart(id)
    end
    return other_end
end

return uart
