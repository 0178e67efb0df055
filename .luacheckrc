std = "lua53"
max_line_length = 120
exclude_files = { "target", ".git" }

-- What the runtime adds to the globals and libraries of a device script.
local device = {
    read_globals = {
        "adc", "aLiYun", "aLiYunOta", "apn", "audio", "audiocore", "bit", "btcore", "cc", "clib", "common", "console",
        "cpu", "crypto", "disp", "errDump", "ftp", "http", "i2c", "iconv", "json", "lbsLoc", "led", "link", "log",
        "misc", "mqtt", "net", "netLed", "ntp", "nvm", "pack", "patch", "pb", "pins", "pio", "pm", "pmd", "powerKey",
        "pwm", "qrencode", "record", "ril", "rtos", "scanCode", "sim", "sms", "socket", "socket4G", "socketcore",
        "spi", "sys", "ttsply", "uart", "update", "utils", "wdt", "websocket", "wifi", "wifiScan",
        "getfenv", "loadstring", "module", "setfenv", "unpack",
        math = { fields = { "mod" } },
        string = {
            fields = {
                "checkSum", "formatNumberThousands", "fromHex", "gfind", "rawurlEncode", "split", "toHex", "toValue",
                "urlEncode", "utf8Len", "utf8ToTable",
            },
        },
        table = { fields = { "foreach", "foreachi", "getn", "gsort", "maxn", "rconcat" } },
        io = {
            fields = {
                "exists", "readFile", "writeFile", "fileSize", "readStream", "pathInfo",
                "opendir", "readdir", "closedir", "mount", "unmount", "format",
                "INTERNAL", "EXTERN_PINLCD", "EXTERN_PINGPIO", "SDCARD", "USBMSC",
            },
        },
        os = { fields = { "clockms" } },
        package = { fields = { "loaders", "seeall" } },
    },
    -- Device scripts assign globals: PROJECT, VERSION, LOG_LEVEL and, in their modules, functions.
    allow_defined_top = true,
    module = true,
}

-- For any Lua from 5.1 on.
files["lua/runtime/loader.lua"] = { read_globals = { "loadstring", "setfenv" } }
files["lua/runtime/other_luas.lua"] = { read_globals = { "unpack" } }
files["lua/runtime/formats.lua"] = { read_globals = { "unpack" } }
files["lua/runtime/later_libraries.lua"] = { read_globals = { "loadstring", "setfenv", "unpack" } }
files["lua/runtime/end_of_run.lua"] = { read_globals = { "newproxy" } }
files["lua/runtime/pristine.lua"] = { read_globals = { package = { fields = { "loaders" } } } }
files["lua/runtime/search.lua"] = { read_globals = { package = { fields = { "loaders" } } } }
files["lua/luatos.lua"] = { read_globals = { "jit" } }
files["tests/support/interpreter.lua"] = { read_globals = { "jit" } }
files["tests/support/plain/luatos.lua"] = { globals = { "sys", "table" }, read_globals = { "unpack" } }
files["lua/runtime/files.lua"] = { globals = { "io", "os" } }
files["lua/runtime/output.lua"] = { globals = { "io" } }
files["lua/runtime/dialect.lua"] = { read_globals = { "unpack" }, globals = { "_G", "string", "table", "math", "package", "coroutine" } }
files["lua/runtime/clock.lua"] = { globals = { "os" } }
files["lua/modules/patch.lua"] = { globals = { "os", "coroutine" } }
files["lua/modules/utils.lua"] = { globals = { "string", "table", "io" } }
files["lua/runtime/activate.lua"] = { globals = { "package", "_G" } }
files["examples"] = device
files["benches/clients/modules.lua"] = device
files["examples/lamp/evening.lua"] = { read_globals = { "device" } }
files["examples/lamp/spec"] = { std = "+busted" }
-- An example's own modules, which `module(...)` makes globals.
files["examples/files"] = { read_globals = { "recorder", "settings" } }
files["examples/mqtt"] = { read_globals = { "packets", "tcp" } }
files["examples/door-opener"] = {
    read_globals = { "calls", "config", "device", "door", "guests", "inbox", "numbers", "orders", "pdu" },
}
files["examples/sms-forwarder"] = {
    read_globals = { "config", "device", "forwarder", "inbox", "mailbox", "parts", "pdu", "tcp", "webhook" },
}
files["examples/greenhouse"] = { read_globals = { "climate", "fan" } }
files["examples/sockets"] = { read_globals = { "tcp" } }
-- What `luatos new` writes.
files["src/bin/luatos/new/project"] = device
files["src/bin/luatos/new/project/main.lua"] = { read_globals = { "lamp" } }
files["src/bin/luatos/new/project/spec"] = { std = "lua51+busted" }
files["tests/spec"] = { std = "lua53+busted", read_globals = device.read_globals }
files["tests/spec/waits_spec.lua"] = { read_globals = { "jit", coroutine = { fields = { "close" } } } }
files["tests/spec/connect_spec.lua"] = { read_globals = { "unpack" } }
files["tests/autobahn"] = device
files["tests/support/browser"] = device
files["tests/fidelity"] = device
-- Scenarios see what the project has, too.
files["tests/projects"] = device
files["tests/projects/scenarios"] = { read_globals = { "device" } }
files["tests/projects/forwarder.lua"] = { read_globals = { "device" } }
files["tests/projects/messages.lua"] = { read_globals = { "device" } }
-- Declarations without bodies, for editors.
files["lua/types"] = { max_line_length = false, ignore = { "1..", "2.." } }
files["scripts/types/declared"] = { max_line_length = false, ignore = { "1..", "2.." } }
