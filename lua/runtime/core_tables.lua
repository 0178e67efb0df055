--- The firmware's core tables, which a script has before any `require`: the natives, and the functions
-- that Lua adds to them.
local use = ...

local core_tables = {
    --- Names of the tables, as globals and for `require`.
    NAMES = {
        "adc", "apn", "audiocore", "bit", "btcore", "cpu", "crypto", "disp", "i2c", "iconv", "json", "pack", "pio",
        "pmd", "protobuf.c", "pwm", "qrencode", "rtos", "socketcore", "spi", "ttsply", "uart", "wifi",
    },
    --- Those whose natives raise texts by themselves.
    RAISE_TEXTS = { bit = true, json = true },
}

--- Adds functions to a core table.
-- @string name of the table
-- @tab functions by name
function core_tables.extend(name, functions)
    local container = use("native." .. name)
    for key, value in pairs(functions) do
        container[key] = value
    end
end

--- Sets the tables as globals and in `package.loaded`.
function core_tables.publish()
    for _, name in ipairs(core_tables.NAMES) do
        local container = use("native." .. name)
        if not name:find(".", 1, true) then
            _G[name] = container
        end
        package.loaded[name] = container
    end
end

return core_tables
