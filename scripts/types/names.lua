--- The names that the runtime gives a script, of which each has a declaration.
local names = {}

--- Names without a declaration, as patterns, with the reasons.
names.EXCEPTIONS = {
    ["^patch%.%w+$"] = "keeps the originals of what it replaces; scripts call the libraries",
    ["^socket%.Client%.forget_input$"] = "ours",
    ["^socket%.Client%.stop_heartbeat$"] = "ours",
    ["^socket%.Client%.unsubscribe$"] = "ours",
    ["^%l+$"] = "functions of Lua 5.1, which editors know: unpack, loadstring, module, getfenv, setfenv",
    ["^table%.foreachi?$"] = "of Lua 5.1",
    ["^table%.getn$"] = "of Lua 5.1",
    ["^table%.maxn$"] = "of Lua 5.1",
    ["^package%."] = "of Lua 5.1",
    ["^rtos%.nap$"] = "ours",
}

--- Whether a name has no declaration.
-- @string name
-- @return boolean
function names.is_exception(name)
    for pattern in pairs(names.EXCEPTIONS) do
        if name:find(pattern) then
            return true
        end
    end
    return false
end

local list, by_name

local function ask()
    list, by_name = {}, {}
    local command = "LUA_PATH='target/lua53/?.lua' LUA_CPATH='target/lua53/?.so' LUATOS_MODEM=register_after=0 "
        .. "lua5.3 - < scripts/types/live.lua"
    local process = assert(io.popen(command))
    for line in process:lines() do
        local kind, name, first, second, third = line:match "^(%l+)\t([^\t]+)\t?([^\t]*)\t?([^\t]*)\t?([^\t]*)$"
        local entry = { kind = kind, name = name }
        if kind == "function" then
            entry.path, entry.line, entry.parameters = first, tonumber(second), third
        elseif kind == "constant" then
            entry.type, entry.value = first, second:sub(2, -2)
        elseif kind ~= "table" then
            error("scripts/types/live.lua: " .. line, 0)
        end
        list[#list + 1], by_name[name] = entry, entry
    end
    assert(process:close(), "scripts/types/live.lua has failed")
end

--- All names, as tables with `kind`, `name`, and what scripts/types/live.lua says of each.
-- @return table: list
function names.list()
    if not list then
        ask()
    end
    return list
end

--- Likewise by name.
-- @return table
function names.all()
    names.list()
    return by_name
end

return names
