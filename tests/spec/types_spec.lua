--- The declarations for editors in `lua/types`: that they are those that scripts/types makes, that each name that a
-- script has is there and no other, with a summary in Chinese, and that a type checker finds nothing in the examples.
require "luatos"
package.path = "scripts/?.lua;" .. package.path
local catalogue = require "types.catalogue"
local names = require "types.names"
local inner_tests = require "inner_tests"
local project = require "project"
local runner = require "runner"
local stubs = require "types.stubs"

local FOLDER = "lua/types/"

--- Objects that functions of core tables make, by their class.
local OBJECTS = {
    ["iconv.Converter"] = function() return iconv.open("utf8", "ucs2") end,
    ["crypto.FlowMd5"] = function() return crypto.flow_md5() end,
    ["crypto.FlowSm3"] = function() return crypto.sm3start() end,
}

local function read(path)
    local file = io.open(path)
    local text = file and file:read "*a"
    if file then
        file:close()
    end
    return text
end

--- What all files declare: the kind of each, by name.
local function declared()
    local all = {}
    for path in pairs(stubs.all()) do
        for name, kind in pairs(stubs.declared(FOLDER .. path)) do
            all[name] = kind
        end
    end
    return all
end

local function sorted(set)
    local list = {}
    for name in pairs(set) do
        list[#list + 1] = name
    end
    table.sort(list)
    return table.concat(list, ", ")
end

it("scripts/types/generate has been run", function()
    for path, text in pairs(stubs.all()) do
        assert(text == read(FOLDER .. path), FOLDER .. path .. " is not what `make types` writes")
    end
    local process = io.popen("cd " .. FOLDER .. " && find . -name '*.lua'")
    for path in process:lines() do
        assert.is_string(stubs.all()[path:sub(3)], FOLDER .. path .. ": nothing of that name any more")
    end
    process:close()
end)

it("each name that a script has is declared", function()
    local missing, all = {}, declared()
    for _, entry in ipairs(names.list()) do
        if not names.is_exception(entry.name) and not all[entry.name] and not entry.name:find "^%l+$" then
            missing[entry.name] = true
        end
    end
    assert.equal("", sorted(missing))
end)

--- Whether an object or the module of tests has a method.
local function is_bound(name)
    local class, method = name:match "^(.*)%.(%w+)$"
    if OBJECTS[class] then
        return OBJECTS[class]()[method] ~= nil
    end
    -- Those of tests are looked at below.
    return name:find "^luatos%.test%." ~= nil or name == "luatos.take_failures"
end

--- Globals that main.lua sets, if it likes.
local SET_BY_SCRIPTS = {
    PROJECT = true, VERSION = true, PRODUCT_KEY = true, LOG_LEVEL = true, COROUTINE_ERROR_RESTART = true,
}

--- Functions that every Lua of the firmware's version has, and editors do not know.
local OF_LUA = { ["string.gfind"] = true, ["math.mod"] = true }

it("each name that is declared is one that a script has", function()
    local unknown, bound = {}, names.all()
    for name, kind in pairs(declared()) do
        if kind ~= "class" and not (bound[name] or is_bound(name) or SET_BY_SCRIPTS[name] or OF_LUA[name]) then
            unknown[name] = true
        end
    end
    assert.equal("", sorted(unknown))
end)

it("each exception is one", function()
    for pattern, reason in pairs(names.EXCEPTIONS) do
        local found = false
        for _, entry in ipairs(names.list()) do
            found = found or entry.name:find(pattern) ~= nil
        end
        assert.is_true(found, pattern .. " (" .. reason .. "): no such name")
    end
end)

it("each function and each module has a summary in Chinese, and there is no other", function()
    local lines, missing = catalogue.all(), {}
    local unused = {}
    for name in pairs(lines) do
        unused[name] = true
    end
    for name, kind in pairs(declared()) do
        unused[name] = nil
        local is_module = kind == "class" and names.all()[name] and not name:find "%.%u"
        if not lines[name] and (kind == "function" or is_module) then
            missing[name] = true
        end
    end
    assert.equal("", sorted(missing))
    assert.equal("", sorted(unused))
end)

it("constants have the values that scripts see", function()
    local compared = 0
    for path in pairs(stubs.all()) do
        for line in read(FOLDER .. path):gmatch "[^\n]+" do
            local name, value = line:match "^([%w_.]+) = ([^{].*)$"
            local entry = name and names.all()[name]
            if entry and entry.kind == "constant" and entry.type ~= "userdata" then
                compared = compared + 1
                value = entry.type == "string" and value:sub(2, -2) or value
                assert.equal(entry.value, value, FOLDER .. path .. ": " .. name)
            end
        end
    end
    assert.is_true(compared > 200, compared)
end)

--- What tests/support/core_calls.lua says that is as it should be.
local LENIENT = {
    ["audiocore.rtmpopen needs no url"] = "is not supported, whatever is given",
    ["audiocore.rtmpopen takes anything as url"] = "likewise",
    ["i2c.read needs no count"] = "has a form without an address",
    ["i2c.write needs no data"] = "likewise",
    ["io.format needs more than is declared: io.format: path: string expected, got nil"] = "with a path for a chip",
    ["io.unmount needs more than is declared: io.unmount: path: string expected, got nil"] = "likewise",
    ["io.mount needs more than is declared: io.mount: path: string expected, got nil"] = "likewise",
    ["pio.pin.pwm needs no count"] = "0, as on the device",
    ["pio.pin.plus needs no idle"] = "likewise",
    ["socketcore.sock_setopt needs no value"] = "the value means nothing here",
    ["socketcore.sock_setopt takes anything as value"] = "likewise",
}

it("core functions need the arguments that are declared as needed, of their types, and no others", function()
    -- Warnings of the runtime go to standard error.
    local output, status = runner.output("(timeout -s KILL 60 lua5.3 - < tests/support/core_calls.lua 2>/dev/null)")
    assert.equal(0, status, output)
    local problems, unused = {}, {}
    for line in pairs(LENIENT) do
        unused[line] = true
    end
    for line in output:gmatch "[^\n]+" do
        if not LENIENT[line] then
            problems[#problems + 1] = line
        end
        unused[line] = nil
    end
    assert.equal("", sorted(unused), "in LENIENT, but not so")
    assert.equal("", table.concat(problems, "\n"))
end)

--- Compares the methods of each object of `luatos.test`. What it has for its own use is not declared.
local METHODS_OF_TESTS = [[
    local test = require "luatos.test"
    local OURS = { watch = true }
    it("has these", function()
        require "sys" require "socket" require "websocket"
        local server, web_server = test.tcp(), test.websocket(function(client) client:stall(1000) end)
        local http_server = test.http()
        while not socket.isReady() do sys.wait(100) end
        sys.taskInit(function() socket.tcp():connect("127.0.0.1", server.port) end)
        sys.taskInit(function()
            local ws = websocket.new("ws://127.0.0.1:" .. web_server.port)
            ws:connect(5000)
            ws:close()
        end)
        local objects = {
            [""] = test, [".clock"] = test.clock, [".Server"] = getmetatable(server).__index,
            [".Peer"] = getmetatable(server:connection()).__index,
            [".WebSocket"] = getmetatable(web_server:client()).__index,
            [".HttpServer"] = { request = http_server.request },
            [".WebSocketServer"] = { client = web_server.client },
        }
        local names = {}
        for class, object in pairs(objects) do
            for name, value in pairs(object) do
                if type(value) == "function" and name:sub(1, 2) ~= "__" and not OURS[name] then
                    names[#names + 1] = "luatos.test" .. class .. "." .. name
                end
            end
        end
        table.sort(names)
        assert.equal(os.getenv "DECLARED", table.concat(names, ", "))
    end)
]]

it("luatos.test has what is declared, and nothing else", function()
    local expected = {}
    for name, kind in pairs(declared()) do
        expected[name] = kind == "function" and name:find "^luatos%.test" and true or nil
    end
    local output, status = inner_tests.run(METHODS_OF_TESTS, ("DECLARED='%s'"):format(sorted(expected)))
    assert.equal(0, status, output)
end)

-- ## The command

local RUNNER = io.popen("pwd"):read "*l" .. "/target/release/luatos"

--- Runs a command in a folder.
-- @return what it printed on both streams, and its status
local function run(folder, command)
    local process = io.popen(("cd '%s' && { %s; } 2>&1"):format(folder, command))
    local output = process:read "*a"
    local _, _, status = process:close()
    return output, status
end

describe("luatos types", function()
    local here

    before_each(function() here = project.new { ["main.lua"] = "" } end)
    after_each(function() here.remove() end)

    it("writes the declarations, and settings that name them", function()
        local output, status = run(here.folder, RUNNER .. " types")
        assert.equal(0, status, output)
        for path, text in pairs(stubs.all()) do
            assert(text == read(here.path(".luatos-types/" .. path)), path .. ": make build has to be run")
        end
        assert.equal(read "lua/types/luarc.json", read(here.path ".luarc.json"))
    end)

    it("keeps settings that are there, and files that are not its own", function()
        local commands = "mkdir .luatos-types; echo '{}' > .luarc.json; echo mine > .luatos-types/mine.lua; "
            .. "printf -- '---@meta\n-- Written by luatos for editors; do not edit.\n' > .luatos-types/gone.lua; "
        local output, status = run(here.folder, commands .. RUNNER .. " types")
        assert.equal(0, status, output)
        assert.truthy(output:find('"workspace.library" has to name .luatos-types', 1, true), output)
        assert.equal("{}\n", read(here.path ".luarc.json"))
        assert.equal("mine\n", read(here.path ".luatos-types/mine.lua"))
        assert.is_nil(read(here.path ".luatos-types/gone.lua"))
    end)

    it("takes a folder", function()
        local output, status = run(here.folder, RUNNER .. " types a/b")
        assert.equal(0, status, output)
        assert.is_string(read(here.path "a/b/luatos/test.lua"))
        assert.is_nil(read(here.path ".luarc.json"))
        output, status = run(here.folder, RUNNER .. " types main.lua")
        assert.equal(1, status)
        assert.truthy(output:find("luatos: types: main.lua", 1, true), output)
    end)
end)

-- ## A type checker

local CHECKER = RUNNER:gsub("release/luatos$", "tools/bin/emmylua_check")
    .. " . --warnings-as-errors --ignore '**/spec/**'"

describe("a type checker", function()
    local here

    setup(function()
        local path = "target/tools/bin/emmylua_check"
        assert(read(path), path .. " is not there: scripts/setup test installs it")
    end)

    before_each(function() here = project.new { ["main.lua"] = "" } end)
    after_each(function() here.remove() end)

    it("finds nothing in the examples", function()
        assert(os.execute(("cp -R examples '%s'"):format(here.folder)))
        local output, status = run(here.folder, RUNNER .. " types && " .. CHECKER)
        assert.equal(0, status, output)
    end)

    it("finds nothing in the project of `luatos new`", function()
        local output, status = run(here.folder, RUNNER .. " new blinker && cd blinker && " .. CHECKER)
        assert.equal(0, status, output)
    end)

    it("finds nothing where a script looks at the first result, or gives what means nothing", function()
        local right = project.new { ["main.lua"] = [[
require "lbsLoc"
require "mqtt"
local client = mqtt.client("x", 60)
while true do
    local is_message, data, value = client:receive(1000, "SEND")
    if is_message then
        client:publish(data.topic, data.payload:rep(2))
    elseif data == "SEND" then
        client:publish("up", value or "")
    else
        print(data:len())
        break
    end
end
io.closedir("/sdcard0")
print(crypto.sha256("x", 1))
lbsLoc.request(print, false, false, false, false, false, false, false)
]] }
        local output, status = run(right.folder, RUNNER .. " types && " .. CHECKER)
        right.remove()
        assert.equal(0, status, output)
    end)

    --- Lines with one fault each, and what the checker calls it.
    local FAULTS = {
        { "sys.wiat(10)", "undefined-field" },
        { 'sys.wait "10 ms"', "param-type-mismatch" },
        { "sys.wait()", "missing-parameter" },
        { "sys.wait(1, 2)", "redundant-parameter" },
        { "sys.timerStart(100, function() end)", "param-type-mismatch" },
        { 'mqtt.client("x"):conect("host", 1883)', "undefined-field" },
        { 'socket.tcp():connect("host", 80, "2 s")', "param-type-mismatch" },
        { 'socket.tcp(true, { caCert = 1 })', "param-type-mismatch" },
        { "uart.setup(1, 115200)", "missing-parameter" },
        { "uart.write()", "missing-parameter" },
        { "pio.pin.setHigh(1)", "undefined-field" },
        { "print(rtos.MSG_NONE)", "undefined-field" },
        { 'sms.send("10086", "x", 5)', "param-type-mismatch" },
        { 'http.request("GET", "http://x", nil, nil, nil, "5")', "param-type-mismatch" },
        { 'print(("ab"):toHexa())', "undefined-field" },
        { 'websocket.new("ws://x"):on("opened", print)', "param-type-mismatch" },
    }

    it("finds what is wrong in a script", function()
        local lines = {}
        for number, pair in ipairs(FAULTS) do
            lines[number] = pair[1]
        end
        local faulty = project.new { ["main.lua"] = table.concat(lines, "\n") .. "\n" }
        local output, status = run(faulty.folder, RUNNER .. " types && " .. CHECKER)
        faulty.remove()
        assert.equal(1, status, output)
        for number, pair in ipairs(FAULTS) do
            local found = false
            for fault, place in output:gmatch "%[([%l-]+)%]\n  %-%-> main%.lua:(%d+)" do
                found = found or fault == pair[2] and tonumber(place) == number
            end
            assert.is_true(found, pair[1] .. ": " .. pair[2] .. " expected\n" .. output)
        end
    end)
end)
