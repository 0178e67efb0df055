--- The files of the device, from outside: what a cable and the maker's tool do.
local use = ...
local native = use "native.io"
local check = use "runtime.check"
local show = use("runtime.text").show

local error, type, find = error, type, string.find

local files = {}

--- Number of the system's error for a file that is not there.
local MISSING = 2

--- @return the bytes of a file, or nil if there is none; or nil and what the system says, which names the path
local function read(path)
    local file, why, number = native.open(path, "rb")
    if not file then
        return nil, number ~= MISSING and why or nil
    end
    local bytes, problem = native.read(file, "a")
    native.close(file)
    return bytes, problem
end

--- @return nil, or nil and what the system says
local function write(path, bytes)
    local file, why = native.open(path, "wb")
    if not file then
        return nil, why
    end
    local ok, problem = native.write(file, bytes)
    local is_closed, last_problem = native.close(file)
    return nil, not ok and problem or not is_closed and last_problem or nil
end

--- @return nil, or nil and what the system says
local function remove(path)
    local ok, why = native.remove(path)
    return nil, not ok and why or nil
end

--- Reads, writes or removes a file of the device. The script's own files, in `/lua`, can be read alone.
-- @string path on the device, such as `/nvm_para.lua`
-- @param content string: the file's bytes from now on; false: it is removed; nil: it is read
-- @return what is in it, or nil if there is no such file; nothing if it is written or removed
function files.file(path, content)
    check.string("device.file: path", path)
    if not find(path, "^/") or not native.is_device(path) then
        error("device.file: path: one of the device, such as /nvm_para.lua, expected, got " .. show(path), 2)
    end
    local bytes, problem
    if content == nil then
        bytes, problem = read(path)
    elseif content == false then
        bytes, problem = remove(path)
    elseif type(content) == "string" then
        bytes, problem = write(path, content)
    else
        error("device.file: content: string, false or nil expected, got " .. show(content), 2)
    end
    if problem then
        error("device.file: " .. problem, 2)
    end
    return bytes
end

return files
