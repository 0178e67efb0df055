--- The door to the device, `require("luatos").device`: what happens to it from outside, and what it does to the
-- world around it.
local use = ...
local native = use "native.device"
local changes = use "device.changes"
local observed = use "device.observed"
local parts = use "device.parts"

observed.add("parts", parts.list)
observed.add("run", use "device.run")

local device = {
    on = changes.on,
    wait = changes.wait,
    at = use("device.at").set,
}

--- The whole device as it is now.
-- @treturn table with these fields:
-- `pins` by number: `use`, `level`;
-- `leds`, pins that blink, by number: `on`, `off` in ms;
-- `pwm` by channel: texts;
-- `pressed`, keys: `row`, `column`;
-- `network`: `up`, `registered`, `signal`, `operator`, `latency`, `jitter`, `rate`, `loss`, `dns`;
-- `adc` by channel: mV;
-- `names` of pins by number, and `keys` by row and column, such as `"1,2"`: texts of `luatos.toml`;
-- `run`: `project`, `version`, `time` in s, `memory` in KiB, `tasks`, `timers`, `is_simulated`;
-- `sim`: `inserted`, `locked`, `slot`, `number`, `iccid`, `imsi`;
-- `messages`: `sent` (`to`, `text`), `exchanged` (`number`, `text`, `incoming`), `stored` (`place`, `from`, `text`,
-- `is_read`), `waiting`;
-- `calls`: `id`, `number`, `incoming`, `state`;
-- `audio`: `playing`, `path`, `text`, `format`, `loop`, `since`, `seconds`, `volume`, `call_volume`, `output`, `input`,
-- `recording`, `record` (`path`, `format`, `since`, `seconds`), `headset`, `microphone`, `speaker`;
-- `displays`: `name`, `width`, `height`, `bits`, `count`, `asleep`, `touch`;
-- `parts`: `name`, `model`, `place`, `screen`, `values`;
-- `power`: `battery`, `charger`;
-- `files`: `path`, `size`;
-- `restarts`
function device.state()
    local state = native.state()
    for name, value in pairs(observed.state()) do
        state[name] = value
    end
    return state
end

for _, part in ipairs { "board", "buses", "display", "files", "keys", "network", "phone", "sound", "uart" } do
    for name, action in pairs(use("device." .. part)) do
        device[name] = action
    end
end
for name, action in pairs(parts.door) do
    device[name] = action
end

return device
