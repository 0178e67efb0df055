--- Random numbers and bytes, the same in every run (the generator of Park and Miller).
local noise = {}

local MODULUS = 2147483647

local Noise = {}
Noise.__index = Noise

--- @number seed from 1
function noise.new(seed)
    return setmetatable({ state = seed }, Noise)
end

--- @number most
-- @return integer from 0 to below `most`
function Noise:number(most)
    self.state = (self.state * 16807) % MODULUS
    return self.state % most
end

--- @number most
-- @return string of fewer bytes than `most`
function Noise:bytes(most)
    local list = {}
    for index = 1, self:number(most) do
        list[index] = string.char(self:number(256))
    end
    return table.concat(list)
end

return noise
