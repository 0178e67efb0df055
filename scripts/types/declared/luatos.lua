---The runtime, as another program than `luatos` has it: `require "luatos"` switches it on.
---@class luatos
---@field version string
---@field device device
local luatos = {}

---Under busted, takes the errors of tasks and callbacks that the test expects: they fail it no more.
---@return string[] texts
function luatos.take_failures() end

return luatos
