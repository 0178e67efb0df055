--- Brokers of MQTT whose behaviour a test writes in Python, one text for each connection; over `socket_peer.py`.
local sys = require "sys"
local peer = require "peer"
local sockets = require "sockets"

local brokers = {}

--- What a text has beside `sock` and the functions of `socket_peer.py`:
--   packet()                      the first byte and the body of the next packet
--   expect(kind)                  likewise; another type is a problem
--   publish(qos, id, payload, dup=0, topic=b'/t'), ack(kind, id), connack(present=0, rc=0)
--                                 packets as bytes
--   greet(present=0)              reads CONNECT and answers it
--   until_end()                   logs the types of the packets that come until the client closes
local PRELUDE = [[
def packet():
    first = read(sock, 1)
    if not first:
        raise ConnectionError
    length = shift = 0
    while True:
        digit = read(sock, 1)[0]
        length |= (digit & 127) << shift
        shift += 7
        if digit < 128:
            return first[0], read(sock, length)

def expect(kind):
    first, body = packet()
    if first >> 4 != kind:
        raise AssertionError(f"a packet of type {first >> 4}, expected {kind}")
    return first, body

def length_bytes(length):
    result = b""
    while True:
        digit, length = length & 127, length >> 7
        result += bytes([digit | 128 if length else digit])
        if not length:
            return result

def publish(qos, id, payload, dup=0, topic=b"/t"):
    body = struct.pack(">H", len(topic)) + topic + (struct.pack(">H", id) if qos else b"") + payload
    return bytes([0x30 | dup << 3 | qos << 1]) + length_bytes(len(body)) + body

def ack(kind, id):
    return struct.pack(">BBH", kind << 4 | (2 if kind == 6 else 0), 2, id)

def connack(present=0, rc=0):
    return bytes([0x20, 2, present, rc])

def greet(present=0):
    expect(1)
    sock.sendall(connack(present))

def id_of(publication):
    size = struct.unpack(">H", publication[:2])[0]
    return struct.unpack(">H", publication[2 + size:4 + size])[0]

def until_end():
    try:
        while True:
            log("packet", packet()[0] >> 4)
    except ConnectionError:
        pass
    log("over")

]]

--- The text for `server:tcp` or `server:tls` of a broker.
function brokers.text(code)
    -- The text of a test is indented as the test is.
    local indent = code:match "^\n?( *)"
    return PRELUDE .. ("\n" .. code:gsub("^\n", "")):gsub("\n" .. indent, "\n")
end

--- A server for a spec file, as `sockets.peer`. Further method: `broker(code)`, which returns the port of a new one.
function brokers.peer()
    local server = sockets.peer()
    function server.broker(_, code) return server:tcp(brokers.text(code)) end
    return server
end

--- Runs a function in a task and waits for its end.
-- @return its results
function brokers.in_task(body)
    local results
    sys.taskInit(function()
        results = table.pack(xpcall(body, debug.traceback))
    end)
    local give_up = os.time() + 300
    while not results and os.time() < give_up do
        sys.wait(10)
    end
    assert(results, "the task does not end")
    assert(results[1], results[2])
    return table.unpack(results, 2, results.n)
end

--- Waits until the broker's log has this number of lines of a kind; returns their values as one text.
function brokers.logged(server, name, count)
    local records = peer.eventually(function()
        local list = server:log(name)
        return #list >= (count or 1) and list
    end, ("%d lines %s"):format(count or 1, name))
    local values = {}
    for index, record in ipairs(records) do
        values[index] = record[3] or ""
    end
    return table.concat(values, " ")
end

return brokers
