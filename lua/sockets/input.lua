--- What has arrived on a socket and was not taken. Pure.
local concat, setmetatable = table.concat, setmetatable

local Input = {}
Input.__index = Input

local input = {}

--- @bool is_datagrams whether it is taken piece by piece, as it came, and not all at once
function input.new(is_datagrams)
    -- The pieces are at `first` to `last`; `bytes` is the sum of their lengths.
    return setmetatable({ is_datagrams = is_datagrams, pieces = {}, first = 1, last = 0, bytes = 0 }, Input)
end

function Input:is_empty()
    return self.first > self.last
end

function Input:add(data)
    self.last = self.last + 1
    self.pieces[self.last] = data
    self.bytes = self.bytes + #data
end

local function take_first(self)
    local data = self.pieces[self.first]
    self.pieces[self.first] = nil
    self.first = self.first + 1
    self.bytes = self.bytes - #data
    return data
end

local function take_all(self)
    local data = concat(self.pieces, "", self.first, self.last)
    self.pieces, self.first, self.last, self.bytes = {}, 1, 0, 0
    return data
end

--- Takes the oldest datagram, or everything.
-- @return string; "" for nothing
function Input:take()
    if self:is_empty() then
        return ""
    elseif self.is_datagrams or self.first == self.last then
        return take_first(self)
    end
    return take_all(self)
end

return input
