rockspec_format = "3.0"
package = "luatos-air"
version = "dev-1"
source = {
    -- Unpacked already: `luarocks make` in a checkout.
    url = "file://.",
}
description = {
    summary = "WebSocket for Lua, and the runtime of LuatOS-Air scripts",
    detailed = [[
        The module `websocket` for Lua 5.1 to 5.4 and LuaJIT, and with Lua 5.3 the runtime in which scripts for the
        Air724UG run. Building needs cargo (Rust 1.88 or later), a C compiler, pkg-config and OpenSSL's headers.
    ]],
    license = "MIT",
}
dependencies = {
    "lua >= 5.1, < 5.5",
}
build = {
    type = "make",
    build_target = "rock",
    install_target = "install-rock",
    build_variables = { LUA = "$(LUA)" },
    install_variables = { LUA = "$(LUA)", LUA_LIB = "$(LIBDIR)", LUA_SHARE = "$(LUADIR)" },
}
