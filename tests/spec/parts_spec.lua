--- Parts: `device.part`, `device.set`, `device.remove`, `--part`, `[[part]]` of luatos.toml, models of users.
local device = require("luatos").device
local fails = require "fails"
local project = require "project"
local runner = require "runner"

--- The part of a name, as `device.state` lists it.
local function listed(name)
    for _, part in ipairs(device.state().parts) do
        if part.name == name then
            return part
        end
    end
end

--- Asserts that a text is in what a run printed.
local function prints(text, output)
    assert.truthy(output:find(text, 1, true), text .. " missing in\n" .. output)
end

describe("device.part", function()
    local function remove_all()
        for _, part in ipairs(device.state().parts) do
            device.remove(part.name)
        end
    end

    before_each(function() i2c.setup(2, i2c.SLOW) end)
    after_each(remove_all)

    it("attaches a model, which state lists", function()
        assert.equal("am2320", device.part "am2320")
        assert.same({
            name = "am2320", model = "am2320", place = "i2c 2, 0x5c", screen = false,
            values = {
                { name = "temperature", value = 25, min = -40, max = 80, step = 0.1, unit = "°C" },
                { name = "humidity", value = 50, min = 0, max = 100, step = 0.1, unit = "%" },
            },
        }, listed "am2320")
    end)

    it("names parts by their models, or as it is told", function()
        assert.equal("am2320", device.part("am2320", { bus = 1 }))
        assert.equal("am2320-2", device.part("am2320", { bus = 2 }))
        assert.equal("cellar", device.part("am2320", { bus = 3, name = "cellar", temperature = 12 }))
        assert.equal(12, listed("cellar").values[1].value)
        fails("device.part: name: there is a part \"cellar\" already; device.remove takes it away", device.part,
            "am2320", { address = 1, name = "cellar" })
        fails("device.part: name: string expected, got 5", device.part, "am2320", { address = 1, name = 5 })
    end)

    it("says where something is already, and attaches nothing", function()
        device.part "am2320"
        fails("device.part: i2c 2, address 0x5c: the part am2320 is there", device.part, "am2320")
        fails("device.i2c: bus 2, address 0x5c: the part am2320 is there; device.remove takes it away", device.i2c, 2,
            0x5c, function() end)
        assert.equal(1, #device.state().parts)
        device.remove "am2320"
        device.i2c(2, 0x5c, function() return "f" end)
        assert.equal("f", i2c.recv(2, 0x5c, 1))
        device.i2c(2, 0x5c, nil)
    end)

    it("refuses a name that is no text, and attaches nothing", function()
        fails("device.part: name: text in UTF-8 expected, got ", device.part, "am2320", { name = "\255" })
        assert.equal(0, #device.state().parts)
        device.part "am2320"
        fails("device.remove: part: one of am2320 expected, got ", device.remove, "\255")
    end)

    it("attaches many of a model in no time", function()
        local began = os.clock()
        local model = os.tmpname() .. ".lua"
        local file = assert(io.open(model, "w"))
        file:write "return { attach = function() end }"
        file:close()
        for _ = 1, 1000 do
            device.part(model)
        end
        assert.equal(1000, #device.state().parts)
        os.remove(model)
        assert.is_true(os.clock() - began < 3)
    end)

    it("names models, settings and values that there are", function()
        fails("device.part: model: a Lua file (NAME.lua), or one of ", device.part, "am2302")
        fails("expected, got \"am2302\"; did you mean am2320?", device.part, "am2302")
        fails("device.part: settings: one of address, bus, humidity, temperature expected, got \"addres\"; "
            .. "did you mean address?", device.part, "am2320", { addres = 1 })
        fails("device.part: bus: number expected, got \"1\"", device.part, "am2320", { bus = "1" })
        fails("part:i2c: address: 0 to 127 expected, got 200", device.part, "am2320", { address = 200 })
        fails("device.part: temperature: -40 to 80 °C expected, got 81", device.part, "am2320", { temperature = 81 })
        fails("device.part: model: string expected, got nil", device.part)
        fails("device.part: settings: table or nil expected, got 5", device.part, "am2320", 5)
        fails("device.part: cannot open", device.part, "no/such/model.lua")
        assert.same({}, device.state().parts)
    end)

    it("moves values within their bounds", function()
        device.part "am2320"
        device.set("am2320", "temperature", -40)
        assert.equal(-40, listed("am2320").values[1].value)
        fails("device.set: temperature: -40 to 80 °C expected, got 80.1", device.set, "am2320", "temperature", 80.1)
        fails("device.set: temperature: -40 to 80 °C expected, got \"5\"", device.set, "am2320", "temperature", "5")
        fails("device.set: value: one of temperature, humidity expected, got \"humidty\"; did you mean humidity?",
            device.set, "am2320", "humidty", 5)
        fails("device.set: part: one of am2320 expected, got \"am232\"; did you mean am2320?", device.set, "am232",
            "humidity", 5)
        device.remove "am2320"
        fails("device.remove: part: there are none, got \"am2320\"", device.remove, "am2320")
    end)
end)

describe("--part", function()
    local SCRIPT = [[
        local device = require("luatos").device
        for _, part in ipairs(device.state().parts) do
            print(part.name, part.place, part.values[1].value)
        end
    ]]

    it("attaches parts from the start", function()
        local output = runner.run(SCRIPT, "--part am2320,temperature=21.5 --part am2320,bus=1,address=0x5d,name=b")
        assert.equal("am2320 i2c 2, 0x5c 21.5\nb i2c 1, 0x5d 25\n", output)
    end)

    it("says what is wrong before the script begins", function()
        local output, status = runner.run("print 'begun'", "--part am2302")
        prints("--part: a Lua file (NAME.lua), or one of ", output)
        prints("got \"am2302\"; did you mean am2320?", output)
        assert.equal(2, status)
        output, status = runner.run("print 'begun'", "--part am2320,temperature=hot")
        assert.equal("luatos: --part: temperature: -40 to 80 °C expected, got \"hot\"\n", output)
        assert.equal(1, status)
    end)

    it("reads files only, which end", function()
        for _, wish in ipairs { "--part w25q,file=/dev/zero", "--part gnss,track=/dev/zero", "--camera /dev/zero" } do
            local output = runner.run("print 'begun'", wish)
            assert.equal("luatos: " .. wish:match "%S+" .. ": /dev/zero: a file expected\n", output)
        end
    end)

    it("is shown by --trace, as are later values", function()
        local output = runner.run([[
            local device = require("luatos").device
            device.set("am2320", "temperature", 30)
            device.remove "am2320"
        ]], "--trace=part --part am2320")
        prints("part: am2320: attached to i2c 2, 0x5c\n", output)
        prints("part: am2320: temperature = 30 °C\n", output)
        prints("part: am2320: taken away\n", output)
    end)
end)

describe("a restart", function()
    it("attaches the parts anew, with their values at the start", function()
        project.with({
            ["main.lua"] = [[
                require "sys"
                local device = require("luatos").device
                for _, part in ipairs(device.state().parts) do
                    print(rtos.poweron_reason(), part.name, part.values[1].value)
                end
                if rtos.poweron_reason() == rtos.POWERON_KEY then
                    device.set("cellar", "temperature", 40)
                    device.part("lm75b", { name = "gone", address = 0x49 })
                    sys.restart "test"
                end
            ]],
            ["luatos.toml"] = "[[part]]\nmodel = 'am2320'\nname = 'cellar'\ntemperature = 12.5\n",
        }, function(this)
            local output = this.luatos "--part lm75b,temperature=-1 @/main.lua"
            local first, again = rtos.POWERON_KEY, rtos.POWERON_RESTART
            prints(("%d lm75b -1\n%d cellar 12.5\n"):format(first, first), output)
            prints(("%d lm75b -1\n%d cellar 12.5\n"):format(again, again), output)
            assert.falsy(output:find("gone", 1, true), output)
        end)
    end)
end)

describe("a model of a user's", function()
    it("is named with its line of luatos.toml where it cannot be attached", function()
        project.with({
            ["luatos.toml"] = "[[part]]\nmodel = 'am2320'\n\n[[part]]\nmodel = 'am2320'\n",
            ["main.lua"] = "print 'begun'",
        }, function(this)
            local output = this.luatos "@/main.lua"
            prints("luatos.toml:4: part: i2c 2, address 0x5c: the part am2320 is there\n", output)
        end)
    end)

    it("is a file beside the project, which luatos.toml attaches", function()
        project.with({
            ["luatos.toml"] = "[[part]]\nmodel = 'models/knob.lua'\nname = 'k'\nmode = 'b'\n\n"
                .. "[[part]]\nmodel = 'am2320'\naddress = 0x5d\n",
            ["models/knob.lua"] = [[
                counter = 0
                return {
                    settings = { bus = 2, address = 0x20 },
                    values = {
                        { name = "mode", value = "a", choices = { "a", "b" } },
                        { name = "count", value = 0 },
                    },
                    attach = function(part)
                        part:i2c(function(written, count)
                            counter = counter + 1
                            part.values.count = counter
                            return count == 0 and "" or part.values.mode
                        end)
                    end,
                    set = function(part, name, value) print("set", part.name, name, value) end,
                    detach = function(part) print("detached", part.name) end,
                }
            ]],
            ["main.lua"] = [[
                local device = require("luatos").device
                i2c.setup(2, i2c.SLOW)
                print(i2c.send(2, 0x20, 1), i2c.recv(2, 0x20, 1), counter, i2c.recv(2, 0x5d, 1) == "")
                print(device.state().parts[1].values[2].value, device.state().parts[1].place)
                device.set("k", "mode", "a")
                print(pcall(device.set, "k", "mode", "c"))
                print(pcall(device.set, "k", "count", 1))
                device.remove "k"
            ]],
        }, function(this)
            local output = this.luatos()
            prints("1 b nil true\n2 i2c 2, 0x20\nset k mode a\n", output)
            prints("mode: one of \"a\", \"b\" expected, got \"c\"\n", output)
            prints("count: the part sets this by itself\ndetached k\n", output)
        end)
    end)

    it("may take other parts away, and attach some", function()
        project.with({
            ["pair.lua"] = [[
                local device = require("luatos").device
                return {
                    optional = { other = "string", attaches = "string" },
                    attach = function(part)
                        if part.settings.attaches then
                            device.part("pair.lua", { name = part.settings.attaches })
                        end
                    end,
                    detach = function(part) device.remove(part.settings.other or part.name) end,
                }
            ]],
            ["main.lua"] = [[
                local device = require("luatos").device
                for name, other in ("a=b b=a c=a d=a"):gmatch "(%w)=(%w)" do
                    device.part("pair.lua", { name = name, other = name == "b" and other or nil })
                end
                device.remove "b"
                device.remove "c"
                for _, part in ipairs(device.state().parts) do
                    print("left", part.name)
                end
                print(pcall(device.part, "pair.lua", { name = "twin", attaches = "twin" }))
                print(#device.state().parts)
            ]],
        }, function(this)
            local output = this.luatos "@/main.lua"
            prints("left d\n", output)
            assert.falsy(output:find "left [abc]", output)
            prints("part c: ", output)
            assert.falsy(output:find("overflow", 1, true), output)
            prints("name: there is a part \"twin\" already", output)
            prints("\n1\n", output)
        end)
    end)

    it("is reported where it fails, and the run goes on", function()
        project.with({
            ["bad.lua"] = "return {\n"
                .. "    settings = { bus = 2, address = 0x20 },\n"
                .. "    values = { { name = 'x', value = 0, min = 0, max = 1 } },\n"
                .. "    attach = function(part)\n"
                .. "        part:i2c(function() error 'broken' end)\n"
                .. "    end,\n"
                .. "    set = function() error 'not now' end,\n"
                .. "}\n",
            ["main.lua"] = [[
                local device = require("luatos").device
                i2c.setup(2, i2c.SLOW)
                device.part "bad.lua"
                print(i2c.send(2, 0x20, 1))
                device.set("bad", "x", 1)
                print "goes on"
            ]],
        }, function(this)
            local output, status = this.luatos "--strict @/main.lua"
            prints("[E]-[device] part bad: ", output)
            prints("bad.lua:5: broken\nstack traceback:\n", output)
            prints("bad.lua:7: not now\nstack traceback:\n", output)
            prints("goes on\n", output)
            assert.equal(1, status)
        end)
    end)

    it("has a form", function()
        local function attach(text)
            local main = "print(pcall(require('luatos').device.part, 'bad.lua'))"
            local this = project.new { ["bad.lua"] = text, ["main.lua"] = main }
            local output = this.luatos()
            this.remove()
            return output
        end
        prints("the file has to return a table, got nil", attach "")
        prints("attach: function expected, got nil", attach "return {}")
        prints("settings: table expected, got 5", attach "return { settings = 5 }")
        prints("did you mean attach?", attach "return { atach = print }")
        prints("values: x: numbers for min, max and value expected, got 0, nil and 1",
            attach "return { attach = print, values = { { name = 'x', value = 1, min = 0 } } }")
        prints("values: x: 5 to 0 expected, got 1",
            attach "return { attach = print, values = { { name = 'x', value = 1, min = 5, max = 0 } } }")
        prints("values: x: one of its choices expected, got 1",
            attach "return { attach = print, values = { { name = 'x', value = 1, choices = { 2 } } } }")
        prints("values: list of tables with name and value expected, got the key \"x\"",
            attach "return { attach = print, values = { x = { name = 'x', value = 1 } } }")
        prints("values: bus: there is a value or setting of that name already",
            attach "return { attach = print, settings = { bus = 1 }, values = { { name = 'bus', value = 1 } } }")
        prints("optional: cs: a type expected, such as \"number\", got \"integer\"",
            attach "return { attach = print, optional = { cs = 'integer' } }")
        prints("bad.lua:1: no luck\nstack traceback:", attach "error 'no luck'")
        prints("bad.lua:1: no luck\nstack traceback:", attach "return { attach = function() error 'no luck' end }")
        prints("the model waits; it has to return at once",
            attach "return { attach = function() coroutine.yield() end }")
        prints("unexpected symbol near", attach "return return")
    end)
end)

describe("a device of luatos.test", function()
    it("has the parts of its project, anew each time", function()
        project.with({
            ["app/luatos.toml"] = "[[part]]\nmodel = 'am2320'\n",
            ["app/main.lua"] = "require 'sys'\nsys.run()",
            ["parts_test.lua"] = [[
                local test = require "luatos.test"
                for _ = 1, 2 do
                    it("has them", function()
                        test.project(os.getenv "FOLDER")
                        assert.equal(25, test.device.state().parts[1].values[1].value)
                        test.device.set("am2320", "temperature", 30)
                    end)
                end
            ]],
        }, function(this)
            local command = "FOLDER=%s/app timeout 60 target/release/luatos test %s/parts_test.lua"
            local output, status = runner.output(command:format(this.folder, this.folder))
            assert.equal(0, status, output)
            prints("2 successes", output)
        end)
    end)
end)
