---Tests with busted: a fresh device for each test, simulated time, servers, what is printed.
---@class luatos.test
---@field device device that of the present test
---@field clock luatos.test.clock
local test = {}

---@class luatos.test.clock
local clock = {}

---Lets time pass without waiting for it: timers fire in their order, as soon as nothing is in flight.
---@param ms number
function clock.advance(ms) end

---Whether waits are passed over, to the end of the test.
---@param is_instant? boolean default true
function clock.instant(is_instant) end

---The lines that were printed since the test began.
---@return string[]
function test.log() end

---@class luatos.test.Line
---@field ms? number time limit
---@field level? "trace"|"debug"|"info"|"warn"|"error"|"fatal"

---Waits for a line that is printed. A line counts once: the next call looks behind it.
---@param pattern string of Lua, found anywhere in the line
---@param options? number|luatos.test.Line time limit in ms of the device's time, default 10000; or a table with it and a level
---@return string ... captures, or what the pattern has matched
function test.expect_log(pattern, options) end

---Raises an error if a line is printed, behind the one that `expect_log` has found last.
---@param pattern string of Lua, found anywhere in the line
---@param options? number|luatos.test.Line as of `expect_log`; without a time only what is printed by now counts
function test.expect_no_log(pattern, options) end

---@class luatos.test.Options
---@field modem? table<string, any> properties as of `--modem`
---@field connect_to? string[] rules as of `--connect-to`
---@field lib? string[] folders
---@field ours? string[] modules
---@field lib_version? string
---@field power_on_reason? integer
---@field files? table<string, string> texts by path: they are on the device already

---Starts a project on a new device: its main script runs until it calls `sys.run`, and goes on whenever the test waits.
---@param path string a script, a folder with `main.lua`, or a project file of LuaTools
---@param options? luatos.test.Options
function test.project(path, options) end

---Restarts the device: the project of this test runs anew with the files that it has left.
---@param reason? number what `rtos.poweron_reason` returns; default `rtos.POWERON_RESTART`
function test.restart(reason) end

---@class luatos.test.Peer
local Peer = {}

---Waits for bytes.
---@param count? number how many; without it all that has come, at least one
---@param ms? number time limit, default 10000
---@return string|nil bytes
---@return string|nil reason "timeout", "closed", or an error
function Peer:receive(count, ms) end

---Waits for a line.
---@param ms? number time limit, default 10000
---@return string|nil line without its end
---@return string|nil reason
function Peer:receive_line(ms) end

---Waits for a text; an error if something else comes.
---@param text string
---@param ms? number time limit, default 10000
function Peer:expect(text, ms) end

---Sends.
---@param data string
---@return boolean is_open whether the connection is
function Peer:reply(data) end

---Does nothing for a time.
---@param ms number
function Peer:stall(ms) end

---Closes the connection, once all is sent.
function Peer:close() end

---Breaks the connection: the device sees a reset.
function Peer:drop() end

---@class luatos.test.Server
---@field port integer
---@field connections luatos.test.Peer[]
local Server = {}

---The rule that leads connections to an address here, for the option `connect_to` of `test.project`.
---@param address string such as "example.com:80"
---@return string rule
function Server:at(address) end

---Waits until something has connected that was not asked for before.
---@param ms? number time limit, default 10000
---@return luatos.test.Peer|nil
function Server:connection(ms) end

---Takes no more connections.
function Server:stop() end

---Takes connections again, on the same port.
function Server:restart() end

---Starts a TCP server on a free port of 127.0.0.1, which is there until the end of the test.
---@param serve? fun(peer: luatos.test.Peer) called in a task for each connection
---@return luatos.test.Server
function test.tcp(serve) end

---@class luatos.test.Request
---@field method string
---@field path string
---@field head table<string, string> fields by name in small letters
---@field body string
---@field peer luatos.test.Peer

---@class luatos.test.HttpServer: luatos.test.Server
---@field requests luatos.test.Request[]
local HttpServer = {}

---Waits for the next request that was not asked for before.
---@param ms? number time limit, default 10000
---@return luatos.test.Request|nil
function HttpServer:request(ms) end

---Starts an HTTP server on a free port of 127.0.0.1, which is there until the end of the test.
---@param respond? fun(request: luatos.test.Request): integer|false|nil, string|nil, table<string, string>|nil returns status, body and further fields; false if it has answered by `request.peer`
---@return luatos.test.HttpServer
function test.http(respond) end

---@class luatos.test.WebSocket
local WebSocket = {}

---Waits for a message. Pings are answered meanwhile.
---@param ms? number time limit for each frame, default 10000
---@return string|nil message
---@return 1|2|string kind 1 text, 2 binary; or the reason: "timeout", "closed"
---@return integer|nil code of "closed"
function WebSocket:receive(ms) end

---Sends a message.
---@param data string
---@param is_binary? boolean whether it is no text
---@return boolean is_open whether the connection is
function WebSocket:send(data, is_binary) end

---Sends one frame, such as a part of a message.
---@param opcode number 0 continues a message, 1 is text, 2 binary, 8 close, 9 ping, 10 pong
---@param data? string default ""
---@param is_part? boolean whether another frame continues the message
---@return boolean is_open whether the connection is
function WebSocket:send_frame(opcode, data, is_part) end

---Closes with a close frame.
---@param code? number default 1000
---@param reason? string default ""
function WebSocket:close(code, reason) end

---Does nothing for a time.
---@param ms number
function WebSocket:stall(ms) end

---Breaks the connection, without a close frame.
function WebSocket:drop() end

---@class luatos.test.WebSocketServer: luatos.test.Server
---@field clients luatos.test.WebSocket[]
local WebSocketServer = {}

---Waits for the next client that was not asked for before.
---@param ms? number time limit, default 10000
---@return luatos.test.WebSocket|nil
function WebSocketServer:client(ms) end

---Starts a WebSocket server on a free port of 127.0.0.1, which is there until the end of the test.
---@param serve? fun(client: luatos.test.WebSocket) called in a task for each connection; without it what comes is sent back
---@return luatos.test.WebSocketServer
function test.websocket(serve) end

test.clock = clock

return test
