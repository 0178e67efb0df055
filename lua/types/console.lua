---@meta
-- Written by luatos for editors; do not edit.

---A prompt for Lua at a serial port.
---
---串口控制台：在串口上逐行执行 Lua。
---@class console
console = {}

---Opens the prompt. A line is run as Lua with the script's globals, its own `print`, which writes to the port, and
---`sendat(command, data)`, which sends an AT command and shows the answer.
---
---打开串口控制台。
---@param id? number serial port; default 1
---@param baudrate? number default 115200
function console.setup(id, baudrate) end

return console
