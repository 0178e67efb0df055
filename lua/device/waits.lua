--- Waits of the door, in a task or outside one, for something that a callback finds out.
local use = ...
local host = use "native.host"
local scheduler = use "runtime.scheduler"
local tasks = use "runtime.tasks"

local running, yield = coroutine.running, coroutine.yield
local milliseconds = host.milliseconds

local waits = {}

--- A wait that has not begun.
function waits.new()
    return { is_over = false }
end

--- Ends a wait, from a callback.
function waits.finish(wait)
    wait.is_over = true
    local task = wait.task
    if task then
        wait.task = nil
        tasks.wake(task)
    end
end

--- Yields until the wait is over; an unrelated `coroutine.resume` does no harm.
local function in_task(wait, ms)
    local task = running()
    local give_up = ms and milliseconds() + ms
    repeat
        wait.task = task
        if give_up then
            scheduler.sleep(ms, task)
            ms = give_up - milliseconds()
        else
            yield()
        end
    until wait.is_over or give_up and ms <= 0
    wait.task = nil
end

local function outside(wait, ms, call)
    local timer = ms and scheduler.after(ms, function() wait.is_over = true end)
    while not wait.is_over do
        local ok, problem = scheduler.block(call)
        if not ok then
            scheduler.cancel(timer)
            return problem
        end
    end
    scheduler.cancel(timer)
end

--- Waits until `finish` is called with the wait, or the time is up.
-- @tab wait
-- @number ms nil for no limit
-- @string call for errors
-- @return nil, or the error that the caller raises once it has undone what it has set up
function waits.wait(wait, ms, call)
    if wait.is_over then
        return nil
    elseif tasks.in_task() then
        return in_task(wait, ms)
    end
    return outside(wait, ms, call)
end

return waits
