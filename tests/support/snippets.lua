--- Runs the fenced blocks of a page, in their order and in a temporary folder of its own. CONTRIBUTING.md says how
-- blocks are marked.
local busted = require "busted"
local pages = require "pages"
local read = require("text_file").read

local snippets = {}

--- What a note may say.
local KEYS = {
    no = true, file = true, first = true, prints = true, status = true, ["until"] = true, output = true, prompt = true,
    scenario = true, script = true, spec = true, after = true, compiles = true, same = true, make = true, ["in"] = true,
}

--- Where a block names a port of this computer. A port below 1024 stays.
local PORTS = {
    "%-%-echo=", "127%.0%.0%.1:", "127%.0%.0%.1\", ", "localhost:", "listen:", "%-accept ", "%.py ", "%-p ",
}

--- How the first line of a block names the file that it is.
local NAMES = { lua = "^%-%- (%S+%.lua)\n", toml = "^# (%S+%.toml)\n", python = "^# (%S+%.py)\n" }

local here

--- What a command prints, without the newline at its end.
local function output_of(command)
    local process = io.popen(command)
    local text = process:read "a"
    process:close()
    return (text:gsub("\n$", ""))
end

local function write(path, text)
    local folder = path:match "^(.*)/"
    assert(os.execute(("mkdir -p '%s'"):format(folder)))
    local file = assert(io.open(path, "w"))
    file:write(text)
    file:close()
end

--- The value of a note, "" for one that is only a word; nil if there is none.
local function note(block, key)
    for _, entry in ipairs(block.notes) do
        if entry.key == key then
            return entry.value
        end
    end
end

--- Calls `use` with each match of a port in a text, and replaces it by what that returns.
local function each_port(text, use)
    for _, before in ipairs(PORTS) do
        text = text:gsub("(" .. before .. ")(%d+)", function(prefix, port)
            return tonumber(port) >= 1024 and prefix .. use(port) or nil
        end)
    end
    return text
end

--- Gives the blocks of a page ports that nobody uses, the same for the same.
local function change_ports(blocks)
    local ports, list = {}, {}
    for _, block in ipairs(blocks) do
        each_port(block.text, function(port)
            if not ports[port] then
                list[#list + 1] = port
                ports[port] = true
            end
            return port
        end)
    end
    local free = output_of("/usr/bin/python3 tests/support/run_block.py --ports " .. #list):gmatch "%d+"
    for _, port in ipairs(list) do
        ports[port] = free()
    end
    for _, block in ipairs(blocks) do
        block.original = block.text
        block.text = each_port(block.text, function(port) return ports[port] end)
    end
end

--- What comes before the commands of a block.
local PRELUDE = [[
set -e
unset LUATOS_MODEM
cd '%s'
export HOME="$PWD" PATH="%s/target/release:$PATH" LUA_PATH="%s/target/lua53/?.lua;;" LUA_CPATH="%s/target/lua53/?.so;;"
# listening PORT: waits until somebody listens there; a person types slowly enough.
listening() {
    local port
    port=$(printf %%04X "$1")
    until grep -qs ":$port [0-9A-F]*:0000 0A" /proc/net/tcp /proc/net/tcp6; do sleep 0.02; done
}
]]

--- Commands that wait for each server that they start in the background.
local function patient(text)
    local lines = {}
    for line in text:gsub("\\\n%s*", ""):gmatch "[^\n]*" do
        lines[#lines + 1] = (line .. "\n"):gsub("([^\n&]-) &([ \n])", function(command, after)
            local port
            -- Not where it connects to.
            each_port(command:gsub("%-%-connect%-to%s+%S+", ""), function(found)
                port = found
                return found
            end)
            return port and ("%s & listening %s;%s"):format(command, port, after) or nil
        end)
    end
    return table.concat(lines)
end

--- The page that is tested.
local Page = {}
Page.__index = Page

--- Fails with the place of a block.
function Page:fail(block, text, ...)
    error(("%s:%d: %s"):format(self.path, block.line, text:format(...)), 0)
end

--- Runs commands in the page's folder.
-- @return what they printed, and their status
function Page:run(commands, options)
    local script = os.tmpname()
    write(script, PRELUDE:format(self.folder, here, here, here) .. patient(commands))
    local command = ("/usr/bin/python3 tests/support/run_block.py %s %s; echo =$?"):format(options or "", script)
    local process = io.popen(command)
    local output, status = process:read("a"):match "^(.*)=(%d+)\n$"
    process:close()
    os.remove(script)
    return output, tonumber(status)
end

--- Runs commands and looks at what the notes say of their end and output.
function Page:run_commands(block, commands, options)
    local until_text = note(block, "until")
    if until_text then
        options = ("%s --until '%s'"):format(options or "", until_text)
    end
    local output, status = self:run(commands, options)
    self.output = output
    local expected = tonumber(note(block, "status") or 0)
    if status ~= expected then
        self:fail(block, "status %d, expected %d:\n%s", status, expected, output)
    end
    for _, entry in ipairs(block.notes) do
        if entry.key == "prints" and not output:find(entry.value, 1, true) then
            self:fail(block, "does not print %q:\n%s", entry.value, output)
        end
    end
end

--- Compares what was printed with a text in which … stands for anything.
function Page:compare(block, expected, output)
    local pattern = expected:gsub("%s+$", ""):gsub("%p", "%%%0"):gsub("…", ".-")
    if not output:gsub("%s+$", ""):find("^" .. pattern .. "$") then
        self:fail(block, "expected:\n%s\nprinted:\n%s", expected, output)
    end
end

--- Every line of a block, without the comments behind, is in a file of the repository.
function Page:find_in(block, path)
    local text = read(path)
    for line in block.original:gmatch "[^\n]+" do
        local words = line:gsub("%s+#.*$", ""):match "^%s*(.-)%s*$"
        if words ~= "" and not words:find "^#" and not text:find(words, 1, true) then
            self:fail(block, "%q is not in %s", words, path)
        end
    end
end

--- A transcript: lines after "$ " are commands, the others what these print.
function Page:run_transcript(block)
    local command, expected
    local function finish()
        if command then
            self:run_commands(block, command)
            self:compare(block, expected, self.output)
        end
    end
    for line in block.text:gmatch "([^\n]*)\n" do
        local words = line:match "^%$ (.*)$"
        if words then
            finish()
            command, expected = words, ""
        elseif command then
            expected = expected .. line .. "\n"
        else
            self:fail(block, "a transcript begins with \"$ \" and a command")
        end
    end
    finish()
end

--- Whether a statement or expression is not complete yet.
local function is_incomplete(input)
    local works, problem = load(input)
    if not works and load("return " .. input) then
        return false
    end
    return not works and problem:find "<eof>$" ~= nil
end

--- A session at the prompt: lines after "> " are inputs, the others what appears.
function Page:run_prompt(block, arguments)
    local inputs, expected, input = "", "", nil
    for line in block.text:gmatch "([^\n]*)\n" do
        local begun = line:match "^> (.*)$"
        if begun or input and is_incomplete(input) then
            input = begun or input .. "\n" .. line
            inputs = inputs .. (begun or line) .. "\n"
        else
            input = nil
            expected = expected .. line .. "\n"
        end
    end
    local path = os.tmpname()
    write(path, inputs .. "os.exit()\n")
    self:run_commands(block, "exec luatos --console " .. arguments, "--input " .. path)
    os.remove(path)
    self:compare(block, expected, self.output)
end

--- The block as a Lua file of the page's folder, with what a note says before it.
-- @return its name
function Page:lua_file(block, name)
    local before = note(block, "after")
    write(self.folder .. "/" .. name, (before and before .. "\n" or "") .. block.text)
    return name
end

--- What makes a test of a block, by the note that asks for it.
local TESTS = {
    no = function(page, block, reason)
        if reason == "" then
            page:fail(block, "say why no test runs this: <!-- test: no, REASON -->")
        end
    end,
    ["in"] = Page.find_in,
    make = function(page, block)
        for line in block.text:gmatch "[^\n]+" do
            local arguments = line:gsub("%s+#.*$", ""):match "^make (.*)$"
                or page:fail(block, "%q does not begin with make", line)
            if not os.execute(("make --dry-run %s >/dev/null 2>&1"):format(arguments)) then
                page:fail(block, "there is nothing to make: %s", line)
            end
        end
    end,
    output = function(page, block)
        page:compare(block, block.text, page.output or page:fail(block, "nothing has run above"))
    end,
    prompt = Page.run_prompt,
    scenario = function(page, block, arguments)
        page:run_commands(block, ("luatos --scenario %s %s"):format(page:lua_file(block, "block.lua"), arguments))
    end,
    script = function(page, block, arguments)
        page:run_commands(block, ("luatos %s %s"):format(arguments, page:lua_file(block, "block.lua")))
    end,
    spec = function(page, block, arguments)
        page:run_commands(block, ("luatos %s test %s"):format(arguments, page:lua_file(block, "block_spec.lua")))
    end,
    compiles = function(page, block, reason)
        if reason == "" then
            page:fail(block, "say why this is only compiled: <!-- test: compiles REASON -->")
        end
        assert(load((note(block, "after") or "") .. block.text, ("=%s:%d"):format(page.path, block.line)))
    end,
}

--- Likewise by language, where no note does.
local LANGUAGES = {
    sh = function(page, block) page:run_commands(block, block.text) end,
    console = Page.run_transcript,
    -- A workflow, which a test of that file runs.
    yaml = function(page, block)
        return note(block, "same") or page:fail(block, "which file is this? <!-- test: same FILE -->")
    end,
}

--- Tests one block.
function Page:test(block)
    for _, entry in ipairs(block.notes) do
        if not KEYS[entry.key:gsub(",$", "")] then
            self:fail(block, "no such note: %s", entry.key)
        end
        entry.key = entry.key:gsub(",$", "")
    end
    local first = note(block, "first")
    if first then
        local output, status = self:run(first)
        if status ~= 0 then
            self:fail(block, "%s: status %d: %s", first, status, output)
        end
    end
    local same = note(block, "same")
    if same then
        self:compare(block, block.original, read(same))
    end
    local name = note(block, "file") or NAMES[block.language] and block.text:match(NAMES[block.language])
    if name then
        write(self.folder .. "/" .. name, block.text)
        if name:find "%.lua$" then
            assert(load(block.text, "=" .. name))
        end
        return
    end
    for _, entry in ipairs(block.notes) do
        if TESTS[entry.key] then
            return TESTS[entry.key](self, block, entry.value)
        end
    end
    local run = LANGUAGES[block.language]
        or self:fail(block, "no test runs this block; CONTRIBUTING.md says how to mark it")
    run(self, block)
end

--- Defines the tests of a page: one for each block.
-- @string path of the page
function snippets.page(path)
    local page = setmetatable(pages.read(path), Page)

    busted.setup(function()
        here = output_of "pwd"
        page.folder = os.tmpname()
        os.remove(page.folder)
        -- The examples, which blocks name relative to the checkout; what they keep stays in the copy.
        assert(os.execute(("mkdir %s && cp -R examples %s"):format(page.folder, page.folder)))
        change_ports(page.blocks)
    end)

    busted.teardown(function()
        os.execute("rm -r " .. page.folder)
    end)

    for _, block in ipairs(page.blocks) do
        busted.it(("%s:%d runs"):format(path, block.line), function() page:test(block) end)
    end
    if not page.blocks[1] then
        busted.it(path .. " has no blocks", function() end)
    end
end

return snippets
