--- `--board`: what another thread asks of the device. Each call is a task of its own, so that it may wait, and its
-- errors are answers.
local use = ...
local native = use "native.board"
local native_device = use "native.device"
local rtos = use "native.rtos"
local host = use "native.host"
local scheduler = use "runtime.scheduler"
local end_of_run = use "runtime.end_of_run"
local tasks = use "runtime.tasks"
local changes = use "device.changes"
local device = use "device.init"
local observed = use "device.observed"
local inspect = use "device.inspect"
local describe = use("runtime.text").describe

local type, next, ipairs, select = type, next, ipairs, select
local unpack, concat, gsub = table.unpack, table.concat, string.gsub

local remote = {}

--- Functions of the door that take functions, or give objects: what is said of them.
local UNAVAILABLE = {
    on = "functions cannot be given here: the WebSocket /api/changes tells of all changes",
    i2c = "functions cannot be given here: device.part attaches a model",
    spi = "functions cannot be given here: device.part attaches a model",
    uart = "an object cannot be returned here: call uart.write or uart.read, with the port as the first argument",
}

--- What stands for methods of objects.
local METHODS = {}
for _, method in ipairs { "read", "write" } do
    METHODS["uart." .. method] = function(port, ...)
        local other_end = device.uart(port)
        return other_end[method](other_end, ...)
    end
end

--- The text of an error, without the place in our own files.
local function text_of(problem)
    local text = gsub(describe(problem), "^luatos/[%w_/]+%.lua:%d+: ", "")
    return text
end

--- Answers a call. What was read for somebody who has gone since is there for the next one.
local function answer(call, name, port, ok, ...)
    if not ok then
        native.answer(call, false, text_of((...)))
    elseif not native.answer(call, true, ...) and name == "uart.read" then
        native_device.uart_give_back(port, (...))
    end
end

local function call(number, name, arguments)
    local run = METHODS[name] or device[name]
    if UNAVAILABLE[name] then
        return native.answer(number, false, name .. ": " .. UNAVAILABLE[name])
    elseif name == "state" then
        return native.answer_state(number, observed.state())
    end
    tasks.spawn(function()
        answer(number, name, arguments[1], tasks.pcall(run, unpack(arguments, 1, arguments.n)))
    end)
end

--- Ends the telling of what is published.
local stop_hearing

local function tell_published(...)
    local texts = {}
    for index = 1, select("#", ...) do
        local value = select(index, ...)
        texts[index] = type(value) == "string" and value or inspect(value)
    end
    native.published(concat(texts, " "), ...)
end

local function watch(is_on)
    if stop_hearing then
        stop_hearing()
        stop_hearing = nil
    end
    if is_on then
        stop_hearing = changes.on("publish", tell_published)
    end
end

local REQUESTS = { call = call, watch = watch }

--- Does what was asked for.
-- @return whether there was anything
local function handle(what, ...)
    if what then
        REQUESTS[what](...)
    end
    return what ~= nil
end

--- Names of what can be called: the functions of the door, and the methods of what they return.
local function names()
    local list = {}
    for _, functions in ipairs { device, METHODS } do
        for name in next, functions do
            list[#list + 1] = name
        end
    end
    return list
end

--- Lets the run go on for who asks, for a main script that has ended without running the loop.
local function go_on()
    if not host.stopped() then
        scheduler.run()
    end
end

--- The serial ports of the device, which the page shows as terminals.
local PORTS = { 1, 2, 3, 0x81 }

--- Takes what is asked from now on.
-- @return list of the names of what can be called
function remote.start()
    for _, port in ipairs(PORTS) do
        device.uart(port)
    end
    end_of_run.add_companion(go_on)
    scheduler.on(rtos.MSG_BOARD, function()
        repeat until not handle(native.next())
    end)
    return names()
end

return remote
