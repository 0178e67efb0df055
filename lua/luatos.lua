--- `require "luatos"`, or `lua5.3 -l luatos main.lua`: switches the LuatOS runtime on.
--
-- The runtime is part of the module file of `websocket`, which is searched on `package.cpath`.
if _VERSION ~= "Lua 5.3" then
    error("luatos: the LuatOS runtime needs Lua 5.3, and this is " .. (jit and jit.version or _VERSION)
        .. "; the module websocket works in it without the runtime", 2)
end
local path, tried = package.searchpath("websocket", package.cpath)
if not path then
    error("luatos: the module file of 'websocket' is not on LUA_CPATH:" .. tried, 2)
end
local open, problem = package.loadlib(path, "luaopen_luatos")
if not open then
    error("luatos: " .. path .. " has no LuatOS runtime: " .. tostring(problem), 2)
end
return open("luatos", path)
