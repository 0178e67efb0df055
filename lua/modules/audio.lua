--- LuatOS `audio`: sounds and speech, one at a time, by their priorities.
local use = ...
local rtos = use "native.rtos"
local audiocore = use "native.audiocore"
local ttsply = use "native.ttsply"
local transcode = use "native.transcode"
local ril = require "ril"
local scheduler = use "runtime.scheduler"
local tasks = use "runtime.tasks"
local copies = use "runtime.copies"
local check = use "runtime.check"
local show = use("runtime.text").show

local audio = {}

--- What the callback of `audio.play` is called with.
local DONE, FAILED, TOO_LOW, DISPLACED, STOPPED = 0, 1, 2, 4, 5

--- Stands in the queue for a call of `audio.stop`.
local STOP = "STOP"

--- What sounds, or pauses between two repetitions; nil for nothing. Its `ending` is what it ends with once the core
-- says that it is silent.
local current

--- What comes after it.
local queue = {}

local volume, call_volume, mic_volume = 4, 4, 1
local speech_speed = 50

--- Whether an equal priority displaces what sounds.
local equal_displaces = false

-- ## Starting

--- The parts of a sound by the ending of their names: the format, and how many bytes of each part but the first are
-- a head that does not repeat.
local FORMATS = {
    amr = { format = audiocore.AMR, head = 6 },
    pcm = { format = audiocore.PCM, head = 0 },
    mp3 = { format = audiocore.MP3, head = 0 },
}

--- Plays several files as one.
local function play_files(paths)
    local kind = FORMATS[(paths[1]:match "%.(%w+)$" or ""):lower()]
    local parts = {}
    for index, path in ipairs(paths) do
        local file = io.open(path, "rb")
        local data = file and file:read "*a"
        if file then
            file:close()
        end
        if not kind or not data then
            return false
        end
        parts[index] = index == 1 and data or data:sub(kind.head + 1)
    end
    return audiocore.playdata(table.concat(parts), kind.format)
end

local function speak(text)
    ttsply.initEngine()
    ttsply.setParm(0, speech_speed)
    return ttsply.play(transcode.convert("gb2312", "utf8", text))
end

--- How each type of sound is started; false or nil if it cannot be.
local STARTS = {
    FILE = function(path)
        if type(path) == "table" then
            return play_files(path)
        end
        return audiocore.play(path)
    end,
    TTS = speak,
    TTSCC = speak,
    RECORD = function()
        local record = copies.current "record"
        return record and audiocore.play(record.getFilePath())
    end,
}

local next_sound

--- Calls a callback, in a task of its own: it may wait.
local function tell(callback, result)
    if callback then
        tasks.spawn(callback, result)
    end
end

local function finish(result)
    local item = current
    current = nil
    tell(item.callback, result)
    -- The callback may have started something.
    if not current then
        next_sound()
    end
end

local function start(item)
    current = item
    item.timer, item.ending = nil, nil
    audio.setVolume(item.volume)
    if not STARTS[item.kind](item.path) then
        -- The callback comes after the call that has started this.
        item.timer = scheduler.after(1, function() finish(FAILED) end)
    end
end

--- Starts what is next. What has been overtaken while it waited is not begun.
function next_sound()
    while queue[1] and not current do
        local item, behind = table.remove(queue, 1), queue[1]
        if item.kind == STOP then
            tell(item.callback, DONE)
        elseif behind then
            tell(item.callback, behind.kind == STOP and STOPPED or DISPLACED)
        else
            start(item)
        end
    end
end

-- ## Ending

--- What sounds is to end. In a callback of a sound that has ended, nothing does.
local function interrupt(result)
    if not current or current.ending then
        return
    elseif current.timer then
        scheduler.cancel(current.timer)
        return finish(result)
    end
    current.ending = result
    local speaks = current.kind == "TTS" or current.kind == "TTSCC"
    -- The core says when it is silent.
    if speaks then
        if not ttsply.stop() then
            finish(result)
        end
    else
        audiocore.stop()
    end
end

--- The core says that a sound has ended.
local function ended(is_complete)
    local item = current
    if not item or item.timer then
        return false
    elseif item.ending then
        finish(item.ending)
    elseif not is_complete then
        finish(FAILED)
    elseif item.repeats then
        item.timer = scheduler.after(math.max(item.interval, 1), function() start(item) end)
    else
        finish(DONE)
    end
    return false
end

-- A script's own handler of these messages gets them, too.
scheduler.claim(rtos.MSG_AUDIO, function(message) return ended(message.play_end_ind) end)
scheduler.claim(rtos.MSG_TTSPLY_STATUS, function() return ended(true) end)
scheduler.claim(rtos.MSG_TTSPLY_ERROR, function() return ended(false) end)

-- ## For scripts

--- Checks what is to be played. A number may be read out.
-- @return it, as the core takes it
local function check_path(kind, path)
    if kind == "RECORD" then
        return path
    elseif kind ~= "FILE" and type(path) == "number" then
        return tostring(path)
    end
    local parts = kind == "FILE" and type(path) == "table" and path or { path }
    for _, part in ipairs(parts) do
        if type(part) ~= "string" then
            parts = {}
        end
    end
    if not parts[1] then
        error(("audio.play: path: %s expected, got %s"):format(
            kind == "FILE" and "path of a file, or list of paths," or "text in UTF-8", show(path)), 3)
    end
    return path
end

--- Plays a sound. One of a higher priority than what sounds displaces that.
-- @number priority
-- @string kind "FILE", "TTS" (speech), "TTSCC" (speech in a call), "RECORD" (what `record` has recorded)
-- @param path string|table|number: path of the file (amr, mp3, pcm, wav, spx by its ending), or a list of paths of amr,
-- pcm or mp3, which are played as one; or the text of speech, in UTF-8
-- @number[opt=4] vol 0 to 7
-- @param[opt] cbFnc fun(result: 0|1|2|4|5): called, in a task of its own, with 0 at the end, 1 if it cannot be played,
-- 2 if its priority is too low, 4 if something else has displaced it, 5 if `audio.stop` has ended it
-- @bool[opt=false] dup repeat it until something else ends it
-- @number[opt=0] dupInterval ms from one repetition to the next
-- @return true
function audio.play(priority, kind, path, vol, cbFnc, dup, dupInterval)
    if type(priority) ~= "number" then
        error("audio.play: priority: number expected, got " .. show(priority), 2)
    elseif not STARTS[kind] then
        error("audio.play: type: FILE, TTS, TTSCC or RECORD expected, got " .. show(kind), 2)
    end
    path = check_path(kind, path)
    vol = check.optional_integer("audio.play: vol", check.digits(vol), 0, 7) or 4
    check.optional_callback("audio.play: cbFnc", cbFnc)
    dupInterval = check.optional_integer("audio.play: dupInterval", dupInterval, 0, 0x7fffffff, "ms") or 0
    local item = { priority = priority, kind = kind, path = path, volume = vol, callback = cbFnc, repeats = dup,
        interval = dupInterval }
    local last = queue[#queue] or current
    if not last then
        start(item)
    elseif last.kind == STOP then
        queue[#queue + 1] = item
    elseif priority > last.priority or equal_displaces and priority == last.priority then
        queue[#queue + 1] = item
        interrupt(DISPLACED)
    else
        tell(cbFnc, TOO_LOW)
    end
    return true
end

--- Ends what sounds.
-- @param[opt] cbFnc fun(result: 0): called with 0 when it is silent
function audio.stop(cbFnc)
    check.optional_callback("audio.stop: cbFnc", cbFnc)
    if not current and not queue[1] then
        return tell(cbFnc, DONE)
    end
    queue[#queue + 1] = { kind = STOP, callback = cbFnc }
    interrupt(STOPPED)
end

--- Sets whether a sound displaces one of the same priority.
-- @number strategy 1: it does; 0, the default: it does not
function audio.setStrategy(strategy)
    equal_displaces = strategy == 1
end

--- Sets how fast texts are read.
-- @number speed 0 to 100; at first 50
-- @return true|nil: nil for another speed
function audio.setTTSSpeed(speed)
    if type(speed) ~= "number" or speed < 0 or speed > 100 then
        return nil
    end
    speech_speed = speed
    return true
end

--- Sets the volume of what sounds; `audio.play` sets it, too.
-- @number vol 0 to 7
-- @return boolean: whether it is a volume
function audio.setVolume(vol)
    local ok = audiocore.setvol(vol)
    ok = ok == 1 or ok == true
    volume = ok and vol or volume
    return ok
end

--- @return integer: volume of what sounds, 0 to 7
function audio.getVolume()
    return volume
end

--- Sets the volume of calls.
-- @number vol 0 to 7
-- @return true
function audio.setCallVolume(vol)
    audiocore.setsphvol(vol)
    call_volume = vol
    return true
end

--- @return integer: volume of calls, 0 to 7
function audio.getCallVolume()
    return call_volume
end

--- Sets the volume of the microphone.
-- @number vol 0 to 15
-- @return true
function audio.setMicVolume(vol)
    vol = check.integer("audio.setMicVolume: vol", check.digits(vol), 0, 15)
    ril.request(("AT+CMIC=%d,%d"):format(audiocore.LOUDSPEAKER, vol))
    return true
end

--- @return integer: volume of the microphone, 0 to 15
function audio.getMicVolume()
    return mic_volume
end

ril.regRsp("+CMIC", function(command, ok)
    if ok then
        mic_volume = tonumber(command:match "CMIC=%d+,(%d+)") or mic_volume
    end
end)

--- Sets the amplification of the microphone.
-- @string mode "call" or "record"
-- @number level 0 to 7
-- @return boolean: whether mode and level exist
function audio.setMicGain(mode, level)
    level = math.tointeger(level)
    if mode ~= "call" and mode ~= "record" or not level or level < 0 or level > 7 then
        return false
    end
    local gain = ("%02X00%02X00"):format(level, level == 7 and 15 or 2 * level)
    if mode == "record" then
        ril.request("AT+CACCP=2,1,6," .. gain)
    else
        ril.request("AT+CACCP=5,1,0," .. gain)
        ril.request("AT+CACCP=0,1,0," .. gain)
    end
    return true
end

--- Sets where sounds come from and which microphone is used.
-- @number[opt=2] output 0 handset, 1 earpiece, 2 loudspeaker
-- @number[opt=0] input 0 main, 1 auxiliary, 3 or 4 that of the headset
function audio.setChannel(output, input)
    audiocore.setchannel(output or audiocore.LOUDSPEAKER, input or 0)
end

audiocore.setchannel(audiocore.LOUDSPEAKER)
audio.setVolume(volume)
audio.setCallVolume(call_volume)
audio.setMicVolume(mic_volume)

return audio
