--- Lists of values, as of arguments and results.
local select, pack, unpack = select, table.pack, table.unpack

local values = {}

--- The values without the nils at their end, as scripts get them on the device.
function values.trimmed(...)
    local count = select("#", ...)
    if count == 0 or (select(count, ...)) ~= nil then
        return ...
    end
    local list = pack(...)
    while count > 0 and list[count] == nil do
        count = count - 1
    end
    return unpack(list, 1, count)
end

return values
