--- The README's examples, unchanged and in order, in a temporary folder.
local peer = require "peer"

local README = "README.md"

local folder, here

setup(function()
    folder = os.tmpname()
    os.remove(folder)
    local process = io.popen "pwd"
    here = process:read()
    process:close()
    -- The folders that the examples name relative to the checkout; what the projects keep stays in the copy.
    assert(os.execute(("mkdir %s && ln -s %s/target %s && cp -R examples %s"):format(folder, here, folder, folder)))
end)

teardown(function()
    os.execute("rm -r " .. folder)
end)

--- A port that was free a moment ago.
local function free_port()
    local server = peer.start "peer.py"
    server:stop()
    return server.port
end

--- All fenced blocks: `language`, `text`, and `heading`, the one above.
local function blocks()
    local list, heading, block = {}, nil, nil
    for line in io.lines(README) do
        local language = line:match "^```(%w*)"
        if block and line == "```" then
            list[#list + 1], block = block, nil
        elseif language then
            block = { heading = heading, language = language, text = "" }
        elseif block then
            block.text = block.text .. line .. "\n"
        else
            heading = line:match "^## (.*)" or heading
        end
    end
    return list
end

--- Runs the shell blocks of a section, after those that set the environment.
local function run(heading)
    local environment, commands = "", ""
    for _, block in ipairs(blocks()) do
        if block.language == "sh" then
            for line in block.text:gmatch "[^\n]+" do
                if line:find "^export " then
                    environment = environment .. line .. "\n"
                elseif block.heading == heading and not line:find("[OPTION]", 1, true)
                    and not line:find("path/to", 1, true) then
                    -- Waits until the server listens; a person types slowly enough.
                    commands = commands .. line:gsub("^(luatos %-%-echo=%d+) &$", [[
                        %1 >server 2>&1 & until [ -s server ]; do sleep 0.05; done]]) .. "\n"
                end
            end
        elseif block.language == "lua" then
            local name = block.text:match "^%-%- (%S+%.lua)\n"
            if name then
                local file = assert(io.open(folder .. "/" .. name, "w"))
                file:write(block.text)
                file:close()
            end
        end
    end
    -- Other ports, which nobody uses; a run until Ctrl-C gets one after five seconds.
    local ports = {}
    local script = ("cd %s\nrm -f server\n%s%s"):format(folder, environment, commands)
    script = script:gsub("lua5%.3 %-l luatos", "timeout -s INT 5 %0"):gsub("timeout 5 timeout", "timeout")
    for _, pattern in ipairs { "echo=(%d+)", "hook%.py (%d+)" } do
        for port in script:gmatch(pattern) do
            ports[port] = ports[port] or free_port()
        end
    end
    local function other(port)
        return ports[port]
    end
    script = script:gsub("%d+", other)
    for _, name in ipairs { "hello", "chat_spec" } do
        os.execute(("sed -i 's/8800/%s/' %s/%s.lua"):format(ports["8800"] or "8800", folder, name))
    end
    local path = folder .. "/commands"
    local file = assert(io.open(path, "w"))
    file:write(script)
    file:close()
    -- Not /bin/sh: `kill %1` needs a shell with job control.
    local process = io.popen("timeout -s KILL 60 bash " .. path .. " 2>&1")
    local output = process:read "a"
    process:close()
    return output
end

it("a device project", function()
    local output = run "A device project"
    assert.truthy(output:find("[I]-[tick] 3\n", 1, true), output)
    assert.truthy(output:find("0 absent", 1, true), output)
    assert.is_nil(output:find("stack traceback", 1, true), output)
end)

it("playing the outside", function()
    local output = run "Playing the outside"
    assert.equal("[I]-[bell] rings\n[I]-[bell] stops\nthe bell works\n", output)
end)

it("examples", function()
    local output = run "Examples"
    assert.truthy(output:find('"text":"after it"', 1, true), output)
    assert.truthy(output:find("[I]-[door] open", 1, true), output)
    assert.is_nil(output:find("luatos:", 1, true), output)
end)

it("five lines", function()
    assert.equal("true hello\n", run "Five lines")
end)

it("a script in the system's Lua", function()
    local output = run "Running a script"
    assert.truthy(output:find("[I]-[chat] text line 2", 1, true), output)
end)

it("plain Lua 5.3", function()
    local output = run "From Lua 5.3, without LuatOS"
    assert.truthy(output:find("false\tcannot connect to 127.0.0.1:1", 1, true), output)
end)

it("busted", function()
    local output = run "Testing your own script with busted"
    assert.truthy(output:find("2 successes / 0 failures / 0 errors", 1, true), output)
end)

it("another server", function()
    local output = run "Another server than the script's"
    local _, times = output:gsub("%[I%]%-%[chat%] text line 2", "")
    assert.equal(2, times, output)
end)
