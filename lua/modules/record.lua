--- LuatOS `record`: recordings by the microphone or of a call.
local use = ...
local rtos = use "native.rtos"
local audiocore = use "native.audiocore"
local scheduler = use "runtime.scheduler"
local tasks = use "runtime.tasks"
local log = use "modules.log"
local check = use "runtime.check"

local record = {}

--- The file of a recording, whatever its format.
local FILE = "/record.amr"

--- Longest recording to a file, in s: the flash has no room for more.
local LONGEST = 50

--- Head of a file of AMR in bytes, and bytes of a second of it.
local HEAD, SECOND = 6, 1600

--- The recording: `callback`, `is_file`, and `stopped`, what is called when it has been stopped; nil for none.
local current

local function size_of_file()
    local file = io.open(FILE, "rb")
    if not file then
        return 0
    end
    local size = file:seek "end"
    file:close()
    return size
end

--- Calls a callback, in a task of its own: it may wait, and where it fails, the next one is called all the same.
local function tell(callback, ...)
    if callback then
        tasks.spawn(callback, ...)
    end
end

--- Begins a recording.
-- @number seconds length; up to 50 to a file
-- @param[opt] cbFnc fun(ok: boolean, size: integer, what: "END"|"STREAM"): called, in a task of its own, with whether
-- it worked, bytes, and "END" at the end; before that, of a recording as a stream, with true, the bytes that can be
-- read by `audiocore.streamrecordread`, and "STREAM"
-- @string[opt="FILE"] kind "FILE" or "STREAM"
-- @number[opt=1] quality 0 to 3
-- @number[opt=1] rcdType 1 microphone, 2 call
-- @number[opt=3] format 1 pcm, 2 wav, 3 amr, 4 spx
-- @number[opt] streamRptLen bytes from one call with "STREAM" to the next
-- @return true|nil: nil if it cannot begin, and then the callback is called with false
function record.start(seconds, cbFnc, kind, quality, rcdType, format, streamRptLen)
    seconds = check.integer("record.start: seconds", seconds, 0, 0x7fffffff, "s")
    check.optional_callback("record.start: cbFnc", cbFnc)
    local is_file = kind ~= "STREAM"
    if current or seconds == 0 or is_file and seconds > LONGEST then
        log.error("record.start", current and "a recording is going on" or "1 to 50 s expected, got " .. seconds)
        tell(cbFnc, false, 0, "END")
        return nil
    end
    record.delete()
    current = { callback = cbFnc, is_file = is_file }
    local result
    if is_file then
        result = audiocore.record(FILE, seconds, quality or 1, rcdType or 1, format or 3)
    else
        result = audiocore.streamrecord(seconds, quality or 1, rcdType or 1, format or 3, streamRptLen)
    end
    if result == 1 or result == true then
        return true
    end
    current = nil
    log.error("record.start", "the core refuses the recording")
    tell(cbFnc, false, 0, "END")
    return nil
end

--- Ends the recording; what was recorded is kept.
-- @param[opt] cbFnc fun(result: 0|1): called with 0 when it has ended, or if there was none; with 1 if it is being
-- stopped already
function record.stop(cbFnc)
    check.optional_callback("record.stop: cbFnc", cbFnc)
    if not current then
        return tell(cbFnc, 0)
    elseif current.is_stopping then
        return tell(cbFnc, 1)
    end
    current.is_stopping, current.stopped = true, cbFnc
    audiocore.stoprecord()
end

--- @return string: path of the recording's file
function record.getFilePath()
    return FILE
end

--- Reads a part of the recording.
-- @number offset bytes from the beginning
-- @number len bytes
-- @return string: "" where there is nothing
function record.getData(offset, len)
    offset = check.integer("record.getData: offset", offset, 0, 0x7fffffff, "bytes")
    len = check.integer("record.getData: len", len, 0, 0x7fffffff, "bytes")
    local file = io.open(FILE, "rb")
    if not file then
        return ""
    end
    file:seek("set", offset)
    local data = file:read(len)
    file:close()
    return data or ""
end

--- @return integer: size of the recording in bytes
-- @return integer: its seconds, if it is AMR
function record.getSize()
    local size = size_of_file()
    return size, size > HEAD and math.floor((size - HEAD) / SECOND) or 0
end

--- Removes the recording.
function record.delete()
    audiocore.deleterecord()
    os.remove(FILE)
end

--- @return boolean: whether there is a recording
function record.exists()
    local file = io.open(FILE, "rb")
    if file then
        file:close()
    end
    return file ~= nil
end

--- @return boolean: whether something is being recorded
function record.isBusy()
    return current ~= nil
end

scheduler.on(rtos.MSG_RECORD, function(message)
    local done = current
    if not done then
        return
    end
    current = nil
    if message.record_error_ind then
        record.delete()
    else
        -- The core can begin another one from now on.
        audiocore.deleterecord()
    end
    tell(done.callback, not message.record_error_ind, done.is_file and size_of_file() or 0, "END")
    tell(done.stopped, 0)
end)

scheduler.on(rtos.MSG_STREAM_RECORD, function(message)
    if current then
        tell(current.callback, true, message.wait_read_len, "STREAM")
    end
end)

return record
