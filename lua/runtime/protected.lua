--- Protected calls of functions that may wait.
--
-- In Lua 5.1 a coroutine cannot yield across `pcall`. There the function runs in a coroutine of its own. What waits in
-- it is that coroutine, which whoever ends the wait resumes; the caller yields meanwhile, and goes on at its end.
-- A `coroutine.resume` of the caller is passed on, and so is what the function yields to it: either may belong to
-- another scheduler than ours.
local in_task = coroutine.isyieldable
local pcall, xpcall, setmetatable = pcall, xpcall, setmetatable
local create, resume, yield, running = coroutine.create, coroutine.resume, coroutine.yield, coroutine.running
local status, wrap = coroutine.status, coroutine.wrap
local pack, unpack = table.pack, table.unpack

-- Lua's own yields a value where it can, and else returns false.
if wrap(function() return pcall(yield, true) end)() then
    return {
        pcall = pcall,
        xpcall = xpcall,
        on_end = function() end,
        take_error = function() return false end,
    }
end

local protected = {}

--- The calls by their coroutines: `caller`, and at the end `results`, or `problem` in a table. Both sides are weak: a
-- call that will never end is kept by its coroutine alone.
local calls = setmetatable({}, { __mode = "kv" })

local resume_caller

--- Sets what resumes a caller whose call has ended while something else ran.
-- @function wake called with the caller's coroutine
function protected.on_end(wake)
    resume_caller = wake
end

--- Notes the end of a call. If another than the caller has resumed it, the caller goes on.
local function finish(call, outcome)
    call.outcome = outcome
    if status(call.caller) == "suspended" then
        resume_caller(call.caller)
    end
end

--- Takes the error of a coroutine that has been resumed, if it is a call's: its caller gets it.
-- @thread co
-- @param problem
-- @return boolean
function protected.take_error(co, problem)
    local call = calls[co]
    if not call or call.outcome or status(co) ~= "dead" then
        return false
    end
    finish(call, { is_error = true, problem })
    return true
end

local function body(call, fn, ...)
    finish(call, pack(fn(...)))
end

--- Resumes a call from its caller.
local function go_on(co, ...)
    local values = pack(resume(co, ...))
    if not values[1] then
        protected.take_error(co, values[2])
    end
    return values
end

--- Calls a function in a coroutine of its own.
local function call_beside(handler, fn, ...)
    local call = { caller = running() }
    local co = create(body)
    calls[co] = call
    local values = go_on(co, call, fn, ...)
    while not call.outcome and status(co) == "suspended" do
        values = pack(yield(unpack(values, 2, values.n)))
        if not call.outcome and status(co) == "suspended" then
            values = go_on(co, unpack(values, 1, values.n))
        end
    end
    local outcome = call.outcome or { is_error = true, "its error went to another coroutine" }
    if outcome.is_error then
        return false, handler(outcome[1], co)
    end
    return true, unpack(outcome, 1, outcome.n)
end

local function same(problem)
    return problem
end

--- As in Lua 5.3, but the handler may get a second argument: the coroutine with the error's stack.
function protected.xpcall(fn, handler, ...)
    if in_task() then
        return call_beside(handler, fn, ...)
    end
    local arguments = pack(...)
    return xpcall(function() return fn(unpack(arguments, 1, arguments.n)) end, handler)
end

--- As in Lua 5.3.
function protected.pcall(fn, ...)
    if in_task() then
        return call_beside(same, fn, ...)
    end
    return pcall(fn, ...)
end

return protected
