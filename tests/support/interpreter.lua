--- The Lua that runs the tests, for those that start one.
local version = _VERSION:match "%d%.%d"

return {
    --- Name of the program.
    name = jit and "luajit" or "lua" .. version,
    --- Folder with the module for it; see `make modules`.
    folder = "target/" .. (jit and "luajit" or "lua" .. version:gsub("%.", "")),
    --- Whether it is the Lua of the LuatOS runtime.
    has_runtime = version == "5.3" or package.preload.luatos ~= nil,
}
