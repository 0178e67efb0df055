--- The names of each module, with their types, and with their values where these are constants.
local harness = require "harness"

local MODULES = { "aLiYun", "aLiYunOta", "audio", "cc", "common", "console", "errDump", "ftp", "http", "lbsLoc", "led",
    "link", "log", "misc", "mqtt", "net", "netLed", "ntp", "nvm", "pb", "pins", "pm", "powerKey", "record", "ril",
    "scanCode", "sim", "sms", "socket", "sys", "update", "wifiScan" }

--- What `module(...)` puts into a module.
local OF_MODULE = { _M = true, _NAME = true, _PACKAGE = true }

local LIBRARIES = { "string", "table", "io", "os", "json", "uart", "pmd" }

PRODUCT_KEY = "none"

--- Shows the names of a table, sorted.
local function names_of(title, list)
    local names = {}
    for name in pairs(list) do
        if type(name) == "string" and not OF_MODULE[name] then
            names[#names + 1] = name
        end
    end
    table.sort(names)
    for _, name in ipairs(names) do
        local value = list[name]
        local is_constant = type(value) == "number" or type(value) == "string"
        harness.show(title .. "." .. name, type(value), is_constant and value or "")
    end
end

harness.section("surface", function()
    for _, name in ipairs(MODULES) do
        require(name)
        names_of(name, rawget(_G, name))
    end
    for _, name in ipairs(LIBRARIES) do
        names_of(name, _G[name])
    end
    names_of("socket object", getmetatable(socket.tcp()).__index)
    names_of("mqtt object", getmetatable(mqtt.client("name")).__index)
end)

harness.run()
