--- LuatOS `ril`: AT commands to the modem, one at a time, and its unsolicited result codes (URCs).
local use = ...
local uart = use "native.uart"
local sys = use "modules.sys"
local tasks = use "runtime.tasks"
local scheduler = use "runtime.scheduler"
local log = use "modules.log"
local portability = use "runtime.portability"
use "modules.clib"

local ril = {}

--- Kinds of answers, which come before the final result: none; digits; one line that begins with the
-- command's head; several lines, the first of which begins with it; any text; data.
local NONE, NUMERIC, SINGLE, MULTI, STRING, DATA = 0, 1, 2, 3, 4, 10

--- Milliseconds without a final result after which the device restarts.
local TIMEOUT = 180000

--- End of the text that a command asks for with a prompt (Ctrl-Z).
local END_OF_TEXT = "\026"

--- Commands that ask for a text.
local NEEDS_TEXT = { ["+CMGS"] = true, ["+CIPSEND"] = true }

local types = {
    ["+CGSN"] = NUMERIC, ["+CIMI"] = NUMERIC,
    ["+CSQ"] = SINGLE, ["+CESQ"] = SINGLE, ["+CGMM"] = SINGLE, ["+RFTEMPERATURE"] = SINGLE, ["+MUID"] = SINGLE,
    ["+ICCID"] = SINGLE, ["+SIMCROSS"] = SINGLE, ["+CGATT"] = SINGLE, ["+CCLK"] = SINGLE, ["+CIND"] = SINGLE,
    ["+CMGS"] = SINGLE,
    ["+CNUM"] = MULTI, ["+CMGR"] = MULTI, ["+CPBF"] = MULTI, ["+CPBR"] = MULTI, ["+CLCC"] = MULTI, ["+CGACT"] = MULTI,
    ["+WISN"] = STRING, ["+CALIBINFO"] = STRING,
    ["+CGDATA"] = DATA,
}
local handlers, formats, urcs = {}, {}, {}
local filter, observer, transparent

local queue = { { cmd = "ATE0", head = "E" }, { cmd = "AT+CMEE=0", head = "+CMEE" } }
local is_ready, delaying = false, false

--- The command that waits for its result: `cmd`, `arg`, `rsp`, `head`, `kind`, and `text`, its answer so far.
local current

--- Lines to be handled. All bytes are read before the first line is handled: the port reports new bytes only
-- when it was empty, and a callback may run the loop.
local received = {}

--- Calls a callback whose error must not stop the reading of further lines.
local guard = tasks.guard

local function timed_out()
    sys.restart("ril: no answer to " .. (current and current.cmd or "?"))
end

local send_next

local function finish(ok, response)
    sys.timerStop(timed_out)
    local done = current
    current = nil
    local handler = done.rsp or handlers[done.head]
    if handler then
        guard("ril: answer to " .. done.cmd, handler, done.cmd, ok, response, done.text)
    end
end

local function unsolicited(line)
    if line == "RDY" then
        is_ready = true
        return
    end
    local prefix = line:match("[%+%^%*]*[%u%d& ]+")
    local handler = prefix and urcs[prefix]
    if handler then
        local ok, new = guard("ril: " .. prefix, handler, line, prefix)
        filter = ok and type(new) == "function" and new or nil
    end
end

--- Whether a line belongs to the answer of the current command.
local function is_answer(line)
    local kind = current.kind
    if kind == NUMERIC then
        return line:match("^%x+$")
    elseif kind == STRING then
        return line:match(formats[current.head] or "^.+$") and not line:match("^%+CPIN:")
    elseif kind == SINGLE then
        return current.text == nil and line:find(current.head, 1, true) == 1
    elseif kind == MULTI then
        return current.text ~= nil or line:find(current.head, 1, true) == 1
    end
    return false
end

local function receive_line(line)
    if filter then
        local ok
        ok, line, filter = guard("ril: filter", filter, line)
        line = ok and line
    end
    line = (line or ""):gsub("\r?\n$", "")
    if line == "" then
        -- Inside an answer of several lines a blank one counts: LuatOS-Air's `cc` looks for the line ends.
        if current and current.kind == MULTI and current.text then
            current.text = current.text .. "\r\n"
        end
        return
    end
    if not current then
        return unsolicited(line)
    end
    if line == "OK" or line == "SHUT OK" then
        finish(true, line)
    elseif line:match("^%+CM[ES] ERROR:") or line == "ERROR" then
        finish(false, "ERROR")
    elseif line == "NO ANSWER" or line == "NO DIALTONE" then
        finish(false, line)
    elseif current.kind == DATA and line:find("CONNECT", 1, true) == 1 then
        finish(true, line)
    elseif line == "> " and current.arg then
        uart.write(uart.ATC, current.arg, END_OF_TEXT)
    elseif is_answer(line) then
        current.text = current.kind == MULTI and current.text and (current.text .. "\r\n" .. line) or line
    else
        unsolicited(line)
    end
end

--- Reads and handles all that the modem has sent, line by line.
local function receive()
    repeat
        local line = uart.read(uart.ATC, "*l")
        received[#received + 1] = line ~= "" and line or nil
    until line == ""
    while received[1] do
        local line = table.remove(received, 1)
        if transparent then
            guard("ril: transparent mode", transparent, line)
        else
            receive_line(line)
            if observer then
                guard("ril.setrilcb", observer, line)
            end
        end
    end
    send_next()
end
uart.on(uart.ATC, "receive", receive)

function send_next()
    -- Lines that have been received already do not answer a command that is sent now.
    while is_ready and not current and not delaying and not received[1] and queue[1] do
        local item = table.remove(queue, 1)
        if item.delay then
            delaying = true
            table.insert(queue, 1, item)
            sys.timerStart(ril.delayfunc, item.delay)
            item.delay = nil
            return
        end
        item.kind = types[item.head] or NONE
        current = item
        sys.timerStart(timed_out, TIMEOUT)
        uart.write(uart.ATC, item.cmd .. "\r")
    end
end

--- Ends the delay of a command: it is sent now.
function ril.delayfunc()
    delaying = false
    send_next()
end

--- Queues a command.
-- @string cmd
-- @string[opt] arg text, for a command that asks for one, such as AT+CMGS
-- @param[opt] rsp fun(cmd: string, ok: boolean, result: string, answer: string|nil): called with cmd, ok (boolean),
-- the final result, and the answer before it
-- @number[opt] delay ms to wait before sending
function ril.request(cmd, arg, rsp, delay)
    if transparent then
        return
    end
    portability.use_modem()
    local head = type(cmd) == "string" and cmd:match("^AT([%+%*%^]*%u+)")
    if not head then
        log.error("ril.request", "AT command expected, got " .. tostring(cmd))
        return
    end
    if NEEDS_TEXT[head] and (arg == nil or arg == "") then
        log.error("ril.request", cmd .. " needs a text as second parameter")
        return
    end
    queue[#queue + 1] = { cmd = cmd, head = head, arg = arg, rsp = rsp, delay = delay }
    send_next()
end

--- Registers the handler of the answers of a command.
-- @string head without the AT, such as "+CSQ"
-- @param[opt] handler fun(cmd: string, ok: boolean, result: string, answer: string|nil): as `rsp` of `ril.request`
-- @number[opt] kind 0 none, 1 digits, 2 one line, 3 several, 4 any text, 10 data
-- @string[opt] format pattern for kind 4
-- @return boolean: false for an unknown kind, or one that differs from the command's
function ril.regRsp(head, handler, kind, format)
    if kind ~= nil then
        local known = { [0] = true, true, true, true, true, [10] = true }
        if not known[kind] or (types[head] and types[head] ~= kind) then
            return false
        end
        types[head] = kind
        formats[head] = format
    end
    handlers[head] = handler
    return true
end

--- Registers the handler of an unsolicited line.
-- @string prefix beginning of the line: signs, capitals, digits, blanks
-- @param handler fun(line: string, prefix: string): function|nil: called with the line and the prefix; a function that
-- it returns filters the next line
function ril.regUrc(prefix, handler)
    urcs[prefix] = handler
end

--- Removes the handler of `ril.regUrc`.
-- @string prefix
function ril.deRegUrc(prefix)
    urcs[prefix] = nil
end

--- Has every line told after it was handled.
-- @param[opt] callback fun(line: string): called with the line; nil for none
function ril.setrilcb(callback)
    observer = callback
end

--- Starts transparent mode, in which no commands are sent, or ends it.
-- @param[opt] callback fun(data: string): called with all that the modem sends; nil ends the mode
function ril.setransparentmode(callback)
    transparent = callback
end

--- Sends raw data in transparent mode.
-- @string data
-- @return true|nil: nil outside that mode
function ril.sendtransparentdata(data)
    if not transparent then
        return
    end
    uart.write(uart.ATC, data)
    return true
end

uart.setup(uart.ATC, 0, 0, uart.PAR_NONE, uart.STOP_1)
-- For what the modem has said before this module was loaded.
scheduler.after_in_background(0, receive)

return ril
