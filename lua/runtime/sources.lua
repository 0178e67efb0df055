--- Loads the script's sources: all of them, and the texts that it gives to `load`, are written in the device's
-- Lua and pass through the translator to Lua 5.3.
local use = ...
local native = use "native.sources"
local is_device_lua = use("runtime.loader").is_device_lua
local diagnostics = use "runtime.diagnostics"

-- Captured when the module is loaded: a script may replace or remove them.
local raw_load, type, tostring, error, pcall = load, type, tostring, error, pcall
local concat = table.concat
local translate, read = native.translate, native.read
local stdin = io.stdin

local sources = {}

local has_warned = false

--- Warns, once, of a source that works here and not on the device.
local function warn_foreign(path, what)
    if not has_warned then
        has_warned = true
        diagnostics.warn("luatos", path .. ":" .. what .. " ('luatos check' lists all such places)")
    end
end

--- Loads a text.
-- @param text source in the device's Lua, or a compiled chunk
-- @string name of the chunk
-- @param ... mode and environment, as for `load`
function sources.load_text(text, name, ...)
    if text:byte() ~= 27 then
        local translated, problem = translate(text, name)
        if translated == false then
            return nil, problem
        end
        text = translated or text
    end
    return raw_load(text, name, ...)
end

local load_text = sources.load_text

--- The pieces of a text that a function returns one by one.
local function gather(next_piece)
    local pieces = {}
    while true do
        local piece = next_piece()
        if piece == nil or piece == "" then
            return concat(pieces)
        elseif type(piece) ~= "string" then
            error("reader function must return a string", 0)
        end
        pieces[#pieces + 1] = piece
    end
end

--- `load` of Lua 5.3 for texts in the device's Lua; the device's own takes functions only.
function sources.load(chunk, name, ...)
    if type(chunk) == "string" and not is_device_lua then
        return load_text(chunk, type(name) == "string" and name or chunk, ...)
    elseif type(chunk) ~= "function" then
        error("bad argument #1 to 'load' (function expected, got " .. type(chunk) .. ")", 2)
    end
    local ok, text = pcall(gather, chunk)
    if not ok then
        return nil, text
    end
    return load_text(text, type(name) == "string" and name or "=(load)", ...)
end

--- `loadstring` of Lua 5.1.
function sources.loadstring(text, name)
    if type(text) ~= "string" then
        error("bad argument #1 to 'loadstring' (string expected, got " .. type(text) .. ")", 2)
    end
    return load_text(text, name or text)
end

--- Loads a file.
-- @string path
-- @bool is_host whether the path is this computer's rather than the script's
-- @param ... mode and environment, as for `load`
-- @return the chunk, and the first thing in it that the device's Lua lacks, with its line; or nil and a message
local function load_path(path, is_host, ...)
    local text, foreign = read(path, is_host)
    if not text then
        return nil, foreign
    end
    local chunk, problem = raw_load(text, "@" .. path, ...)
    return chunk, problem or foreign
end

--- Loads a file of the project, of a library or of this computer; the first that the device would not run
-- is warned of.
-- @string path on this computer
-- @param ... mode and environment, as for `load`
-- @return the chunk, or nil and a message
function sources.load_host_file(path, ...)
    local chunk, note = load_path(path, true, ...)
    if chunk and note then
        warn_foreign(path, note)
    end
    return chunk, note
end

--- Loads a file that belongs to this computer, and never comes to the device.
-- @string path on this computer
-- @param ... mode and environment, as for `load`
-- @return the chunk, or nil and a message
function sources.load_scenario(path, ...)
    return load_path(path, true, ...)
end

--- Loads the standard input.
function sources.load_stdin(...)
    return load_text(stdin:read "*a", "=stdin", ...)
end

--- `loadfile` for the script's paths.
function sources.loadfile(path, ...)
    if path == nil then
        return sources.load_stdin(...)
    elseif type(path) ~= "string" and type(path) ~= "number" then
        error("bad argument #1 to 'loadfile' (string expected, got " .. type(path) .. ")", 2)
    end
    local chunk, note = load_path(tostring(path), false, ...)
    if chunk then
        return chunk
    end
    return nil, note
end

--- `dofile` for the script's paths.
function sources.dofile(path)
    local chunk, problem = sources.loadfile(path)
    if not chunk then
        error(problem, 0)
    end
    return chunk()
end

--- A loader for `require` that gives a chunk its name and nothing else, as 5.1 does.
-- @string name of the module
-- @string path on this computer
function sources.loader(name, path)
    local chunk, problem = sources.load_host_file(path)
    if not chunk then
        error("error loading module '" .. name .. "' from file '" .. path .. "':\n\t" .. problem, 0)
    end
    return function(module_name)
        -- No tail call, which leaves a line in tracebacks of Lua 5.1.
        local module = chunk(module_name)
        return module
    end
end

--- Makes `load`, `loadfile`, `dofile` and `loadstring` those of this module.
function sources.publish()
    for _, name in ipairs { "load", "loadfile", "dofile", "loadstring" } do
        _G[name] = sources[name]
    end
end

return sources
