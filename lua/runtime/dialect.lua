--- The Lua 5.1 dialect of device scripts under Lua 5.3: `module`, `setfenv` and `getfenv`, functions
-- that 5.2 and 5.3 have removed, and numbers that read as they do on the device.
--
-- The Lua of the `luatos` program has part of this compiled in, the device's own all of it but `print`. Under the
-- system's Lua one difference remains: an integral float joined with `..` reads `5.0`.
local use = ...
local in_frame = use "native.in_frame"
local loader = use "runtime.loader"
local is_device_lua = loader.is_device_lua

local dialect = {}

local getinfo, getupvalue, setupvalue = debug.getinfo, debug.getupvalue, debug.setupvalue
local upvaluejoin = debug.upvaluejoin
local math_type, floor, ceil, min, max = math.type, math.floor, math.ceil, math.min, math.max
local select, type, tostring, rawget, error = select, type, tostring, rawget, error
local pack, unpack, concat = table.pack, table.unpack or unpack, table.concat
local io_type, write = io.type, use("runtime.output").write

-- ## Environments

--- Index of the upvalue `_ENV` of a function; nil if it uses no globals.
local function env_index(fn)
    for index = 1, 255 do
        local name = getupvalue(fn, index)
        if name == "_ENV" then
            return index
        elseif not name then
            return nil
        end
    end
end

--- The function that `value` names: a function itself, or a level of the stack, counted from the script's
-- call, which is `depth` levels up.
local function target(where, value, depth)
    if type(value) == "function" then
        return value
    end
    local level = tonumber(value)
    if not level or level < 0 then
        error(where .. ": function or level expected, got " .. tostring(value), depth + 1)
    end
    local info = getinfo(level + depth, "f")
    return info and info.func or error(where .. ": no function at level " .. tostring(value), depth + 1)
end

local function setfenv(fn, env)
    if fn == 0 then
        error("setfenv: the environment of the whole program cannot be changed under Lua 5.3", 2)
    end
    fn = target("setfenv", fn == nil and 1 or fn, 2)
    local index = env_index(fn)
    if index then
        -- A new upvalue: functions that share the old one keep their environment.
        upvaluejoin(fn, index, function() return env end, 1)
    end
    return fn
end

local function getfenv(fn)
    if fn == 0 then
        return _G
    end
    fn = target("getfenv", fn == nil and 1 or fn, 2)
    local index = env_index(fn)
    if not index then
        return _G
    end
    local _, env = getupvalue(fn, index)
    return env
end

-- ## Modules

--- Finds the table `a.b.c` among the globals, and creates those that are missing; nil if a value on the
-- path is no table.
local function find_table(name)
    local container = _G
    for part in name:gmatch("[^.]+") do
        local inner = rawget(container, part)
        if inner == nil then
            inner = {}
            container[part] = inner
        elseif type(inner) ~= "table" then
            return nil
        end
        container = inner
    end
    return container
end

--- `module(name, ...)`: makes or reuses the module table, sets it as global and in
-- `package.loaded`, and makes it the environment of the calling chunk.
local function module(name, ...)
    if type(name) ~= "string" then
        error("module: name expected, got " .. tostring(name), 2)
    end
    local this = package.loaded[name]
    if type(this) ~= "table" then
        this = find_table(name) or error("module: name conflict for '" .. name .. "'", 2)
        package.loaded[name] = this
    end
    if rawget(this, "_NAME") == nil then
        this._M = this
        this._NAME = name
        this._PACKAGE = name:match("^(.*%.)[^.]*$") or ""
    end
    local chunk = getinfo(2, "f").func
    local index = env_index(chunk)
    if index then
        setupvalue(chunk, index, this)
    end
    for position = 1, select("#", ...) do
        local option = select(position, ...)
        -- Lua 5.3 hands a chunk its file's path too, which `module(...)` passes on.
        if type(option) ~= "string" then
            option(this)
        end
    end
end

local function seeall(this)
    local meta = getmetatable(this) or {}
    meta.__index = _G
    setmetatable(this, meta)
end

-- ## Numbers

local raw_format = string.format

--- An integral float as 5.1 prints it: without ".0".
local function plain_float(value)
    if math_type(value) == "float" and floor(value) == value and value > -1e15 and value < 1e15 then
        return raw_format("%d", value)
    end
end

--- A float without its fraction, as the device's C functions convert it; other values unchanged.
local function truncate(value)
    if math_type(value) == "float" and value == value and value > -2^63 and value < 2^63 then
        return math.tointeger(value >= 0 and floor(value) or ceil(value))
    end
    return value
end

--- A function of Lua's that sees what `prepare` makes of its arguments.
local function with_arguments(fn, prepare)
    return in_frame.with_arguments(fn, prepare) or function(...) return fn(prepare(...)) end
end

--- How a text is treated by `string.format`, by the text. A script has few of them, but may make more than memory
-- holds.
local plans, plan_count = {}, 0
local MOST_PLANS = 200

--- Makes a plan: `text` for Lua's own function, and a list of the arguments of which a float has to be converted, by
-- their numbers; `is_whole` says for which of the list a whole number is meant, rather than a text.
local function make_plan(text)
    local plan = { is_whole = {} }
    local position = 0
    plan.text = text:gsub("%%([%-+ #0]*%d*%.?%d*)(.)", function(flags, kind)
        if kind == "%" then
            return nil
        end
        position = position + 1
        local is_whole = kind:find "[dicuxXo]" ~= nil
        if is_whole or kind == "s" then
            plan[#plan + 1] = position
            plan.is_whole[#plan] = is_whole
        end
        return kind == "u" and "%" .. flags .. "d" or nil
    end)
    if plan_count == MOST_PLANS then
        plans, plan_count = {}, 0
    end
    plans[text], plan_count = plan, plan_count + 1
    return plan
end

--- What `string.format` of 5.1 makes of its arguments: formats for integers accept fractions, `%s` shows
-- integral floats without ".0", and `%u` exists.
local function format_arguments(text, ...)
    local plan = plans[text]
    if not plan then
        if type(text) ~= "string" then
            return text, ...
        end
        plan = make_plan(text)
    end
    local arguments
    for index = 1, #plan do
        local value = select(plan[index], ...)
        local converted
        if math_type(value) == "float" then
            converted = plan.is_whole[index] and truncate(value) or plain_float(value)
        elseif plan.is_whole[index] and type(value) == "string" then
            converted = truncate(tonumber(value))
        end
        if converted ~= nil then
            arguments = arguments or pack(...)
            arguments[plan[index]] = converted
        end
    end
    if arguments then
        return plan.text, unpack(arguments, 1, arguments.n)
    end
    return plan.text, ...
end

--- Makes a function that accepts no fractions in 5.3 truncate them, as in 5.1.
-- @function fn
-- @number first the first parameter that is a whole number
local function truncating(fn, first)
    return with_arguments(fn, function(...)
        for index = first, select("#", ...) do
            local value = select(index, ...)
            if math_type(value) == "float" and floor(value) ~= value then
                local args = pack(...)
                for place = first, args.n do
                    args[place] = truncate(args[place])
                end
                return unpack(args, 1, args.n)
            end
        end
        return ...
    end)
end

--- Bounds of `math.random`: those beyond 32 bits are the nearest that have them, as the device's processor converts
-- them.
local function bounds(...)
    local list = { ... }
    for index = 1, select("#", ...) do
        if type(list[index]) == "number" then
            list[index] = min(max(list[index], -2147483648), 2147483647)
        end
    end
    return unpack(list, 1, select("#", ...))
end

-- ## Functions of 5.1

--- Raises that an argument of the script's call has another type.
local function expect(name, position, value, wanted)
    if type(value) ~= wanted then
        error(("bad argument #%d to '%s' (%s expected, got %s)"):format(position, name, wanted, type(value)), 3)
    end
end

local function table_getn(list)
    expect("getn", 1, list, "table")
    return #list
end

local function foreach(list, callback)
    expect("foreach", 1, list, "table")
    expect("foreach", 2, callback, "function")
    for key, value in pairs(list) do
        local result = callback(key, value)
        if result ~= nil then
            return result
        end
    end
end

local function foreachi(list, callback)
    expect("foreachi", 1, list, "table")
    expect("foreachi", 2, callback, "function")
    for index = 1, #list do
        local result = callback(index, list[index])
        if result ~= nil then
            return result
        end
    end
end

local function maxn(list)
    expect("maxn", 1, list, "table")
    local most = 0
    for key in pairs(list) do
        if type(key) == "number" and key > most then
            most = key
        end
    end
    return most
end

local function frexp(x)
    if x == 0 or x ~= x or x - x ~= 0 then
        return x, 0
    end
    local exponent = floor(math.log(math.abs(x), 2)) + 1
    local mantissa = x / 2.0 ^ exponent
    -- Next to a power of two the rounded logarithm may be off by one.
    if math.abs(mantissa) >= 1 then
        return mantissa / 2, exponent + 1
    elseif math.abs(mantissa) < 0.5 then
        return mantissa * 2, exponent - 1
    end
    return mantissa, exponent
end

--- The table `arg` of a function with `...`.
local function collect_arguments(_, ...)
    return { n = select("#", ...), ... }
end

--- Extends the libraries. Once per Lua state, because some functions wrap the original ones.
local function extend_libraries()
    local running = coroutine.running
    --- nil outside tasks, as in 5.1.
    function coroutine.running()
        local co, is_main = running()
        if is_main then
            return nil
        end
        return co
    end

    package.seeall = seeall
    package.loaders = package.loaders or package.searchers
    string.gfind = string.gmatch
    -- What the translator calls for the `arg` of a function: found as a method of any text, by functions that see no
    -- globals too, and not listed among the functions of `string`.
    setmetatable(string, { __index = { luatos_arguments = collect_arguments } })
    table.getn, table.maxn = table_getn, table.maxn or maxn
    table.foreach, table.foreachi = foreach, foreachi
    math.mod = math.mod or math.fmod
    math.pow = math.pow or function(x, y) return x ^ y end
    math.log10 = math.log10 or function(x) return math.log(x, 10) end
    math.cosh = math.cosh or function(x) return (math.exp(x) + math.exp(-x)) / 2 end
    math.sinh = math.sinh or function(x) return (math.exp(x) - math.exp(-x)) / 2 end
    math.tanh = math.tanh or function(x) return 1 - 2 / (math.exp(2 * x) + 1) end
    math.ldexp = math.ldexp or function(m, e) return m * 2.0 ^ e end
    math.frexp = math.frexp or frexp

    string.format = with_arguments(raw_format, format_arguments)
    if not pcall(string.rep, "x", 1.5) then
        -- The text may be a number, too.
        for name, first in pairs { rep = 2, sub = 2, byte = 2, char = 1 } do
            string[name] = truncating(string[name], first)
        end
    end
end

local raw_tostring = tostring

--- `tostring` that shows integral floats as 5.1 does.
local function plain_tostring(...)
    local value = ...
    return plain_float(value) or raw_tostring(...)
end

-- ## Output

local raw_print, stdout = print, io.stdout
local show = raw_tostring(1.0) ~= "1" and plain_tostring or raw_tostring

--- A value as `write` shows it: texts and numbers by themselves, and the latter as 5.1 prints them.
local function printable(value)
    local kind = type(value)
    if kind == "string" or kind == "number" then
        return value
    end
    return show(value)
end

--- `print` as on the device: one space between the values.
local function spaced_print(...)
    local count = select("#", ...)
    if io_type(stdout) ~= "file" then
        return
    elseif count == 1 then
        write(stdout, printable((...)), "\n")
    elseif count == 2 then
        local first, second = ...
        write(stdout, printable(first), " ", printable(second), "\n")
    else
        local texts = { ... }
        for index = 1, count do
            texts[index] = show(texts[index])
        end
        write(stdout, concat(texts, " ", 1, count), "\n")
    end
end

local is_extended, is_captured = false, false

--- Adds the dialect to this Lua state's globals and libraries. A further call restores globals that were
-- removed meanwhile, as busted does between test files.
function dialect.apply()
    if not is_extended then
        is_extended = true
        if is_device_lua then
            math.random = with_arguments(math.random, bounds)
        else
            extend_libraries()
        end
    end
    if not is_device_lua then
        _G.module = module
        _G.setfenv, _G.getfenv = setfenv, getfenv
        _G.unpack = _G.unpack or unpack
    end
    if _G.print == raw_print then
        _G.print = spaced_print
    end
    if raw_tostring(1.0) ~= "1" then
        _G.tostring = plain_tostring
    end
    if not is_captured then
        is_captured = true
        loader.capture_globals()
    end
end

return dialect
