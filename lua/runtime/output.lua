--- What the script prints, where `--time`, colours and the like ask for more than Lua's own streams do: standard
-- output and standard error then lead to the native `output`. Where nothing asks for it, nothing here is in the way.
local use = ...
local native = use "native.output"

local stdout, stderr, io_type = io.stdout, io.stderr, io.type
local type, select, error, concat = type, select, error, table.concat
local format, math_type = string.format, use("runtime.loader").globals.math.type
local raw_write = stdout.write

local output = {
    --- Like `file:write`, for our own lines.
    write = raw_write,
}

function output.apply() end

-- busted prints its results by itself, but for what `luatos.test` keeps.
if not native.takes_all or package.loaded["busted.core"] and not native.is_captured then
    return output
end

local PRINTERS = { [stdout] = native.write, [stderr] = native.write_error }

--- A number as `file:write` writes it.
local function digits(number)
    return format(math_type(number) == "integer" and "%d" or "%.14g", number)
end

--- Values of `write` as one text.
local function joined(...)
    if select("#", ...) == 1 and type((...)) == "string" then
        return (...)
    end
    local texts = { ... }
    for index = 1, select("#", ...) do
        local value = texts[index]
        if type(value) == "number" then
            texts[index] = digits(value)
        elseif type(value) ~= "string" then
            error(("bad argument #%d to 'write' (string expected, got %s)"):format(index,
                value == nil and "nil" or type(value)), 3)
        end
    end
    return concat(texts)
end

--- Like `file:write`.
function output.write(file, ...)
    local print_text = PRINTERS[file]
    if not print_text or io_type(file) ~= "file" then
        return raw_write(file, ...)
    end
    local problem = print_text(joined(...))
    if problem then
        return nil, problem
    end
    return file
end

local write = output.write

--- Puts the functions in place, once per Lua state.
function output.apply()
    output.apply = function() end
    -- The methods of all files that are Lua's own.
    getmetatable(stdout).__index.write = write
    local io_write, io_output = io.write, io.output
    function io.write(...)
        local file = io_output()
        if PRINTERS[file] then
            return write(file, ...)
        end
        return io_write(...)
    end
end

return output
