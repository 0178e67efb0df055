--- Has the scenario of `--scenario` or `LUATOS_SCENARIO` begin, if there is one.
local use = ...
local host = use "native.host"

--- @return nil, or why it cannot be loaded
return function()
    local path = host.scenario()
    return path and use("device.scenario").start(path)
end
