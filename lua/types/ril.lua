---@meta
-- Written by luatos for editors; do not edit.

---AT commands to the modem, one at a time, and its unsolicited result codes (URCs).
---
---AT 指令通道。
---@class ril
ril = {}

---Removes the handler of `ril.regUrc`.
---
---注销主动上报（URC）的处理函数。
---@param prefix string
function ril.deRegUrc(prefix) end

---Ends the delay of a command: it is sent now.
---
---结束指令的延时，立即发送。
function ril.delayfunc() end

---Registers the handler of the answers of a command.
---
---注册某条 AT 指令的应答处理函数。
---@param head string without the AT, such as "+CSQ"
---@param handler? fun(cmd: string, ok: boolean, result: string, answer: string|nil) as `rsp` of `ril.request`
---@param kind? number 0 none, 1 digits, 2 one line, 3 several, 4 any text, 10 data
---@param format? string pattern for kind 4
---@return boolean # false for an unknown kind, or one that differs from the command's
function ril.regRsp(head, handler, kind, format) end

---Registers the handler of an unsolicited line.
---
---注册主动上报（URC）的处理函数。
---@param prefix string beginning of the line: signs, capitals, digits, blanks
---@param handler fun(line: string, prefix: string): function|nil called with the line and the prefix; a function that it returns filters the next line
function ril.regUrc(prefix, handler) end

---Queues a command.
---
---发送 AT 指令（排队执行）。
---@param cmd string
---@param arg? string text, for a command that asks for one, such as AT+CMGS
---@param rsp? fun(cmd: string, ok: boolean, result: string, answer: string|nil) called with cmd, ok (boolean), the final result, and the answer before it
---@param delay? number ms to wait before sending
function ril.request(cmd, arg, rsp, delay) end

---Sends raw data in transparent mode.
---
---在透传模式下发送数据。
---@param data string
---@return true|nil # nil outside that mode
function ril.sendtransparentdata(data) end

---Starts transparent mode, in which no commands are sent, or ends it.
---
---进入或退出透传模式。
---@param callback? fun(data: string) called with all that the modem sends; nil ends the mode
function ril.setransparentmode(callback) end

---Has every line told after it was handled.
---
---设置每一行处理之后都会调用的回调。
---@param callback? fun(line: string) called with the line; nil for none
function ril.setrilcb(callback) end

return ril
