--- `--console`: inputs at a prompt run beside the project, each as a task. An expression shows its values; an error
-- shows its traceback and changes nothing else.
local use = ...
local copies = use "runtime.copies"
local native = use "native.console"
local rtos = use "native.rtos"
local host = use "native.host"
local scheduler = use "runtime.scheduler"
local sources = use "runtime.sources"
local end_of_run = use "runtime.end_of_run"
local tasks = use "runtime.tasks"
local device = use "device.init"
local inspect = use "device.inspect"
local complete = use "device.completion"

local setmetatable, error, type = setmetatable, error, type
local create, running = coroutine.create, coroutine.running
local status, yield, getinfo, find = coroutine.status, coroutine.yield, debug.getinfo, string.find
local pack, concat, sethook = table.pack, table.concat, debug.sethook
local stdout, stderr, io_type = io.stdout, io.stderr, io.type
local write = use("runtime.output").write

local console = {}

--- Name of the chunks, for messages and tracebacks.
local CHUNK = "=console"

--- What raises an error in a task that was left, once that goes on.
local ABANDONED = {}

--- The task of the input that has not come to its end.
local task

local is_open = false

local function show(file, text)
    if io_type(file) == "file" then
        write(file, text, "\n")
    end
end

--- What inputs have as their globals beside those of the project, to which they assign.
local own = { device = device, sys = use "modules.sys", coroutine = setmetatable({}, { __index = coroutine }) }
local environment = setmetatable({}, {
    __index = function(_, name)
        local value = own[name]
        if value == nil then
            value = _G[name]
        end
        return value
    end,
    __newindex = _G,
})

--- Loads an input: an expression, or else statements.
local function compile(text)
    local chunk = sources.load_text("return " .. text, CHUNK, "t", environment)
    if chunk then
        return chunk
    end
    return sources.load_text(text, CHUNK, "t", environment)
end

--- Shows the values of an expression, if it has any.
local function show_values(list)
    local texts = {}
    for index = 1, list.n do
        texts[index] = inspect(list[index])
    end
    if texts[1] then
        show(stdout, concat(texts, "  "))
    end
end

local function finish()
    task = nil
    native.done()
end

--- Lets the prompt go on while the input stays suspended: it has yielded by itself, and whether anything will resume it
-- is not known. What it does then shows no values.
local function leave_suspended()
    show(stderr, "console: the input has yielded; it goes on when something resumes it")
    finish()
end

--- `coroutine.yield` of the input itself.
function own.coroutine.yield(...)
    if task and running() == task then
        leave_suspended()
    end
    return yield(...)
end

--- Whether a suspended task waits in a module: in one of ours, or in the project's own `sys`.
local function waits_in_module(co)
    local caller = getinfo(co, 1, "S")
    if not caller or find(caller.source, "^=luatos/") then
        return true
    end
    local wait = copies.is_foreign "sys" and copies.current("sys").wait
    return type(wait) == "function" and getinfo(wait, "S").source == caller.source
end

--- Runs an input. After it was left, the task does nothing more.
local function run(text)
    local chunk, problem = compile(text)
    if not chunk then
        show(stderr, problem)
        return finish()
    end
    local this
    this = create(function()
        -- Without a name for it a traceback says "main chunk".
        local values = pack(assert(chunk)())
        if task == this then
            show_values(values)
            finish()
        end
    end)
    tasks.on_failure(this, function(failure)
        if task == this then
            show(stderr, failure)
            finish()
        end
    end)
    task = this
    tasks.resume(this)
    if task == this and status(this) == "suspended" and not waits_in_module(this) then
        leave_suspended()
    end
end

--- Leaves the input that waits: where its task goes on, that ends it.
local function abandon()
    if task then
        sethook(task, function() error(ABANDONED, 0) end, "", 1)
        finish()
    end
end

local function close()
    is_open = false
    native.close()
end

--- Ends the run as the end of a script does.
local function end_run()
    local problem = end_of_run.unfinished()
    if problem then
        end_of_run.failed(problem)
    end
    end_of_run.succeeded()
end

local ACTIONS = {
    run = run,
    abandon = abandon,
    complete = function(before) native.answer(complete(before, { own, _G })) end,
    close = close,
    ["end"] = end_run,
}

--- Does what was asked for.
-- @return whether there was anything
local function handle(name, text)
    if name then
        ACTIONS[name](text)
    end
    return name ~= nil
end

--- Lets the console go on, for a main script that has ended without running the loop.
local function go_on()
    if is_open and not host.stopped() then
        scheduler.run()
    end
end

--- Takes what is asked from now on, until the console is closed.
function console.start()
    is_open = true
    end_of_run.add_companion(go_on)
    scheduler.on(rtos.MSG_CONSOLE, function()
        repeat until not handle(native.next())
    end)
end

return console
