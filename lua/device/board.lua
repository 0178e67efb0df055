--- The board side of the door: pins, analogue inputs, battery and charger.
local use = ...
local native = use "device.natives"
local check = use "runtime.check"
local show = use("runtime.text").show

local error, pairs, type = error, pairs, type

local board = {}

--- Highest number of a pin, `pio.P2_31`.
local LAST_PIN = 95

--- Highest voltages in mV that the inputs and the battery take.
local MOST_ADC, MOST_BATTERY = 5000, 6000

--- Drives an input pin from outside; a pin with an interrupt fires it if the level is new.
-- @number pin such as `pio.P0_10`
-- @param level 0 or 1, or a boolean
function board.input(pin, level)
    native.input(check.integer("device.input: pin", pin, 0, LAST_PIN), check.level("device.input: level", level))
end

--- Sets the voltage at an analogue input.
-- @number channel
-- @number millivolts
function board.adc(channel, millivolts)
    native.analog(check.integer("device.adc: channel", channel, 0, 7),
        check.integer("device.adc: voltage", millivolts, 0, MOST_ADC, "mV"))
end

--- Says which access points (WLAN) are around; there are none before.
-- @tab strengths dBm (-127 to 0) by address, such as `{ ["01:23:45:67:89:ab"] = -60 }`
function board.wifi(strengths)
    if type(strengths) ~= "table" then
        error("device.wifi: table of dBm by address expected, got " .. show(strengths), 2)
    end
    local whole = {}
    for address, strength in pairs(strengths) do
        whole[address] = check.integer("device.wifi: strength of " .. show(address), strength, -127, 0, "dBm")
    end
    native.access_points(whole)
end

--- Sets the voltage of the battery.
-- @number millivolts
function board.battery(millivolts)
    native.battery(check.integer("device.battery: voltage", millivolts, 0, MOST_BATTERY, "mV"))
end

--- Connects a charger, or takes it away.
-- @bool is_connected
function board.charger(is_connected)
    native.charger(check.boolean("device.charger: connected", is_connected))
end

--- Sets the temperature.
-- @number celsius degrees, -60 to 150; the device knows whole ones
function board.temperature(celsius)
    native.temperature(check.real("device.temperature: degrees", celsius, -60, 150))
end

return board
