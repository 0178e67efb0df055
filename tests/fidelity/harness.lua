--- Runs the sections of a case in a task, one after the other, and prints what each shows. The same text runs on our
-- modules and on others of the same names.
PROJECT, VERSION = "FIDELITY", "1.0.0"
-- Texts of the log are no part of the interface.
LOG_LEVEL = 0

require "log"
require "sys"
require "utils"

local harness = {}

local name
local sections = {}

local function text(value)
    local kind = type(value)
    if kind == "string" then
        return string.format("%q", value)
    elseif kind == "table" then
        local parts = {}
        for key in pairs(value) do
            parts[#parts + 1] = key
        end
        table.sort(parts, function(a, b) return tostring(a) < tostring(b) end)
        for index, key in ipairs(parts) do
            parts[index] = tostring(key) .. "=" .. text(value[key])
        end
        return "{" .. table.concat(parts, ",") .. "}"
    elseif kind == "number" or kind == "boolean" or kind == "nil" then
        return tostring(value)
    end
    return kind
end

--- Prints a label, the number of values and the values.
function harness.show(label, ...)
    local parts = {}
    for index = 1, select("#", ...) do
        parts[index] = text((select(index, ...)))
    end
    print(name .. "\t" .. label .. "\t" .. #parts .. "\t" .. table.concat(parts, " "))
end

--- Shows whether a call raises an error, whose text is no part of the interface.
function harness.try(label, body, ...)
    local results = { pcall(body, ...) }
    if results[1] then
        harness.show(label, "works", unpack(results, 2))
    else
        harness.show(label, "raises")
    end
end

--- Shows each message of these names as it comes; returns a function that ends that.
function harness.watch(...)
    local ends = {}
    for _, id in ipairs { ... } do
        local function note(...) harness.show(id, ...) end
        sys.subscribe(id, note)
        ends[#ends + 1] = function() sys.unsubscribe(id, note) end
    end
    return function()
        for _, stop in ipairs(ends) do
            stop()
        end
    end
end

--- Shows what a wait for a message returns, after all its subscribers, whose order is open.
function harness.await(label, id, ms)
    local came = sys.waitUntil(id, ms)
    sys.wait(20)
    harness.show(label, came)
end

--- Adds a section.
function harness.section(title, body)
    sections[#sections + 1] = { title, body }
end

--- Runs the sections.
function harness.run()
    sys.taskInit(function()
        for _, entry in ipairs(sections) do
            name = entry[1]
            entry[2]()
            -- Messages that are under way belong to the section.
            sys.wait(30)
        end
        os.exit(0)
    end)
    sys.init(0, 0)
    sys.run()
end

return harness
