--- WAV files of 16 bits and one channel.
local wav = {}

--- The whole header.
local HEADER = "<c4I4c4c4I4I2I2I4I4I2I2c4I4"

--- Samples as bytes, little-endian.
-- @tab samples integers
function wav.pcm(samples)
    local parts = {}
    for index, sample in ipairs(samples) do
        parts[index] = ("<i2"):pack(sample)
    end
    return table.concat(parts)
end

--- A file of these samples.
-- @number rate samples of a second
function wav.file(rate, samples)
    local data = wav.pcm(samples)
    return HEADER:pack("RIFF", 36 + #data, "WAVE", "fmt ", 16, 1, 1, rate, 2 * rate, 2, 16, "data", #data) .. data
end

--- Reads a file, which has to be a whole one.
-- @string text its bytes
-- @return rate, and a list of the samples
function wav.read(text)
    local riff, length, form, _, _, tag, channels, rate, _, _, bits, _, size = HEADER:unpack(text)
    assert(riff == "RIFF" and form == "WAVE" and tag == 1 and channels == 1 and bits == 16, "not such a file")
    assert(length == #text - 8 and size == #text - 44, "lengths that do not fit")
    local samples = {}
    for place = 45, #text, 2 do
        samples[#samples + 1] = ("<i2"):unpack(text, place)
    end
    return rate, samples
end

return wav
