--- `record`: recordings to a file and as a stream.
local outside = require "outside"

local function run(script)
    return (outside.run("require 'record'\nsys.taskInit(function() sys.waitUntil 'GO'\n" .. script
        .. "\nsys.publish 'OVER' end)", [[
        sys.wait(5)
        sys.publish "GO"
        assert(sys.waitUntil("OVER", 20000))
    ]]):gsub("%[E%][^\n]+\n", ""))
end

it("to a file, to its end", function()
    assert.equal("true true false\ntrue true END\nfalse true true\n#!AMR\n 6\nfalse\n", run [[
        print(record.start(1, function(ok, size, what)
            print(ok, size == (record.getSize()), what)
            sys.publish "DONE"
        end), record.isBusy(), record.exists())
        sys.waitUntil("DONE", 10000)
        local size, seconds = record.getSize()
        print(record.isBusy(), record.exists(), size > 0 and seconds >= 0)
        print(record.getData(0, 6), #record.getData(0, 6))
        record.delete()
        print(record.exists())
    ]])
end)

it("is stopped, and another may follow", function()
    assert.equal("cb true END\nstop 0\nnone 0\nagain true END\n", run [[
        record.start(30, function(ok, _, what) print("cb", ok, what) end)
        sys.wait(50)
        record.stop(function(result) print("stop", result) sys.publish "DONE" end)
        sys.waitUntil("DONE", 10000)
        record.stop(function(result) print("none", result) end)
        record.start(1, function(ok, _, what) print("again", ok, what) sys.publish "DONE" end)
        sys.waitUntil("DONE", 10000)
    ]])
end)

it("has callbacks that may wait and fail", function()
    local output = run [[
        record.start(30, function(ok) sys.wait(5) error("about " .. tostring(ok)) end)
        record.stop(function(result)
            print("stop", result)
            sys.wait(50)
            sys.publish "DONE"
        end)
        sys.waitUntil("DONE", 10000)
    ]]
    assert.truthy(output:find("stop 0\n", 1, true), output)
    assert.falsy(output:find("outside a task", 1, true), output)
end)

it("comes as a stream", function()
    assert.equal("true true\n", run [[
        local count, bytes = 0, 0
        record.start(1, function(ok, size, what)
            if what == "STREAM" then
                count, bytes = count + 1, bytes + #audiocore.streamrecordread(size)
            else
                sys.publish "DONE"
            end
        end, "STREAM")
        sys.waitUntil("DONE", 10000)
        print(count > 0, bytes > 0)
    ]])
end)

it("what cannot begin says so", function()
    assert.equal("a false 0 END\nnil\nb false 0 END\nc false 0 END\n"
        .. "record.start: seconds: 0 to 2147483647 s expected, got nil\n", run [[
        local function told(name) return function(...) print(name, ...) end end
        print(record.start(51, told "a"))
        record.start(0, told "b")
        record.start(30)
        record.start(1, told "c")
        record.stop()
        print((select(2, pcall(record.start)):gsub("^[^ ]-:%d+: ", "")))
    ]])
end)
