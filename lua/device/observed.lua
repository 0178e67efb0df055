--- Fields of `device.state()` that the Lua half knows, each from the part that has them.
local _ = ...

local next = next

local observed = {}

--- What gives the value of a field, by its name.
local fields = {}

--- Adds a field to the state.
-- @string name
-- @function value returns what it is now, of plain tables, texts, numbers and booleans; an empty table counts as a list
function observed.add(name, value)
    fields[name] = value
end

--- The fields as they are now.
-- @return table
function observed.state()
    local state = {}
    for name, value in next, fields do
        state[name] = value()
    end
    return state
end

return observed
