--- What is said of a server that cannot be reached, or that speaks something else: the cause once, where it is known.
local test = require "luatos.test"
require "http"
require "mqtt"
require "sys"

--- Nobody listens there.
local CLOSED = 1

before_each(function()
    _G.PROJECT, _G.VERSION = "TEST", "1.0.0"
    sys.init(0, 0)
    test.clock.instant()
end)

--- Runs a body in a task, once there is a network, and waits for its end.
local function in_task(body)
    local is_over = false
    sys.taskInit(function()
        while not socket.isReady() do
            sys.waitUntil("IP_READY_IND", 1000)
        end
        body()
        is_over = true
    end)
    test.clock.advance(200000)
    assert.is_true(is_over)
end

--- How many lines of the log have that.
local function lines_with(text)
    local count = 0
    for _, line in ipairs(test.log()) do
        count = count + (line:find(text, 1, true) and 1 or 0)
    end
    return count
end

it("http says the cause of a failed connection once", function()
    local why
    in_task(function()
        http.request("GET", "http://127.0.0.1:" .. CLOSED, nil, nil, nil, 5000, function(...) why = select(5, ...) end)
    end)
    assert.equal("cannot connect to 127.0.0.1:1: Connection refused", why)
    assert.equal(1, lines_with "refused", table.concat(test.log(), "\n"))
    test.expect_log "http.request%] connect fail"
end)

it("mqtt says the cause of a failed connection once", function()
    local ok, why
    in_task(function() ok, why = mqtt.client("x"):connect("127.0.0.1", CLOSED) end)
    assert.same({ false, "cannot connect to 127.0.0.1:1: Connection refused" }, { ok, why })
    assert.equal(1, lines_with "refused", table.concat(test.log(), "\n"))
    test.expect_log "mqtt.client:connect%] failed: no connection"
end)

--- Has mqtt connect to a server that does that.
local function connect_to(serve)
    local server, result = test.tcp(serve), nil
    in_task(function() result = { mqtt.client("x"):connect("127.0.0.1", server.port) } end)
    return result
end

it("mqtt says at once that a server of HTTP answers", function()
    assert.same({ false, "CLOSED" }, connect_to(function(peer)
        peer:receive()
        peer:reply "HTTP/1.1 400 Bad Request\r\n\r\n"
    end))
    test.expect_log("what the broker sends is not MQTT:%s+an answer of HTTP", { level = "warn", ms = 0 })
    test.expect_no_log "no answer"
end)

it("mqtt says that nothing answers", function()
    assert.same({ false, "timeout" }, connect_to())
    test.expect_log("no answer to CONNECT within 60 s", { level = "warn", ms = 0 })
end)
