---@meta
-- Written by luatos for editors; do not edit.

---Lines with a level on the trace port, which is stdout here.
---
---日志输出。
---@class log
log = {}

log.LOGLEVEL_DEBUG = 2
log.LOGLEVEL_ERROR = 5
log.LOGLEVEL_FATAL = 6
log.LOGLEVEL_INFO = 3
log.LOGLEVEL_TRACE = 1
log.LOGLEVEL_WARN = 4
log.LOG_SILENT = 0

---Prints a line of level DEBUG.
---
---输出 debug 级日志。
---@param tag string shown in brackets; any other type shows empty brackets
---@param ... any shown with `tostring`, with a space in between
function log.debug(tag, ...) end

---Prints a line of level ERROR.
---
---输出 error 级日志。
---@param tag string shown in brackets; any other type shows empty brackets
---@param ... any shown with `tostring`, with a space in between
function log.error(tag, ...) end

---Prints a line of level FATAL.
---
---输出 fatal 级日志。
---@param tag string shown in brackets; any other type shows empty brackets
---@param ... any shown with `tostring`, with a space in between
function log.fatal(tag, ...) end

---Prints a line of level INFO.
---
---输出 info 级日志。
---@param tag string shown in brackets; any other type shows empty brackets
---@param ... any shown with `tostring`, with a space in between
function log.info(tag, ...) end

---Turns the trace port on or off.
---
---打开或关闭日志输出，可指定输出的串口。
---@param v any false or nil turns `print`, and with it all of `log`, off
---@param uartid? number uart for the trace output, set up with 8 data bits, no parity, one stop bit
---@param baudrate? number default 115200
function log.openTrace(v, uartid, baudrate) end

---Prints a line of level TRACE, the most talkative.
---
---输出 trace 级日志。
---@param tag string shown in brackets; any other type shows empty brackets
---@param ... any shown with `tostring`, with a space in between
function log.trace(tag, ...) end

---Prints a line of level WARN.
---
---输出 warn 级日志。
---@param tag string shown in brackets; any other type shows empty brackets
---@param ... any shown with `tostring`, with a space in between
function log.warn(tag, ...) end

return log
