---@meta
-- Written by luatos for editors; do not edit.

---The runtime, as another program than `luatos` has it: `require "luatos"` switches it on.
---
---运行时：其他程序用 require "luatos" 打开它。
---@class luatos
---@field version string
---@field device device
local luatos = {}

---Under busted, takes the errors of tasks and callbacks that the test expects: they fail it no more.
---
---取走测试所预期的任务和回调的错误。
---@return string[] texts
function luatos.take_failures() end

return luatos
