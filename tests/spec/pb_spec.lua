--- `pb`: the phone book of the card.
local outside = require "outside"

it("entries are written, read and removed, several at once", function()
    assert.equal([[
true true true
SM 2 100
Mobile Co. 10086
二 +8613800000000
true "" ""
false "" ""
]], (outside.run([[
        require "pb"
        local function read(index)
            local event = "READ" .. index
            pb.read(index, function(ok, name, number) sys.publish(event, ok, name, number) end)
            return select(2, sys.waitUntil(event, 10000))
        end
        sys.subscribe("GO", function()
            print(pb.write(1, "Mobile Co.", 10086), pb.write("2", "二", "+8613800000000"), pb.read(1))
            pb.setStorage "SM"
        end)
        sys.taskInit(function()
            local _, _, name, used, total = sys.waitUntil("CPBS_READ_CNF", 10000)
            print(name, used, total)
            for index = 1, 2 do
                local _, name, number = read(index)
                print(name, number)
            end
            pb.delete(1)
            for _, index in ipairs { 1, 1000 } do
                local ok, name, number = read(index)
                print(ok, ("%q %q"):format(name, number))
            end
            sys.publish "OVER"
        end)
    ]], 'sys.waitUntil("CALL_READY", 100) sys.publish "GO" sys.waitUntil("OVER", 10000)')))
end)

it("errors name function, argument and value", function()
    assert.equal([[
pb.read: index: whole number expected, got "x"
pb.write: num: telephone number of up to 20 digits as a string, such as "+8613800000000", expected, got "1.5"
pb.write: name: text without quotes expected, got "a\"b"
pb.delete: cb: function or nil expected, got 5
false false false false
]], (outside.run([[
        require "pb"
        local function fails(...) print((select(2, pcall(...)):gsub("^[^ ]-:%d+: ", ""))) end
        fails(pb.read, "x")
        fails(pb.write, 1, "name", 1.5)
        fails(pb.write, 1, 'a"b', "10086")
        fails(pb.delete, 1, 5)
        print(pb.read(), pb.read "", pb.write(1, "name"), pb.delete())
    ]], "")))
end)
