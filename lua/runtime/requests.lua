--- Callbacks that wait for one thing, each with a time limit, such as those of `wifiScan.request`.
local use = ...
local scheduler = use "runtime.scheduler"
local tasks = use "runtime.tasks"

local requests = {}

--- How long a callback waits without a time of its own, in ms.
requests.PATIENCE = 10000

--- Makes a list of such callbacks.
-- @param ... what a callback is called with when its time is up
function requests.new(...)
    local nothing = table.pack(...)
    local list = { waiting = {} }

    --- Has a callback called, in a task of its own, with the next answer.
    -- @function callback
    -- @number[opt=10000] ms
    function list.add(callback, ms)
        local entry = { callback = callback }
        entry.timer = scheduler.after(ms or requests.PATIENCE, function()
            for index, other in ipairs(list.waiting) do
                if other == entry then
                    table.remove(list.waiting, index)
                end
            end
            tasks.spawn(callback, table.unpack(nothing, 1, nothing.n))
        end)
        list.waiting[#list.waiting + 1] = entry
    end

    --- Calls all callbacks with an answer.
    function list.answer(...)
        local waiting = list.waiting
        list.waiting = {}
        for _, entry in ipairs(waiting) do
            scheduler.cancel(entry.timer)
            tasks.spawn(entry.callback, ...)
        end
    end

    return list
end

return requests
