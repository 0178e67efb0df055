--- `update`: a firmware from a server.
local outside = require "outside"
local peer = require "peer"

local server

--- Runs an update.
-- @string[opt] url
-- @string[opt] afterwards Lua for when it is over
-- @string[opt] before Lua for before it
-- @return what was printed
local function run(url, afterwards, before)
    return (outside.run(([[
        PRODUCT_KEY = "KEY"
        require "update"
        for _, event in ipairs { "LIB_UPDATE_OTA_DOWNLOAD_BEGIN", "LIB_UPDATE_OTA_DOWNLOAD_END" } do
            sys.subscribe(event, function(...) print(event:sub(12), ...) end)
        end
        %s
        update.request(function(ok) print("updated", ok) %s over = true sys.publish "OVER" end, %s)
    ]]):format(before or "", afterwards or "", url and ("%q"):format(url) or "nil"),
        'if not over then sys.waitUntil("OVER", 20000) end sys.wait(5)',
        -- From one attempt to the next there are two seconds.
        "--speed 5 --timeout 150"))
end

describe("an update", function()
    setup(function() server = peer.start "update_server.py" end)
    teardown(function() server:stop() end)

    it("comes from a server, also where that breaks off and leads elsewhere", function()
        local output = run(server:url("/moved", "http"))
        assert.equal("OTA_DOWNLOAD_BEGIN\nupdated true\nOTA_DOWNLOAD_END true\n", (output:gsub("%[[EW]%][^\n]+\n", "")))
        local ranges = {}
        for index, record in ipairs(server:log "range") do
            ranges[index] = record[3]
        end
        assert.same({ "bytes=0-", "bytes=0-", "bytes=15000-", "bytes=30000-" }, ranges)
        assert.truthy(server:log("range")[1][4]:find("project_key=KEY&imei=%d+&firmware_name=OUTSIDE_Luat_RDA8910"))
    end)

    it("comes from a server that leads elsewhere by a path", function()
        assert.truthy(run(server:url("/relative", "http")):find("updated true", 1, true))
    end)

    for _, path in ipairs { "/changed", "/shorter" } do
        it("begins anew where the server has another part: " .. path, function()
            local output = run(server:url(path, "http"), [[local text = ""
                for byte = 0, 249 do text = text .. string.char(byte) end
                print("whole", io.readFile "/luazip/update.bin" == text:rep(160))]])
            assert.truthy(output:find("updated true", 1, true), output)
            assert.truthy(output:find("whole true", 1, true), output)
        end)
    end

    it("of unknown size is none", function()
        local output = run(server:url("/chunked", "http"))
        assert.truthy(output:find("1 bytes have come of an update of unknown size", 1, true), output)
        assert.truthy(output:find("updated false", 1, true), output)
    end)

    it("from what is no address is none", function()
        local output = run "http://host:x/"
        assert.truthy(output:find("[W]-[update] http://host:x/?", 1, true), output)
        assert.truthy(output:find("updated false", 1, true), output)
    end)

    it("is asked for with the IMEI where the script's function fails", function()
        server:forget()
        local output = run(server:url("/none", "http"), nil, "update.setGetImeiCbFnc(function() error 'mine' end)")
        assert.truthy(output:find("mine", 1, true), output)
        assert.truthy(output:find("updated false", 1, true), output)
        assert.truthy(server:log("range")[1][4]:find "&imei=%d+&")
    end)

    it("is asked for again after its period, whatever came of it, also where there was no room for a time", function()
        server:forget()
        local output = outside.run(([[
            require "update"
            local start, starts = rtos.fota_start, 0
            function rtos.fota_start()
                starts = starts + 1
                return starts == 3 and -94 or start()
            end
            local count = 0
            update.request(function(ok)
                count = count + 1
                print("updated", ok)
                if count == 2 then update.request(nil, %q) end
                is_over = count == 4
            end, %q, 20)
        ]]):format(server:url("/none", "http"), server:url("/whole", "http")), "while not is_over do sys.wait(10) end")
        local _, times = output:gsub("updated true", "")
        assert.equal(2, times, output)
        _, times = output:gsub("updated false", "")
        assert.equal(2, times, output)
        _, times = output:gsub("there is no room for an update", "")
        assert.equal(1, times, output)
    end)

    it("may be asked for by the callback", function()
        local output = run(server:url("/none", "http"), ([[
            if not asked then
                asked = true
                return update.request(nil, %q)
            end]]):format(server:url("/whole", "http")))
        assert.truthy(output:find "updated false\n.*updated true\n", output)
    end)

    it("that a server does not have is none", function()
        assert.equal("[W]-[update] the server answers with status 404\nupdated false\nOTA_DOWNLOAD_END false\n",
            run(server:url("/none", "http")))
    end)
end)

it("does not call home unless it is asked to", function()
    local output = run(nil)
    assert.truthy(output:find("iot.openluat.com:80 is not reached: --online permits it", 1, true), output)
    assert.truthy(output:find("\nupdated false\n", 1, true), output)
end)

it("errors name function, argument and value", function()
    assert.equal("update.request: cbFnc: function or nil expected, got 5\n"
        .. "update.request: period: nil or 1 to 2147483647 ms expected, got 0\n", (outside.run([[
        require "update"
        print((select(2, pcall(update.request, 5)):gsub("^[^ ]-:%d+: ", "")))
        print((select(2, pcall(update.request, nil, nil, 0)):gsub("^[^ ]-:%d+: ", "")))
    ]], "")))
end)
