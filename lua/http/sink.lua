--- Where the body of an answer goes: into memory, to the end of a file, or to a function of the script.
local use = ...
local tasks = use "runtime.tasks"

local type, setmetatable, concat, tonumber, tostring = type, setmetatable, table.concat, tonumber, tostring

--- Most bytes that are kept in memory.
local MOST_KEPT = 256 * 1024 * 1024

--- What a function gets as length of a body whose length is not known.
local UNKNOWN = 0x7FFFFFFF

local Memory, File, Function = {}, {}, {}
Memory.__index, File.__index, Function.__index = Memory, File, Function

--- @string data a piece of the body
-- @return true; or false, what has failed, and why
function Memory:write(data)
    self.size = self.size + #data
    if self.size > MOST_KEPT then
        return false, "receive: out of memory", ("only rcvFileName takes more than %d bytes"):format(MOST_KEPT)
    end
    self.parts[#self.parts + 1] = data
    return true
end

function Memory:body()
    local text = concat(self.parts)
    self.parts = { text }
    return text
end

function Memory.finish()
    return true
end

--- The file is opened when there is something for it. It keeps what it had: a download may be resumed.
function File:write(data)
    local why
    if not self.file then
        self.file, why = io.open(self.path, "a+b")
        if not self.file then
            return false, "receive: open file error", why
        end
    end
    local ok
    ok, why = self.file:write(data)
    if not ok then
        return false, "receive: write file error", why
    end
    return true
end

function File:body()
    return self.path
end

function File:finish()
    local file = self.file
    self.file = nil
    if file then
        local ok, why = file:close()
        if not ok then
            return false, "receive: write file error", why
        end
    end
    return true
end

--- The length that the function gets: of all of it where a part was asked for.
local function total(answer, head)
    local range = head["Content-Range"]
    local all = range and tonumber(range:match "/(%d+)")
    return all or answer:length() or UNKNOWN
end

function Function:write(data, answer, head)
    self.is_called = true
    local ok, result = tasks.guard("http.request: rcvFileName", self.take, data, total(answer, head),
        tostring(answer:status()))
    if not ok then
        return false, "receive: user process error", "it has failed"
    elseif result ~= nil then
        self.result = result
        return false, "receive: user process error"
    end
    return true
end

function Function:body()
    return self.take
end

--- An answer without a body is told too.
function Function:finish(answer, head)
    if not self.is_called and answer:status() then
        return self:write("", answer, head)
    end
    return true
end

--- @param target nil, the path of a file, or a function
-- @return object with `write(data, answer, head)`, `finish(answer, head)`, which is called once, and `body()`, what
-- the callback gets
return function(target)
    if type(target) == "string" then
        return setmetatable({ path = target }, File)
    elseif target then
        return setmetatable({ take = target }, Function)
    end
    return setmetatable({ parts = {}, size = 0 }, Memory)
end
