--- Publish and subscribe, the messages of `sys`.
local use = ...
local scheduler = use "runtime.scheduler"
local tasks = use "runtime.tasks"
local diagnostics = use "runtime.diagnostics"
local calling_line = use("runtime.places").calling_line
local show = use("runtime.text").show

local messages = {}

local pack, unpack, type, next = table.pack, table.unpack, type, next
local guard, resume = tasks.guard, tasks.resume

--- Limit of one delivery: messages beyond those that were published before it began.
local MOST_MORE = 1000

--- Published messages, to be delivered.
local queue, first, last = {}, 1, 0

--- The subscribers by id: one alone as it is, a function or thread; several as a table of `list`, in the
-- order of subscribing with false for one that has unsubscribed, `place` (index in `list` by
-- subscriber), `length` of `list`, `live` (number of subscribers) and `busy` (see `deliver`).
local subscribers = {}

--- The project's own `sys`, if its loop delivers the messages in place of ours.
local foreign

--- Called with id and values of each message, if somebody listens to all.
local hear

--- Functions that are called when a message's first subscriber comes or its last one goes, by its id.
local observers = {}

--- Calls `observer(has_subscribers)` whenever a message's first subscriber has come or its last one has gone.
function messages.observe(id, observer)
    observers[id] = observer
end

--- Types of what may subscribe.
local SUBSCRIBERS = { ["function"] = true, thread = true }

local function check_subscription(where, id, callback)
    if type(id) ~= "string" or not SUBSCRIBERS[type(callback)] then
        diagnostics.warn(where, calling_line()
            .. "invalid parameter: id string and callback function or thread expected, got "
            .. show(id) .. ", " .. show(callback))
        return false
    end
    return true
end

--- Calls `callback(...)` for each message `id`; the same callback counts once.
-- @string id
-- @param callback function|thread: a thread is resumed with the id and the values
function messages.subscribe(id, callback)
    if foreign then
        return foreign.subscribe(id, callback)
    elseif not check_subscription("sys.subscribe", id, callback) then
        return
    end
    local entry = subscribers[id]
    if not entry then
        subscribers[id] = callback
        if observers[id] then
            observers[id](true)
        end
        return
    elseif entry == callback then
        return
    elseif type(entry) ~= "table" then
        entry = { list = { entry }, place = { [entry] = 1 }, length = 1, live = 1 }
        subscribers[id] = entry
    end
    if not entry.place[callback] then
        entry.length = entry.length + 1
        entry.live = entry.live + 1
        entry.list[entry.length] = callback
        entry.place[callback] = entry.length
    end
end

--- Ends a subscription; unknown ones are ignored.
-- @string id
-- @param callback function|thread: as for `sys.subscribe`
function messages.unsubscribe(id, callback)
    if foreign then
        return foreign.unsubscribe(id, callback)
    elseif not check_subscription("sys.unsubscribe", id, callback) then
        return
    end
    local entry = subscribers[id]
    if entry == callback then
        subscribers[id] = nil
        if observers[id] then
            observers[id](false)
        end
        return
    end
    local place = type(entry) == "table" and entry.place[callback]
    if place then
        entry.list[place] = false
        entry.place[callback] = nil
        entry.live = entry.live - 1
        if entry.live == 0 then
            subscribers[id] = nil
            if observers[id] then
                observers[id](false)
            end
        end
    end
end

--- Publishes a message. It is delivered before the next event of a timer or socket is handled; but
-- where subscribers publish in their turn, such events are handled after 1000 messages, so that tasks
-- that publish to each other without end leave room for the rest.
-- @string id
-- @param ... any: its values, of which the nils at the end do not count
function messages.publish(id, ...)
    if foreign then
        return foreign.publish(id, ...)
    end
    -- As `values.trimmed`, which would make a message 6 % more expensive.
    local message = pack(id, ...)
    local count = message.n
    if message[count] == nil then
        while count > 0 and message[count] == nil do
            count = count - 1
        end
        message.n = count
    end
    last = last + 1
    queue[last] = message
    scheduler.has_work = true
end

--- Removes the entries of former subscribers from the list.
local function compact(entry)
    local length = 0
    for index = 1, entry.length do
        local callback = entry.list[index]
        entry.list[index] = nil
        if callback then
            length = length + 1
            entry.list[length] = callback
            entry.place[callback] = length
        end
    end
    entry.length = length
end

local function deliver_to(callback, message)
    if type(callback) == "thread" then
        resume(callback, unpack(message, 1, message.n))
    elseif callback then
        guard("sys.subscribe callback", callback, unpack(message, 2, message.n))
    end
end

local function deliver(message)
    local id = message[1]
    if diagnostics.is_tracing then
        diagnostics.trace("publish", unpack(message, 1, message.n))
    end
    if hear then
        hear(unpack(message, 1, message.n))
    end
    local entry = id ~= nil and subscribers[id]
    if not entry then
        return
    elseif type(entry) ~= "table" then
        return deliver_to(entry, message)
    end
    -- A subscriber added from now on does not get this message, nor does one that is removed. A
    -- callback that waits outside a task runs the loop, and so this function, again: only the
    -- outermost call may move entries. After an interruption, a mark that it has left in `busy` is void.
    local outermost = entry.busy ~= scheduler.interruptions
    entry.busy = scheduler.interruptions
    local list = entry.list
    for index = 1, entry.length do
        deliver_to(list[index], message)
    end
    if outermost then
        entry.busy = false
        if entry.length > 2 * entry.live + 8 then
            compact(entry)
        end
    end
end

--- Delivers the published messages, and up to a limit those that subscribers publish meanwhile.
scheduler.set_delivery(function()
    local left = last - first + 1 + MOST_MORE
    while first <= last do
        if left == 0 then
            return
        end
        left = left - 1
        local message = queue[first]
        queue[first] = nil
        first = first + 1
        deliver(message)
    end
    first, last = 1, 0
    scheduler.has_work = false
end)

--- Has a project's own `sys` tell of what is published.
local function overhear(sys)
    local publish = sys.publish
    function sys.publish(...)
        hear(...)
        return publish(...)
    end
end

--- From now on every message is heard by a function, which raises no error. Whoever has kept the `publish` of a
-- project's own `sys` from before is not heard.
-- @function listener called with the message's id and values
function messages.hear(listener)
    if foreign and not hear then
        overhear(foreign)
    end
    hear = listener
end

--- From now on the project's own `sys` delivers the messages, those of our modules too, so that each side gets
-- what the other publishes. It takes over what was subscribed and published before.
-- @tab sys
function messages.follow(sys)
    foreign = sys
    if hear then
        overhear(sys)
    end
    for id, entry in next, subscribers do
        for _, callback in next, type(entry) == "table" and entry.list or { entry } do
            if callback then
                sys.subscribe(id, callback)
            end
        end
    end
    for index = first, last do
        sys.publish(unpack(queue[index], 1, queue[index].n))
    end
    subscribers, queue, first, last = {}, {}, 1, 0
    scheduler.has_work = false
end

--- Visits the tasks that are subscribed, which `sys.waitUntil` does while it waits.
-- @function visit called with each task and the id of the message
function messages.each_waiting(visit)
    for id, entry in next, subscribers do
        for _, callback in next, type(entry) == "table" and entry.list or { entry } do
            if type(callback) == "thread" then
                visit(callback, id)
            end
        end
    end
end

--- Lists the tasks that are subscribed; for tests.
function messages.waiting()
    local list = {}
    messages.each_waiting(function(task) list[#list + 1] = task end)
    return list
end

return messages
