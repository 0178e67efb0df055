--- Finds the packets in what a connection brings, whatever pieces it comes in. Pure.
local use = ...
local packets = use "mqtt.packets"

local byte, sub, concat = string.byte, string.sub, table.concat
local setmetatable = setmetatable

--- Largest packet in bytes: far more than a device has memory, and little enough for a computer.
local LARGEST = 16 * 1024 * 1024

local Reader = {}
Reader.__index = Reader

local reader = {}

function reader.new()
    return setmetatable({
        -- What is being read, and the place in it of the next packet.
        text = "",
        place = 1,
        -- What has come since, which is joined to it once a packet can be complete: the number of its bytes, and how
        -- many there have to be.
        pieces = {},
        count = 0,
        missing = 0,
    }, Reader)
end

--- Takes what has arrived.
function Reader:add(data)
    self.pieces[#self.pieces + 1] = data
    self.count = self.count + #data
end

--- Joins what has come to what is left. Each byte of a packet is copied once, however many pieces there are.
local function join(self)
    self.pieces[0] = sub(self.text, self.place)
    self.text = concat(self.pieces, "", 0)
    self.place, self.pieces, self.count = 1, {}, 0
end

--- Reads the length of the packet at `place`.
-- @return number and the place of the body; or nil and what is wrong, if anything
local function read_length(self)
    local length, scale = 0, 1
    for place = self.place + 1, self.place + 4 do
        local digit = byte(self.text, place)
        if not digit then
            return nil
        end
        length = length + digit % 128 * scale
        if digit < 0x80 then
            if length > LARGEST then
                return nil, ("a packet of %d bytes, more than %d"):format(length, LARGEST)
            end
            return length, place + 1
        end
        scale = scale * 128
    end
    return nil, "a length of more than four bytes"
end

--- Takes the next packet.
-- @return as `packets.read`; nil alone if it has not arrived whole
function Reader:next()
    if self.missing > self.count then
        return nil
    elseif self.count > 0 then
        join(self)
    end
    self.missing = 0
    local length, body = read_length(self)
    if not length then
        self.missing = 1
        return nil, body
    end
    local first = byte(self.text, self.place)
    local ok, problem = packets.check(first, length)
    if not ok then
        return nil, sub(self.text, self.place, self.place + 4) == "HTTP/" and "an answer of HTTP" or problem
    end
    local after = body + length
    if after - 1 > #self.text then
        self.missing = after - 1 - #self.text
        return nil
    end
    self.place = after
    return packets.read(first, sub(self.text, body, after - 1))
end

return reader
