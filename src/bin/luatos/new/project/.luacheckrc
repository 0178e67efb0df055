-- Settings of luacheck. The names are those that LuatOS-Air has without `require`, and its modules.
-- luacheck 的设置：LuatOS-Air 的核心库和模块名。
std = "lua51"
max_line_length = 120
exclude_files = { ".luatos", ".luatos-types" }
-- Device scripts assign globals: PROJECT, VERSION, LOG_LEVEL, and the functions of modules.
allow_defined_top = true
module = true
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
    -- The modules of this project. 工程自己的模块。
    "lamp",
}
files["spec"] = { std = "lua51+busted" }
