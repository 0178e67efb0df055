--- Runs of `luatos --board`, and requests to them as other programs make them.
local peer = require "peer"
local project = require "project"

local board_server = {
    --- The token of runs that get one.
    TOKEN = "token-of-a-spec",
}

local Run = {}
Run.__index = Run

local ROOT = io.popen("pwd"):read "*l"

local function read(path)
    local file = io.open(path, "rb")
    local text = file and file:read "*a"
    if file then
        file:close()
    end
    return text
end

--- A word for the shell.
local function quoted(text)
    return "'" .. text:gsub("'", "'\\''") .. "'"
end

--- Starts a run, and waits for its address.
-- @tab files as of `project.new`
-- @tab[opt] options `words`, further words before the project; `target`, what is run ("main.lua"); `environment`,
-- assignments
-- @return object; the caller ends it by `stop`
function board_server.start(files, options)
    options = options or {}
    local self = setmetatable({ project = project.new(files) }, Run)
    local command = ("cd %s && echo $$ && LUATOS_MODEM=register_after=0 LUATOS_BOARD_TOKEN=%s %s"
        .. " exec %s/target/release/luatos --board %s %s >run.log 2>&1"):format(self.project.folder, board_server.TOKEN,
        options.environment or "", ROOT, options.words or "", options.target or "main.lua")
    self.process = assert(io.popen(command))
    self.pid = self.process:read "*l"
    self.host, self.token = peer.eventually(function()
        return self:log():match "board: http://([^/]+)/%?token=%S+"
    end, "the address of the board"), self:log():match "%?token=(%S+)"
    return self
end

--- What it has printed.
function Run:log()
    return read(self.project.path "run.log") or ""
end

--- Waits until it has printed a text.
function Run:expect(text)
    peer.eventually(function() return self:log():find(text, 1, true) end, text)
end

--- Waits for its end.
-- @return as `close` of `io.popen` in Lua 5.3
function Run:ended()
    local process = self.process
    self.process = nil
    return process:close()
end

--- Ends it by a signal, and removes its folder.
function Run:stop()
    if self.process then
        os.execute("kill -INT " .. self.pid)
        self:ended()
    end
    self.project.remove()
end

--- Makes a request by curl.
-- @string path
-- @tab[opt] options `method`, `body`, `headers` (list of lines), `token` (false: none)
-- @return status, body, head in lower case
function Run:request(path, options)
    options = options or {}
    local words = { "curl -s -m 20 --path-as-is -D - -o", self.project.path "answer" }
    if options.token ~= false then
        words[#words + 1] = "-H " .. quoted("Authorization: Bearer " .. (options.token or self.token))
    end
    for _, header in ipairs(options.headers or {}) do
        words[#words + 1] = "-H " .. quoted(header)
    end
    if options.body then
        local file = assert(io.open(self.project.path "body", "wb"))
        file:write(options.body)
        file:close()
        words[#words + 1] = "-H Expect: --data-binary @" .. self.project.path "body"
    end
    if options.method then
        words[#words + 1] = "-X " .. options.method
    end
    words[#words + 1] = quoted("http://" .. self.host .. path)
    os.remove(self.project.path "answer")
    local process = io.popen(table.concat(words, " "))
    local head = process:read "*a"
    process:close()
    return tonumber(head:match "^HTTP/1.1 (%d+)"), read(self.project.path "answer") or "", head:lower()
end

--- Calls a function of the table `device`.
-- @string name
-- @string[opt="[]"] arguments JSON
-- @return the answer's body as it is, and its status
function Run:call(name, arguments)
    local status, body = self:request("/api/" .. name, {
        method = "POST", body = arguments or "[]", headers = { "Content-Type: application/json" },
    })
    return body, status
end

--- The address of the WebSocket.
-- @string[opt] more of the query
function Run:changes(more)
    return ("ws://%s/api/changes?token=%s%s"):format(self.host, self.token, more or "")
end

return board_server
