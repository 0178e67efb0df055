--- The methods of an open file of the device. They are Lua's own, but that `write` returns true, as in 5.1.
local use = ...
local native = use "native.io"

local type, error, select = type, error, select
local pack, unpack = table.pack, table.unpack
local read_line, read_count, write_text = native.read_line, native.read_count, native.write_text

local methods = {}

--- Results of a native; misuse, which is false and a message, is raised at the line of the script. To be
-- called as the last act, so that the script is the caller.
local function checked(first, ...)
    if first == false then
        error((...), 2)
    end
    return first, ...
end

--- What a short native has found; its failure is `false, message, number`, its misuse `false, message`. To be
-- called as the last act likewise.
-- @return value, nil at the end of the file; or nil, message, number
local function found(value, message, number)
    if value then
        return value
    elseif not message then
        return nil
    elseif not number then
        error(message, 2)
    end
    return nil, message, number
end

--- Formats of `read` for a line without its end.
local LINE = { ["*l"] = true, l = true, ["*line"] = true }

--- Reads from the file.
-- @param ... "n" a number, "l" a line, "L" a line with its line feed, "a" the rest, each perhaps with a star
-- in front, or a number of bytes; without any a line
-- @return what was read, nil at the end; or nil, message and number of the error
function methods.read(file, ...)
    local format = ...
    local count = select("#", ...)
    if count == 0 or count == 1 and LINE[format] then
        return found(read_line(file))
    elseif count == 1 and type(format) == "number" then
        return found(read_count(file, format))
    end
    return checked(native.read(file, ...))
end

--- Writes strings and numbers.
-- @return true; or nil, message and number of the error
function methods.write(file, ...)
    local text = ...
    if type(text) == "string" and select("#", ...) == 1 then
        return found(write_text(file, text))
    end
    return checked(native.write(file, ...))
end

--- Moves the place of the next read or write.
-- @string[opt="cur"] from "set", "cur" or "end"
-- @number[opt=0] offset bytes
-- @return bytes from the beginning; or nil, message and number of the error
function methods.seek(file, from, offset)
    return checked(native.seek(file, from, offset))
end

--- Sets when what is written reaches the file.
-- @string mode "no" at once, "line" with each line, "full" when it is much
function methods.setvbuf(file, mode)
    return checked(native.setvbuf(file, mode))
end

--- Hands what was written to the file.
function methods.flush(file)
    return checked(native.flush(file))
end

--- Ends the use of the file.
function methods.close(file)
    return checked(native.close(file))
end

local open_files = { methods = methods, checked = checked }

--- The values of one step of an iterator, or its end. To be called as the last act likewise.
local function step(file, closes, first, message, number, ...)
    if first ~= nil and first ~= false then
        return first, message, number, ...
    elseif message then
        error(message, 2)
    elseif closes then
        native.close(file)
    end
end

--- An iterator over a file.
-- @param file
-- @bool closes whether the file is closed at its end
-- @param ... formats of `read`; without any lines
function open_files.iterator(file, closes, ...)
    local formats = pack(...)
    if formats.n == 0 or formats.n == 1 and LINE[formats[1]] then
        return function()
            local line, message, number = read_line(file)
            if line then
                return line
            end
            return step(file, closes, line, message, number)
        end
    end
    return function()
        return step(file, closes, native.read(file, unpack(formats, 1, formats.n)))
    end
end

--- @return iterator over the file, which stays open at its end
function methods.lines(file, ...)
    if native.state(file) ~= "file" then
        return checked(native.flush(file))
    end
    return open_files.iterator(file, false, ...)
end

native.define(methods)

return open_files
