--- Joins the parts of long messages, which come in any order.
module(..., package.seeall)

require "utils"
require "pdu"

--- What stands for a part that has not come.
local GAP = "[...]"

--- A table with a message: `from`, `time`, `text`.
local function message(from, time, text)
    return { from = from, time = time, text = text }
end

local function is_complete(waiting)
    for number = 1, waiting.total do
        if not waiting.parts[tostring(number)] then
            return false
        end
    end
    return true
end

--- The text of the parts that are there.
local function joined(waiting)
    local texts, run = {}, ""
    for number = 1, waiting.total do
        local data = waiting.parts[tostring(number)]
        if data then
            run = run .. data:fromHex()
        end
        if not data or number == waiting.total then
            texts[#texts + 1] = pdu.text(waiting.alphabet, run) .. (data and "" or GAP)
            run = ""
        end
    end
    return message(waiting.from, waiting.time, table.concat(texts))
end

--- Adds a part.
-- @tab all the parts that wait for others, by message; it can be kept as JSON
-- @tab part as `pdu.read` returns it
-- @number now seconds
-- @return the message if it is whole now, else nil
function add(all, part, now)
    if part.total == 1 then
        return message(part.from, part.time, pdu.text(part.alphabet, part.data))
    end
    local key = table.concat({ part.from, part.reference, part.total, part.alphabet }, "/")
    local waiting = all[key]
    if not waiting then
        waiting = {
            from = part.from, time = part.time, alphabet = part.alphabet, total = part.total, since = now, parts = {},
        }
        all[key] = waiting
    end
    waiting.parts[tostring(part.number)] = (part.data:toHex())
    if is_complete(waiting) then
        all[key] = nil
        return joined(waiting)
    end
end

--- Gives up on parts that have not come.
-- @tab all as for `add`
-- @number before seconds: messages whose first part has come before that
-- @return list of these messages, with gaps
function overdue(all, before)
    local messages, keys = {}, {}
    for key, waiting in pairs(all) do
        if waiting.since < before then
            keys[#keys + 1] = key
        end
    end
    for _, key in ipairs(keys) do
        messages[#messages + 1] = joined(all[key])
        all[key] = nil
    end
    return messages
end
