--- What works here and fails on the device is said once, with the script's line, and is a failure with `--strict`.
local runner = require "runner"

--- Runs a script, whose first line is line 2, and returns its warnings, its other output, and its exit status.
local function run(script, options)
    local output, status = runner.run('PROJECT, VERSION = "P", "1.0.0" require "sys"\n' .. script, options)
    local warnings, rest = {}, {}
    for line in output:gmatch "[^\n]+" do
        local warning = line:match "^%[W%]%-(.*)$"
        if warning then
            warnings[#warnings + 1] = (warning:gsub("%S*/(%w+%.lua)", "%1"))
        else
            rest[#rest + 1] = line
        end
    end
    return warnings, table.concat(rest, "\n"), status
end

local CASES = {
    ["a wait outside a task"] = {
        "sys.wait(5)\nsys.wait(5)",
        "[sys.wait] main.lua:2: a wait outside a task works here only: the device needs one (sys.taskInit)",
    },
    ["a wait for a message outside a task"] = {
        '\nsys.waitUntil("X", 5)',
        "[sys.waitUntil] main.lua:3: a wait outside a task works here only: the device needs one (sys.taskInit)",
    },
    ["a time that is text"] = {
        'sys.taskInit(function()\n    sys.wait("5")\nend)\nsys.run()',
        "[sys.wait] main.lua:3: a time that is text works here only: the device cannot compare it with a number",
    },
    ["an error in a callback"] = {
        'for ms = 5, 6 do\n    sys.timerStart(function() error("no") end, ms)\nend\nsys.run()',
        "[sys.timerStart callback] main.lua:3: going on after an error in a callback works here only:"
            .. " the device restarts",
    },
    ["an error that is no text"] = {
        "sys.taskInit(function() error {} end)",
        "[coroutine.resume] an error in a task that is no text works here only:"
            .. " the device restarts, because it cannot show the error",
    },
    ["the modem without sys.init"] = {
        'require "ril"\nril.request("AT+CSQ")\nsys.run()',
        "[sys.run] main.lua:3: using the modem without sys.init works here only: the device does not start it",
    },
    ["a wait for the address without sys.init"] = {
        'require "link"\nsys.taskInit(function()\n    sys.waitUntil("IP_READY_IND", 5000)\nend)\nsys.run()',
        "[sys.run] main.lua:4: using the modem without sys.init works here only: the device does not start it",
    },
}

for name, case in pairs(CASES) do
    it("warns of " .. name .. ", once", function()
        local warnings, rest, status = run(case[1])
        assert.same({ case[2] }, warnings, rest)
        assert.equal(0, status, rest)
    end)

    it("fails with --strict because of " .. name .. ", whatever os.exit says", function()
        for _, ending in ipairs { "", "\nos.exit(0)" } do
            local _, rest, status = run(case[1] .. ending, "--strict")
            assert.equal(1, status, rest)
        end
    end)
end

it("an error in a callback that runs in a task ends the task only", function()
    local warnings = run([[
        local websocket = require "websocket"
        local ws = websocket.new "ws://127.0.0.1:1"
        ws:on("error", function() error "no" end)
        sys.taskInit(function() ws:connect() end)
        sys.run()
    ]])
    assert.equal("[websocket.error] main.lua:4: going on after an error in a callback works here only:"
        .. " the device ends the task", warnings[#warnings])
end)

it("nothing is said of what the device does as well", function()
    local warnings, rest, status = run([[
        LOG_LEVEL = 0
        require "net" require "link" require "misc"
        sys.taskInit(function()
            print(sys.waitUntil("IP_READY_IND", 5000))
            ril.request("AT+CSQ")
            sys.wait(5.5)
            sys.timerStart(print, 5, "end")
        end)
        sys.init(0, 0)
        sys.run()
    ]], "--strict")
    assert.same({}, warnings)
    assert.equal("true\nend", rest)
    assert.equal(0, status)
end)

it("in a program of another kind all of it is a feature", function()
    local output, status = runner.lua [[
        require "sys" require "link"
        sys.waitUntil("IP_READY_IND", 5000)
        sys.wait("5")
    ]]
    assert.equal("", output)
    assert.equal(0, status)
end)
