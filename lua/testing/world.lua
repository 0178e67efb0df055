--- The device of a test with all of the runtime around it. A new one takes the place of the one before within the same
-- Lua state: globals and libraries become again what they were before, and the Lua half is loaded anew. So this module
-- belongs to the first runtime and reaches the others by their `use`.
local first_use = ...
local native = first_use "native.testing"
local waiting = first_use "testing.waiting"
local check = first_use "runtime.check"
first_use("runtime.plain_errors")(native)

local pairs, ipairs, error, pcall, next = pairs, ipairs, error, pcall, next
local setmetatable, tostring, sort = setmetatable, tostring, table.sort
local create, yield, running = coroutine.create, coroutine.yield, coroutine.running

local world = {}

--- Messages that a loop of the project's own takes at most while the test does not wait.
local MOST_MESSAGES = 100

--- Parameter of a message that means no object; a loop of the project's own ignores it.
local NO_OBJECT = 0

--- `use` and `require "luatos"` of the present runtime, the path of the main script, what is printed, and how much of
-- that `find_line` has looked at.
local present = { use = first_use, luatos = package.loaded.luatos, lines = {}, seen = 0 }

--- Loads one of the modules of the present runtime.
function world.use(name)
    return present.use(name)
end

--- What `require "luatos"` returns.
function world.luatos()
    return present.luatos
end

--- Lets the device's time pass.
-- @number ms
function world.wait(ms)
    local waits = present.use "device.waits"
    local problem = waits.wait(waits.new(), ms, "wait")
    if problem then
        error(problem, 0)
    end
end

--- Does what is due by now.
function world.catch_up()
    present.use("runtime.scheduler").take_turn()
end

--- Whether the device does something at present: a task or callback of it runs, or a server.
function world.is_busy()
    return present.use("runtime.tasks").in_task() or present.use("runtime.scheduler").depth > 0
end

--- The lines that were printed.
function world.lines()
    world.catch_up()
    return present.lines
end

--- Has a module's table of an earlier runtime lead to that of the present one.
local function follow(name, old)
    for key in next, old do
        old[key] = nil
    end
    local function current() return package.loaded[name] or require(name) end
    setmetatable(old, {
        __index = function(_, key) return current()[key] end,
        __newindex = function(_, key, value) current()[key] = value end,
    })
end

--- Names of the modules that came from the project's files.
local function project_modules()
    return present.use("runtime.search").project_modules()
end

--- Ends the present runtime and switches a new one on.
-- @tab wishes as for `native.testing.renew`
local function renew(wishes)
    local pristine = present.use "runtime.pristine"
    local published = pristine.published()
    present.use("runtime.end_of_run").silence()
    pristine.restore(project_modules())
    local ok, luatos, use, main = pcall(native.renew, wishes)
    if not ok then
        -- The one before is there still, but its globals are gone.
        native.renew {}
        error(luatos, 0)
    end
    local before = present
    present = { use = use, luatos = luatos, main = main, lines = {}, seen = 0 }
    package.loaded.luatos = luatos
    published.luatos = before.luatos
    for name, old in pairs(published) do
        follow(name, old)
    end
end

-- ## Globals of a spec file

--- Names of our modules that the present spec file has required outside its tests: each test has their globals.
local required = {}

--- Another spec file begins.
function world.forget_required()
    required = {}
end

--- Notes what the spec file has required by now, before a test begins.
function world.note_required()
    for name in pairs(present.use("runtime.pristine").published()) do
        required[name] = _G[name] ~= nil or nil
    end
end

--- Loads what the spec file has required, as far as the project has not.
local function require_again()
    local names = {}
    for name in pairs(required) do
        names[#names + 1] = name
    end
    sort(names)
    for _, name in ipairs(names) do
        if _G[name] == nil then
            require(name)
        end
    end
end

--- Whether waits are passed over in the present test.
local is_instant

local function leave() end
local function enter() end

--- Sets what is called before a test leaves a runtime, and when it has a new one.
function world.on_renewal(before, after)
    leave, enter = before, after
end

--- Puts a file onto the device, with its folders.
local function write_file(path, text)
    check.string("files: path", path)
    check.text("files: text", text)
    for folder in path:gmatch "()/" do
        if folder > 1 then
            _G.rtos.make_dir(path:sub(1, folder - 1))
        end
    end
    local file, problem = _G.io.open(path, "wb")
    if not file then
        error("files: " .. tostring(problem), 0)
    end
    file:write(text)
    file:close()
end

--- A new device, whose files are gone with it.
-- @tab wishes as for `native.testing.renew`
function world.begin(wishes)
    local files = wishes.files
    wishes.is_quiet, wishes.files = true, nil
    leave()
    renew(wishes)
    if is_instant ~= nil then
        native.set_instant(is_instant)
    end
    present.use("runtime.end_of_run").refuse()
    local unattached = present.use "runtime.attach_parts"()
    if unattached then
        error(unattached, 0)
    end
    enter()
    for path, text in pairs(files or {}) do
        write_file(path, text)
    end
    local lines = present.lines
    present.use("device.changes").on("log", function(line)
        lines[#lines + 1] = line
        waiting.look()
    end)
    present.use("runtime.scheduler").on(present.use("native.rtos").MSG_DOG, function(ms)
        local text = ("not fed for %d ms: a device would restart now"):format(ms)
        present.use("runtime.diagnostics").error("rtos.openSoftDog", text)
    end)
    if not wishes.project then
        require_again()
    end
end

--- The end of the present device.
function world.finish()
    is_instant = nil
    renew {}
    require_again()
end

--- Waits for a line behind those that were looked at.
-- @function look returns what it finds in a line, or nil
-- @number ms
-- @bool[opt] keeps_place whether the next call looks at the same lines
-- @return what `look` has found, and the line; nil when the time is up
function world.find_line(look, ms, keeps_place)
    world.catch_up()
    local found, at
    local seen = present.seen
    local function is_found()
        while not found and seen < #present.lines do
            seen = seen + 1
            found, at = look(present.lines[seen]), seen
        end
        return found ~= nil
    end
    if not is_found() and ms > 0 then
        waiting.wait_until(present.use "device.waits", is_found, ms, "expect_log")
    end
    if found and not keeps_place then
        present.seen = at
    end
    return found, found and present.lines[at]
end

--- @bool flag whether waits are passed over from now on, to the end of the test
function world.set_instant(flag)
    is_instant = flag
    native.set_instant(flag)
end

--- Calls a function with waits being passed over.
function world.while_instant(body)
    local before = native.set_instant(true)
    local tasks = present.use "runtime.tasks"
    -- Lua 5.1's own could not be waited in by a task.
    local ok, problem = tasks.xpcall(body, tasks.with_traceback)
    native.set_instant(before)
    if not ok then
        error(problem, 0)
    end
end

--- Has the test's waits drive a loop of the project's own, which calls `rtos.receive` in the task of the main script:
-- there it waits until the test does, and each wait of the test has it take one message after the other.
-- @thread task
local function drive_foreign_loop(task)
    local rtos, scheduler = present.use "native.rtos", present.use "runtime.scheduler"
    local receive, block, take_turn = rtos.receive, scheduler.block, scheduler.take_turn
    local tasks = present.use "runtime.tasks"
    local in_task = tasks.in_task
    --- Whether the loop asks for a message, whether it has looked since it got one, and whether there is one more.
    local is_asking, has_looked, has_more = false, false, false

    function rtos.receive(timeout)
        if running() ~= task then
            return receive(timeout)
        end
        is_asking = true
        local limit = yield()
        is_asking = false
        if limit == 0 and timeout ~= 0 then
            local id, parameter = receive(0)
            has_more = id ~= rtos.WAIT_MSG_TIMEOUT
            if not has_more then
                -- None, but the loop looks what our modules and the test have published.
                return rtos.MSG_WEBSOCKET, NO_OBJECT
            end
            return id, parameter
        end
        return receive(timeout)
    end

    function scheduler.block(what)
        if not is_asking then
            return block(what)
        end
        -- What the test has published comes first.
        has_looked = not has_looked
        tasks.resume(task, has_looked and 0 or nil)
        return true
    end

    function scheduler.take_turn()
        if not is_asking or in_task() then
            return take_turn()
        end
        local count = 0
        repeat
            tasks.resume(task, 0)
            count = count + 1
        until not has_more or not is_asking or count == MOST_MESSAGES
    end
end

--- Runs the main script as a task, up to its `sys.run`.
function world.run_main()
    local main = present.main
    _G.arg = { [0] = main }
    local scheduler, tasks = present.use "runtime.scheduler", present.use "runtime.tasks"
    local chunk, problem = present.use("runtime.sources").load_host_file(main)
    if not chunk then
        error(problem, 0)
    end
    local task, failure
    local has_returned = false
    local run = scheduler.run
    function scheduler.run()
        if running() ~= task then
            return run()
        end
        -- The test's own waits run the loop from now on.
        while true do
            yield()
        end
    end
    -- Without a name for it a traceback says "main chunk".
    task = create(function() assert(chunk)() end)
    tasks.on_failure(task, function(text)
        if has_returned then
            present.use("runtime.diagnostics").error("test.project", text)
        else
            failure = text
        end
    end)
    drive_foreign_loop(task)
    tasks.resume(task)
    has_returned = true
    if failure then
        error(failure, 0)
    end
    require_again()
end

return world
