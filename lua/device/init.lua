--- The door to the device, `require("luatos").device`: what happens to it from outside, and what it does to the
-- world around it.
local use = ...
local changes = use "device.changes"

local device = {
    on = changes.on,
    wait = changes.wait,
}

for _, part in ipairs { "board", "buses", "keys", "phone", "uart" } do
    for name, action in pairs(use("device." .. part)) do
        device[name] = action
    end
end

return device
