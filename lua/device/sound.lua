--- The sound side of the door: what the microphone hears, what is plugged in, what has sounded.
local use = ...
local native = use "device.natives"
local check = use "runtime.check"
local show = use("runtime.text").show

local error = error

local sound = {}

--- Poles of a plug with a microphone and a button, and of one without.
local HEADSET, HEADPHONES = 4, 3

--- Has the microphone hear a sound file. Each recording hears it from its beginning, and silence after its end; those
-- in PCM and WAV have it, others are silent.
-- @string[opt] path path on this computer of a file of WAV or MP3; nil: a silent room, as at first
function sound.microphone(path)
    if path ~= nil then
        check.string("device.microphone: path", path)
    end
    native.microphone(path)
end

--- Plugs a headset in, or pulls it out. Its button is `device.press("HEADSET")`.
-- @bool is_plugged
-- @number[opt=4] poles 4: with a microphone and a button; 3: head phones
function sound.headset(is_plugged, poles)
    check.boolean("device.headset: plugged in", is_plugged)
    if poles ~= nil and poles ~= HEADSET and poles ~= HEADPHONES then
        error("device.headset: poles: 3 or 4 expected, got " .. show(poles), 2)
    end
    native.headset(is_plugged and (poles or HEADSET) or nil)
end

--- What sounds now, or has sounded last, as it was given: a file, data, or a stream as far as it has come, of which the
-- last MiB is kept. PCM comes as a file of WAV.
-- @return string|nil: its bytes; nil where nothing has sounded, and for speech
-- @return string|nil: their type: `audio/wav`, `audio/mpeg`, `audio/amr`, `audio/amr-wb` or `audio/x-speex`
function sound.sound()
    return native.sound()
end

return sound
