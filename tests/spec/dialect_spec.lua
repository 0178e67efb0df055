--- The Lua 5.1 dialect of device scripts, in the runner's Lua and in the system's: the same script,
-- the same output.
local SCRIPT = [=[
local function show(...) print(...) end
-- modules
local file = io.open("/mod_a.lua", "w")
file:write([[
    local tostring = tostring
    module(..., package.seeall)
    value = "in " .. _NAME
    function get() return value, tostring(_M == mod_a), type(print) end
    function set(v) value = v end
]])
file:close()
package.path = "/?.lua;" .. package.path
show(require("mod_a") == mod_a, package.loaded.mod_a == mod_a, mod_a.get())
mod_a.set("changed")
show(mod_a.value, rawget(_G, "value"), mod_a._PACKAGE == "")
local env = {}
local chunk = loadstring("x = 5 return x")
setfenv(chunk, env)
show(chunk(), env.x, x, getfenv(chunk) == env, getfenv(1) == _G, getfenv(0) == _G)
show(pcall(loadstring, nil))
show(loadstring("x = = 1") == nil)
-- functions
show(unpack({ 1, 2, 3 }, 2))
show(table.getn { 1, 2 }, table.maxn { [3] = 1, [1] = 1 })
for a in string.gfind("k=v", "%w+") do show(a) end
show(("a\0b"):find("%z"))
table.foreach({ "x" }, show)
table.foreachi({ "y" }, show)
show(math.mod(7, 3), math.pow(2, 3), math.log10(100))
show(coroutine.running())
-- numbers
show(string.format("%d %x %5.1f %s %%", 2.5, 255.9, 2, 10 / 2))
show(string.format("%d %u", -2.5, 7))
show(string.format("%5s|%-5d|%q", "a", 3.0, "q"))
show(tostring(10 / 2), tostring(2.5), tostring(2 ^ 53), tostring(-0.0 + 1))
show(10 / 2, 7 / 2, 1e15, 1e100)
show(("x"):rep(2.5), ("abcdef"):sub(2.9, 4.2))
show(math.huge, -math.huge)
local two, list = 2, { [2] = "two", [2.5] = "two and a half" }
show(two == 2.5, two == 2.0, two ~= 2.5, list[two], list[2.5], ({ "one" })[1.5])
]=]

-- What is in `arg`, in a text of its own: the system's Lua reads the main script itself.
local ARGUMENTS = [[
local function show(...) print(...) end
local function count(...) return arg.n, arg[1], arg[2], arg[arg.n] end
show(count(nil, 2, nil, 4))
show(count())
local function with_dots(...) local first = ... return arg, first end
show(with_dots(7))
local function nested(a, ...)
    local inner = function() arg[1] = arg[1] + a return arg[1], arg.n end
    return inner()
end
show(nested(1, 2, 3))
show((function(...) local arg = { "mine" } return arg[1] end)(1))
show((function(...) for i, arg in ipairs { "loop" } do return arg end end)(1))
show((function(...) return (function(...) return arg.n end)(1, 2), arg.n end)(1))
local object = {}
function object:method(...) return self == object, unpack(arg, 1, arg.n) end
show(object:method(1, nil, 3))
function object.set(...) arg.n = arg.n + 1 return arg.n end
show(object.set(1, 2))
show((function(...) while true do if arg.n > 1 then return arg.n end arg.n = arg.n + 1 end end)())
show((function(arg, ...) return type(arg) end)(5))
local hidden = function(...) return arg[1], arg.n end
setfenv(hidden, {})
show(hidden("no globals"))
show(("x").luatos_none)
for name in pairs(string) do if name:find("luatos") then show(name) end end
]]

local EXPECTED = [[
true true in mod_a true function
changed nil true
5 5 nil true true true
false bad argument #1 to 'loadstring' (string expected, got nil)
true
2 3
2 3
k
v
2 2
1 x
1 y
1 8 2
nil
2 ff   2.0 5 %
-2 7
    a|3    |"q"
5 2.5 9.007199254741e+15 1
5 3.5 1e+15 1e+100
xx bcd
inf -inf
false true true two two and a half nil
]]

for name, command in pairs {
    luatos = "target/release/luatos",
    ["lua5.3 -l luatos"] = "lua5.3 -l luatos",
} do
    it("is the device's under " .. name, function()
        local folder = os.tmpname()
        os.remove(folder)
        os.execute("mkdir " .. folder)
        local path = folder .. "/main.lua"
        local file = assert(io.open(path, "w"))
        file:write(SCRIPT)
        file:close()
        local process = io.popen(command .. " " .. path .. " 2>&1")
        local output = process:read("a")
        process:close()
        os.execute("rm -r " .. folder)
        assert.equal(EXPECTED, output)
    end)
end

it("gives functions with dots their arg, as Lua 5.1 does", function()
    local text = ("%q"):format(ARGUMENTS)
    local function output_of(command, source)
        local path = os.tmpname()
        local file = assert(io.open(path, "w"))
        file:write(source)
        file:close()
        local process = io.popen(command .. " " .. path .. " 2>&1")
        local output = process:read("a")
        process:close()
        os.remove(path)
        return (output:gsub("\t", " "))
    end
    local expected = output_of("lua5.1", ARGUMENTS)
    assert.truthy(expected:find("4 nil 2 4", 1, true), expected)
    assert.equal(expected, output_of("target/release/luatos", ARGUMENTS))
    assert.equal(expected, output_of("lua5.3 -l luatos", "assert(loadstring(" .. text .. "))()"))
end)

describe("an error in a call of the script's has its line and the function's name", function()
    require "luatos"

    local function message(call, ...)
        local ok, text = pcall(call, ...)
        assert.is_false(ok)
        return text
    end

    local line = debug.getinfo(1, "l").currentline + 2
    local calls = {
        function() return string.format("%d", "x") end,
        function() return ("%d"):format {} end,
        function() return (string.format("%d and %d", 1.5, nil)) end,
        function() return string.format() end,
        function() return string.format("%y", 1.5) end,
        function() return ("x"):sub {} end,
        function() return string.rep("x", {}) end,
        function() return load {} end,
        function() return table.getn(nil) end,
        function() return table.foreach({}, nil) end,
        function() return table.foreachi(1, print) end,
        function() return getfenv(99) end,
    }
    local names = { "'format' (number expected, got string)", "'format' (number expected, got table)",
        "bad argument #3 to 'format'", "'format' (string expected, got nil)", "invalid option '%y' to 'format'",
        "bad argument #1 to 'sub'", "bad argument #2 to 'rep'", "bad argument #1 to 'load'",
        "'getn' (table expected, got nil)", "bad argument #2 to 'foreach'", "bad argument #1 to 'foreachi'",
        "getfenv: no function at level 99" }

    for index, call in ipairs(calls) do
        it(names[index], function()
            local text = message(function() local result = call() return result end)
            assert.truthy(text:find(names[index], 1, true), text)
            -- A Lua function that is called at the end of another takes its place: its caller's line counts.
            local is_lua = index >= 8
            local place = "dialect_spec.lua:" .. (is_lua and "" or line + index - 1)
            assert.truthy(text:find(place, 1, true), text)
            assert.falsy(text:find("luatos/", 1, true), text)
        end)
    end
end)

it("string.format stays Lua's where a program has put a function of its own in its place", function()
    local project = require "project"
    project.with({ ["main.lua"] = [[print(string.format("%d %u", 2.5, 3), string.format "x")]],
        ["before.lua"] = [[
            local raw = string.format
            function string.format(...) return "<" .. raw(...) .. ">" end
        ]] }, function(this)
        local output = this.lua "-e 'dofile \"@/before.lua\"' -l luatos @/main.lua"
        assert.equal("<2 3> <x>\n", output)
    end)
end)
