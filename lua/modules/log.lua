--- LuatOS `log`: lines with a level on the trace port, which is stdout here.
local use = ...

local log = {
    LOG_SILENT = 0,
    LOGLEVEL_TRACE = 1,
    LOGLEVEL_DEBUG = 2,
    LOGLEVEL_INFO = 3,
    LOGLEVEL_WARN = 4,
    LOGLEVEL_ERROR = 5,
    LOGLEVEL_FATAL = 6,
}

local type, rawget = type, rawget

--- Whether lines of a level are shown: the threshold is not 0 and not above the level. The threshold is
-- `log.LOG_LEVEL`, else the global `LOG_LEVEL`, else INFO; it is read at each call.
local function shows(level)
    local threshold = log.LOG_LEVEL or rawget(_G, "LOG_LEVEL") or log.LOGLEVEL_INFO
    return threshold ~= log.LOG_SILENT and threshold <= level
end

local function writer(level, letter)
    return function(tag, ...)
        if shows(level) then
            -- A tag that is no string is omitted, as on the device.
            print("[" .. letter .. "]-[" .. (type(tag) == "string" and tag or "") .. "]", ...)
        end
    end
end

--- Prints a line of level TRACE, the most talkative.
-- @string tag shown in brackets; any other type shows empty brackets
-- @param ... any: shown with `tostring`, with a space in between
log.trace = writer(log.LOGLEVEL_TRACE, "T")

--- Prints a line of level DEBUG.
-- @string tag shown in brackets; any other type shows empty brackets
-- @param ... any: shown with `tostring`, with a space in between
log.debug = writer(log.LOGLEVEL_DEBUG, "D")

--- Prints a line of level INFO.
-- @string tag shown in brackets; any other type shows empty brackets
-- @param ... any: shown with `tostring`, with a space in between
-- @usage log.info("net", "rssi", 24) --> [I]-[net] rssi 24
log.info = writer(log.LOGLEVEL_INFO, "I")

--- Prints a line of level WARN.
-- @string tag shown in brackets; any other type shows empty brackets
-- @param ... any: shown with `tostring`, with a space in between
log.warn = writer(log.LOGLEVEL_WARN, "W")

--- Prints a line of level ERROR.
-- @string tag shown in brackets; any other type shows empty brackets
-- @param ... any: shown with `tostring`, with a space in between
log.error = writer(log.LOGLEVEL_ERROR, "E")

--- Prints a line of level FATAL.
-- @string tag shown in brackets; any other type shows empty brackets
-- @param ... any: shown with `tostring`, with a space in between
log.fatal = writer(log.LOGLEVEL_FATAL, "F")

--- Turns the trace port on or off.
-- @param v any: false or nil turns `print`, and with it all of `log`, off
-- @number[opt] uartid uart for the trace output, set up with 8 data bits, no parity, one stop bit
-- @number[opt=115200] baudrate
function log.openTrace(v, uartid, baudrate)
    local uart = use "native.uart"
    if uartid then
        if v then
            uart.setup(uartid, baudrate or 115200, 8, uart.PAR_NONE, uart.STOP_1)
        else
            uart.close(uartid)
        end
    end
    use("native.rtos").set_trace(v and 1 or 0, uartid)
end

return log
