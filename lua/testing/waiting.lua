--- Waits of a test for what another part of it brings about, such as a line that is printed or a connection.
local ipairs, error, remove = ipairs, error, table.remove

local waiting = {}

--- Waits that are under way, each with the function that says whether it is over.
local waits = {}

--- Looks which waits are over: something has happened.
function waiting.look()
    for index = #waits, 1, -1 do
        local entry = waits[index]
        if entry and entry.is_over() then
            remove(waits, index)
            entry.finish(entry.wait)
        end
    end
end

--- Waits until a function says so.
-- @tab runtime `device.waits` of the present runtime
-- @function is_over
-- @number ms time limit
-- @string call for errors
-- @return boolean: whether it did in time
function waiting.wait_until(runtime, is_over, ms, call)
    if is_over() then
        return true
    end
    local entry = { is_over = is_over, wait = runtime.new(), finish = runtime.finish }
    waits[#waits + 1] = entry
    local problem = runtime.wait(entry.wait, ms, call)
    for index, other in ipairs(waits) do
        if other == entry then
            remove(waits, index)
        end
    end
    if problem then
        error(problem, 0)
    end
    return is_over()
end

--- The test has ended.
function waiting.forget()
    waits = {}
end

return waiting
