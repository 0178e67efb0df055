--- `--scenario FILE.lua`: a script that runs as a task beside the project and plays the outside. When it returns, the
-- run ends and has succeeded; an error in it, or in a callback of its `device.on`, ends the run and has failed.
local use = ...
local host = use "native.host"
local scheduler = use "runtime.scheduler"
local sources = use "runtime.sources"
local end_of_run = use "runtime.end_of_run"
local tasks = use "runtime.tasks"
local waiting = use "runtime.waiting"
local device = use "device.init"
local check = use "runtime.check"

local setmetatable, create, running = setmetatable, coroutine.create, coroutine.running

local scenario = {}

--- Stands for its task before it has begun.
local NOT_BEGUN = {}

--- Its task while it has not returned.
local task

--- Its file, as the command line names it.
local file

local function fail(text)
    task = nil
    end_of_run.failed("the scenario " .. file .. " has failed: " .. text)
end

--- `device.on` for the scenario: an error in a callback fails it.
local function on(name, callback)
    check.callback("device.on: callback", callback)
    return device.on(name, function(...)
        local ok, text = tasks.xpcall(callback, tasks.with_traceback, ...)
        if not ok then
            fail(text)
        end
    end)
end

--- What the file has as its globals: those of the project, and the door. What it sets stays its own.
local function environment()
    local door = setmetatable({ on = on }, { __index = device })
    return setmetatable({ device = door, sys = use "modules.sys" }, { __index = _G })
end

local function run(chunk)
    task = create(function()
        -- Without a name for it a traceback says "main chunk".
        assert(chunk)()
        task = nil
        end_of_run.succeeded()
    end)
    tasks.on_failure(task, fail)
    tasks.resume(task)
end

--- Lets the scenario come to its end, for a main script that has ended without running the loop.
local function finish()
    if task and not host.stopped() then
        scheduler.run()
    end
end

local function unfinished()
    -- It may end the run itself, by `os.exit`.
    if task and task ~= running() then
        return ("the scenario %s has not returned: it %s"):format(file,
            task == NOT_BEGUN and "has not begun, because the message loop has not run"
            or "waits at " .. waiting.place_of(task))
    end
end

--- Has a scenario begin as soon as the message loop runs.
-- @string path of the file on this computer
-- @return nil, or why it cannot be loaded
function scenario.start(path)
    local chunk, problem = sources.load_scenario(path, "t", environment())
    if not chunk then
        return problem
    end
    file = path
    end_of_run.add_companion(finish, unfinished)
    task = NOT_BEGUN
    scheduler.after(0, function() run(chunk) end)
end

return scenario
