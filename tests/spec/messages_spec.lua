--- What a beginner reads after a mistake: one clear line with a hint, and a line of the script.
local project = require "project"
local runner = require "runner"

--- What a script prints on both streams.
local function output_of(script, options, environment)
    return (runner.run(script, options, environment):gsub("/tmp/lua_%w+/main%.lua", "FILE"))
end

local function says(expected, script)
    local output = output_of(script)
    assert.truthy(output:find(expected, 1, true), output)
end

describe("a file that requires itself", function()
    it("is an error at the line, which says what hides a module of LuatOS", function()
        project.with({ ["main.lua"] = 'require "http"', ["http.lua"] = '\nrequire "http"' }, function(this)
            local output = this.luatos()
            assert.truthy(output:find("http.lua:2: loop or previous error loading module 'http': a file of the project "
                .. "is called like the module http of LuatOS; rename that file\n", 1, true), output)
        end)
    end)

    it("by way of another is an error, and after module(...) it is none", function()
        project.with({
            ["main.lua"] = 'require "c" require "a"',
            ["a.lua"] = 'require "b"',
            ["b.lua"] = '\nrequire "a"',
            ["c.lua"] = 'module(..., package.seeall) require "c"',
        }, function(this)
            local output = this.luatos()
            assert.truthy(output:find("b.lua:2: loop or previous error loading module 'a': a.lua, or what it requires, "
                .. "requires a again before it calls module(...)\n", 1, true), output)
        end)
    end)
end)

describe("text that is no word of Lua", function()
    for source, expected in pairs {
        ["print（1)"] = "syntax error near '（': did you mean '(' (half-width)?\n",
        ["x = 你好"] = "unexpected symbol near '你好': names have English letters",
        ["x = \xC4\xE3"] = "unexpected symbol near '<\\196>': names have English letters",
    } do
        it("is shown with a hint: " .. expected:match "near '(.-)'", function()
            says(":1: " .. expected, source)
        end)
    end
end)

describe("a name that is nil", function()
    local HINTS = {
        ["Sys.wait(1)"] = "FILE:2: attempt to index a nil value (global 'Sys'): did you mean sys?",
        ["sys.taskinit(print)"] = "FILE:2: attempt to call a nil value (field 'taskinit'): did you mean sys.taskInit?",
        ["sys.timerStrat(print, 1)"] = "(field 'timerStrat'): did you mean sys.timerStart?",
        ['require "log" log.ifno(1)'] = "(field 'ifno'): did you mean log.info?\n",
        ['require "pins" print(pio.P0_1) pins.setpu(1)'] = "(field 'setpu'): did you mean pins.setup?\n",
        ["prnt(1)"] = "FILE:2: attempt to call a nil value (global 'prnt'): did you mean print?",
        ["led.blinkPwm()"] = "FILE:2: attempt to index a nil value (global 'led'): require \"led\" is missing",
        ["agps.setup()"] = "(global 'agps'): require \"agps\" is missing, a module of LuatOS-Air's library",
        ["lvgl.init()"] = "(global 'lvgl'): lvgl, the graphics library, is not there on the desktop",
    }
    for call, hint in pairs(HINTS) do
        it("gets a hint: " .. call, function()
            says(hint, 'require "sys"\n' .. call)
            says(hint, 'require "sys" sys.taskInit(function()\n' .. call .. " end)")
        end)
    end

    for call, hint in pairs {
        ['require "mqtt" local c = mqtt.client("lamp", 60) c:subscibe("x")']
            = "(method 'subscibe'): did you mean the method subscribe of an MQTT client?\n",
        ['require "socket" local c = socket.tcp() c:sned("x")']
            = "(method 'sned'): did you mean the method send of a socket?\n",
        ['require "websocket" local c = websocket.new("ws://127.0.0.1:1") c:onn("open", print)']
            = "(method 'onn')\n",
        ['require "websocket" local c = websocket.new("ws://127.0.0.1:1") c:onlin()']
            = "(method 'onlin'): did you mean the method online of a WebSocket object?\n",
        ['sys:taskinit(print)'] = "(method 'taskinit'): did you mean sys.taskInit?\n",
    } do
        it("gets a hint if it is a method: " .. hint:match "method '(%w+)'", function()
            says(hint, 'require "sys" sys.taskInit(function()\n' .. call .. " end)")
        end)
    end

    it("gets none where a short name is alike by chance", function()
        local output = output_of "local t = {}\nt.wrote()"
        assert.truthy(output:find("attempt to call a nil value (field 'wrote')\n", 1, true), output)
    end)

    it("gets none where nothing is alike", function()
        local output = output_of "local t = {}\nt.zzzzz.y = 1"
        assert.truthy(output:find("attempt to index a nil value (field 'zzzzz')\n", 1, true), output)
    end)
end)

describe("a module that is not there", function()
    it("is named in one line", function()
        local output = output_of '\nrequire "wbsocket"'
        assert.truthy(output:find "^luatos: FILE:2: module 'wbsocket' not found: [^\n]*; did you mean 'websocket'%?\n",
            output)
    end)

    it("of LuatOS-Air's library asks for the library", function()
        says("FILE:2: module 'agps' not found: agps is part of LuatOS-Air's own library, which this program does not "
            .. "have: luatos --lib DIR PROJECT gives the folder", '\nrequire "agps"')
    end)

    it("can be caught", function()
        says("false true", [[
            local ok, why = pcall(require, "x.y")
            print(ok, why:find("module 'x.y' not found", 1, true) ~= nil)
        ]])
    end)
end)

describe("a traceback", function()
    local SCRIPT = [[
        require "sys"
        sys.timerStart(function()
            error "broken"
        end, 5)
        sys.run()
    ]]

    it("has the script's frames and none of this program", function()
        local output = output_of(SCRIPT)
        assert.truthy(output:find("\tFILE:3: in function <FILE:2>\n", 1, true), output)
        assert.is_nil(output:find("luatos/", 1, true), output)
    end)

    it("has all frames if asked for", function()
        local output = output_of(SCRIPT, nil, "LUATOS_LOG=error")
        assert.truthy(output:find("luatos/runtime/scheduler.lua", 1, true), output)
    end)
end)

describe("a wrong argument", function()
    it("of a module of ours that a native refuses has the script's line", function()
        says("luatos: FILE:2: pio.pin.close: pin: pio.P0_0 (0)", 'require "pins"\npins.setup(1000, 0)')
    end)

    it("of sys.subscribe is warned of with the script's line", function()
        says("[W]-[sys.subscribe] FILE:2: invalid parameter", 'require "sys"\nsys.subscribe("A", handler)')
    end)

    it("of sys.wait says once what is wrong", function()
        says("FILE:2: sys.wait: time must be above 0 ms, got 0\n",
            'require "sys" sys.taskInit(function()\nsys.wait(0) end)')
    end)
end)

it("sys.wait of LuatOS-Air's own sys outside a task gets a hint", function()
    says("/sys.lua:3: table index is nil: sys.wait works in a task only (sys.taskInit)\n", [[
        local source = "local tasks = {}\nreturn { wait = function()\ntasks[nil] = 1\nend }"
        package.preload.sys = load(source, "@lib/sys.lua")
        require("sys").wait(5)
    ]])
end)

describe("a mistake with a WebSocket", function()
    it("in websocket.exit names that function, at the script's line", function()
        says("FILE:2: websocket.exit: websocket object expected, got nil", 'require "websocket"\nwebsocket.exit(nil)')
    end)

    it("start says once that it cannot connect, where nobody listens for errors", function()
        local script = [[
            require "websocket"
            local ws = websocket.new "ws://127.0.0.1:1/"
            %s
            local closes = 0
            ws:on("close", function()
                closes = closes + 1
                if closes == 3 then websocket.exit(ws) end
            end)
            sys.taskInit(ws.start, ws, 0, nil, 0.01)
            sys.run()
        ]]
        local _, count = output_of(script:format ""):gsub("%[W%]%-%[websocket%.start%] cannot connect", "")
        assert.equal(1, count)
        assert.equal("", output_of(script:format 'ws:on("error", function() end)'))
    end)
end)

it("a wait that can never end is an error at the script's line", function()
    says("FILE:2: sys.waitUntil: would wait for ever", 'require "sys"\nsys.waitUntil "NEVER"')
end)
