---Pins. `P0_0` to `P2_31` are their numbers, 0 to 95.
---@class pio
pio = {}

---@class pio.pin
pio.pin = {}

---Direction: output, at first low.
pio.OUTPUT = 0
---Direction: output, at first high.
pio.OUTPUT1 = 2
---Direction: input.
pio.INPUT = 1
---Direction: interrupt.
pio.INT = 6
---Of an interrupt: each edge is kept for `pio.pin.getval`.
pio.FIFO = 256
---Of an interrupt: edges are counted for `pio.pin.getval`.
pio.CONT = 257

---Sets the direction of pins. With `pio.FIFO` or `pio.CONT` at the end, the edges of an interrupt are kept for
---`pio.pin.getval`, and no message comes.
---@param direction number `pio.OUTPUT`, `OUTPUT1`, `INPUT` or `INT`
---@param ... number pins
function pio.pin.setdir(direction, ...) end

---Sets the level of pins.
---@param level number 0 or 1
---@param ... number pins
function pio.pin.setval(level, ...) end

---Sets pins to 1.
---@param ... number pins
function pio.pin.sethigh(...) end

---Sets pins to 0.
---@param ... number pins
function pio.pin.setlow(...) end

---Sets the pull of pins.
---@param pull number `pio.PULLUP`, `PULLDOWN` or `NOPULL`
---@param ... number pins
function pio.pin.setpull(pull, ...) end

---Closes pins.
---@param ... number pins
function pio.pin.close(...) end

---Reads pins.
---@param ... number pins
---@return any ... of each the level, 0 or 1; of one with `pio.FIFO` a list of tables with `edge` and `delta` (microseconds), with `pio.CONT` a table with `low`, `high` (pulses) and `duration` (microseconds), both since the last call
function pio.pin.getval(...) end

---Sets how long a level has to stay to count.
---@param ms number
function pio.pin.setdebounce(ms) end

---Has a pin switch by itself.
---@param pin number
---@param high number microseconds
---@param low number microseconds
---@param count number times
function pio.pin.pwm(pin, high, low, count) end

---Likewise, and sets the level before and after.
---@param pin number
---@param high number microseconds
---@param low number microseconds
---@param count number times
---@param idle number 0 or 1
function pio.pin.plus(pin, high, low, count, idle) end
