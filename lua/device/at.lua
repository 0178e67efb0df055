--- `device.at`: answers to AT commands in the modem's place.
local use = ...
local native = use "device.natives"
local diagnostics = use "runtime.diagnostics"
local show = use("runtime.text").show
local with_traceback = use("runtime.tasks").with_traceback

-- Captured when the module is loaded: a script may replace or remove them.
local xpcall, error, type, match, upper = xpcall, error, type, string.match, string.upper

local at = {}

--- Functions that answer, by their commands in capitals.
local functions = {}

local function key(command)
    return upper(match(command, "^%s*(.-)%s*$"))
end

--- Sets what answers a command in the modem's place.
-- @string command as it is sent, whatever its case; `AT+CSQ` is not `AT+CSQ?`
-- @param answer all lines of the answer, with the result: nothing is added, so that a command whose answer has no
-- `OK` or `ERROR` gets no result; what comes after the result is unasked for. Or a function that is called with the
-- command and returns such a text, or nil for the modem's own answer; it cannot wait. Or nil: the modem answers again.
function at.set(command, answer)
    if type(command) ~= "string" or not match(command, "%S") then
        error("device.at: command: a command such as AT+CSQ expected, got " .. show(command), 2)
    end
    local kind = type(answer)
    if kind ~= "string" and kind ~= "function" and kind ~= "nil" then
        error("device.at: answer: a text, a function or nil expected, got " .. show(answer), 2)
    end
    functions[key(command)] = kind == "function" and answer or nil
    native.at(command, kind == "function" or answer)
end

--- Asks for the answer to a command. An error is reported.
-- @return a text, nil for the modem's own answer, or false if there is none
function at.reply(command)
    local answer = functions[key(command)]
    if not answer then
        return nil
    end
    local ok, text = xpcall(answer, with_traceback, command)
    if not ok and diagnostics.is_interruption(text) then
        error("interrupted!", 0)
    end
    if ok and text ~= nil and type(text) ~= "string" then
        ok, text = false, "a text or nil expected, got " .. show(text)
    end
    if ok then
        return text
    end
    diagnostics.error("device.at", command .. ": " .. text)
    return false
end

return at
