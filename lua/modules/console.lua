--- LuatOS `console`: a prompt for Lua at a serial port.
--
-- Lines may come with CR, LF or both. A call that waits leaves the rest of the device running, and what is typed
-- meanwhile is not lost.
local use = ...
local uart = use "native.uart"
local ril = require "ril"
local sys = use "modules.sys"
local sources = use "runtime.sources"
local tasks = use "runtime.tasks"
local check = use "runtime.check"
local show = use("runtime.text").show

local console = {}

--- What the prompt waits for, for the answer of the modem, in ms.
local PATIENCE = 3000

--- Most bytes of a line: what is longer is none that somebody has typed.
local LONGEST = 64 * 1024

--- Starts a prompt at a port.
local function open(id)
    local prompt = { id = id, rest = "", lines = {} }

    function prompt.write(text)
        uart.write(id, text)
    end

    return prompt
end

--- The `print` of a prompt: values with tabs in between.
local function printer(prompt)
    return function(...)
        local texts = table.pack(...)
        for index = 1, texts.n do
            texts[index] = tostring(texts[index])
        end
        prompt.write(table.concat(texts, "\t") .. "\r\n")
    end
end

--- The `sendat` of a prompt: sends an AT command, waits for its answer, and shows that.
local function at_sender(prompt)
    return function(command, data)
        if type(command) ~= "string" or not command:find "^AT" then
            error("sendat: AT command expected, got " .. show(command), 2)
        end
        local event = "CONSOLE_AT_" .. tostring(prompt.id)
        ril.request(command, data, function(_, _, response, text)
            for _, answer in ipairs { text or false, response or false } do
                if answer then
                    prompt.write("\r\n" .. answer .. "\r\n")
                end
            end
            sys.publish(event)
        end)
        if not sys.waitUntil(event, PATIENCE) then
            prompt.write("no answer to " .. command .. " within " .. math.floor(PATIENCE / 1000) .. " s\r\n")
        end
    end
end

--- Runs a line; an error in it is shown with its traceback.
local function run(prompt, line)
    local chunk, problem = sources.load_text(line, "=console", "t", prompt.environment)
    if not chunk then
        return prompt.write(problem .. "\r\n")
    end
    local ok, text = tasks.xpcall(chunk, tasks.with_traceback)
    if not ok then
        prompt.write(text:gsub("\r?\n", "\r\n") .. "\r\n")
    end
end

--- Runs the lines that have come, one after the other.
local function run_lines(prompt)
    prompt.is_running = true
    while prompt.lines[1] do
        run(prompt, table.remove(prompt.lines, 1))
        prompt.write "\r\n> "
    end
    prompt.is_running = false
end

--- Takes what has come: echoes it, and runs its lines.
local function receive(prompt)
    repeat
        local text = uart.read(prompt.id, 1024)
        -- The second half of a line end that the first half has ended already.
        if prompt.is_after_cr and text ~= "" then
            text = text:gsub("^\n", "")
            prompt.is_after_cr = false
        end
        prompt.write((text:gsub("\r\n?", "\n"):gsub("\n", "\r\n")))
        prompt.is_after_cr = prompt.is_after_cr or text:sub(-1) == "\r"
        prompt.rest = prompt.rest .. text:gsub("\r\n?", "\n")
        local lines = prompt.rest:match "^.*\n"
        for line in (lines or ""):gmatch "([^\n]*)\n" do
            prompt.lines[#prompt.lines + 1] = line
        end
        prompt.rest = prompt.rest:sub(#(lines or "") + 1)
        if #prompt.rest > LONGEST then
            prompt.rest = ""
            prompt.write("\r\nthe line is longer than " .. LONGEST .. " bytes, and is dropped\r\n> ")
        end
    until text == ""
    if prompt.lines[1] and not prompt.is_running then
        tasks.spawn(run_lines, prompt)
    end
end

--- Opens the prompt. A line is run as Lua with the script's globals, its own `print`, which writes to the port, and
-- `sendat(command, data)`, which sends an AT command and shows the answer.
-- @number[opt=1] id serial port
-- @number[opt=115200] baudrate
function console.setup(id, baudrate)
    id = id == nil and 1 or id
    id = check.integer("console.setup: id", id, 1, 0xff)
    baudrate = check.optional_integer("console.setup: baudrate", baudrate, 1, 10000000)
    local prompt = open(id)
    prompt.environment = setmetatable({ print = printer(prompt), sendat = at_sender(prompt) }, { __index = _G })
    -- What a line assigns is the script's.
    getmetatable(prompt.environment).__newindex = _G
    uart.setup(id, baudrate or 115200, 8, uart.PAR_NONE, uart.STOP_1)
    uart.on(id, "receive", function() receive(prompt) end)
    prompt.write "\r\nWelcome to Luat Console\r\n\r\n> "
end

return console
