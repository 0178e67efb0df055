--- The device's files: which of them a path means, in the runner and in another program.
require "luatos"

--- A new folder, with a project in it.
local folder, data

local function sh(command)
    local process = io.popen(command)
    local output = process:read "a"
    process:close()
    return (output:gsub("\n$", ""))
end

local function write(path, text)
    local file = assert(io.open(path, "wb"))
    file:write(text)
    file:close()
end

local function read(path)
    local file = assert(io.open(path, "rb"))
    local text = file:read "a"
    file:close()
    return text
end

before_each(function()
    folder = sh "mktemp -d"
    data = folder .. "/data"
end)

after_each(function()
    os.execute("rm -rf " .. folder)
end)

--- Runs a script that writes its results with `out`, one a line, in a project folder of its own.
-- @string[opt] options for `luatos`
-- @return what it has written, status
local function run(script, options)
    local path = folder .. "/main.lua"
    write(path, "local function out(...) local t = table.pack(...) for i = 1, t.n do t[i] = tostring(t[i]) end "
        .. "io.stdout:write(table.concat(t, ' '), '\\n') end " .. script)
    local process = io.popen(("cd %s && timeout -s KILL 60 %s/target/release/luatos %s main.lua 2>&1"):format(folder,
        sh "pwd", options or "--data data"))
    local output = process:read "a"
    local _, _, status = process:close()
    return output, status
end

describe("in the runner", function()
    it("nothing of the computer's root can be reached", function()
        write(folder .. "/secret", "secret")
        os.execute(("mkdir %s && ln -s .. %s/up && ln -s ../secret %s/link && ln -s ../made %s/dangling"):format(
            data, data, data, data))
        local output, status = run [[
            for _, path in ipairs {
                "/etc/passwd", "//etc/passwd", "/./etc/passwd", "/../etc/passwd", "/../../../../../etc/passwd",
                "/ldata/../../secret", "/lua/../../secret", "/up/secret", "/up/data/../secret", "/link",
                "/..", "/.", "/",
                "/etc/passwd\0", "/\0", "/up/../../secret", "/dangling/", "/etc//passwd/.",
                "/" .. ("x"):rep(300), "/" .. ("x/"):rep(5000), "/proc/self/environ", "/dev/zero",
            } do
                local function fails(what, ok, ...)
                    if ok then out("REACHED", what, path, ok, ...) end
                end
                fails("open", io.open(path, "rb"))
                fails("lines", pcall(io.lines, path))
                fails("input", pcall(io.input, path))
                fails("dofile", pcall(dofile, path))
                fails("loadfile", loadfile(path))
                if path ~= "/" and path ~= "/." then
                    fails("rename", os.rename(path, "/mine"))
                    fails("remove_dir", rtos.remove_dir(path))
                    fails("opendir", io.opendir(path) == 1)
                    io.closedir()
                end
                fails("remove", os.remove(path))
            end
            for _, path in ipairs { "/up/made", "/dangling", "/../made", "/ldata/../../made" } do
                for _, mode in ipairs { "w", "a", "w+b", "r+" } do
                    local file = io.open(path, mode)
                    if file then out("WRITTEN", path) file:write("x") file:close() end
                end
                io.open("/own", "w"):close()
                if os.rename("/own", path) then out("RENAMED", path) end
                if rtos.make_dir(path) then out("MADE", path) end
            end
            out(io.open("/etc/passwd", "w"))
            out("done")
        ]]
        assert.equal(0, status, output)
        assert.equal("nil /etc/passwd: No such file or directory 2\ndone\n", output)
        assert.equal("secret", read(folder .. "/secret"))
        assert.is_nil((io.open(folder .. "/made")))
    end)

    it("a C module of the computer's root cannot be reached", function()
        os.execute("mkdir " .. folder .. "/elsewhere")
        write(folder .. "/elsewhere/a-websocket.so", read "target/lua53/websocket.so")
        local output = run(([[
            local cpath = "%s/elsewhere/?.so;" .. package.cpath
            package.cpath = cpath
            out((pcall(require, "a-websocket")))
            out(package.cpath == cpath)
        ]]):format(folder))
        assert.equal("false\ntrue\n", output)
    end)

    it("names may be any bytes, such as GBK", function()
        local output = run [[
            local name = "/\xce\xc4\xbc\xfe\\ \xb5\xc4.txt"
            local file = assert(io.open(name, "w"))
            file:write("text")
            file:close()
            io.opendir("/")
            for _ = 1, 9 do
                local kind, found, size = io.readdir()
                if found == name:sub(2) then out(kind, size) end
            end
            out(os.rename(name, "/plain"), io.open(name), io.open("/plain"):read("*a"))
        ]]
        assert.equal("32 4\ntrue nil text\n", output)
    end)

    it("data stays from one run to the next, and --erase removes it", function()
        local script = [[
            local file = io.open("/nvm.txt", "r")
            out(file and file:read("*a"))
            if file then file:close() end
            file = io.open("/nvm_new.txt", "wb")
            out(file:write("kept"))
            file:close()
            os.remove("/nvm.txt")
            out(os.rename("/nvm_new.txt", "/nvm.txt"))
        ]]
        assert.equal("nil\ntrue\ntrue\n", run(script))
        assert.equal("kept\ntrue\ntrue\n", run(script))
        assert.equal("kept", read(data .. "/nvm.txt"))
        assert.equal("nil\ntrue\ntrue\n", run(script, "--data data --erase"))
        -- Without --data they are beside the script.
        assert.equal("nil\ntrue\ntrue\n", run(script, ""))
        assert.equal("kept", read(folder .. "/.luatos/nvm.txt"))
        assert.matches("%*", read(folder .. "/.luatos/.gitignore"))
    end)

    it("a restart erases nothing", function()
        local output = run([[
            local file = io.open("/count", "a+")
            file:seek("set")
            local count = #file:read("*a")
            out(count)
            file:write("x")
            if count < 2 then rtos.restart() end
        ]], "--erase")
        assert.equal("0\n1\n2\n", output)
    end)

    it("a folder that is not ours is not erased", function()
        os.execute("mkdir " .. data)
        write(data .. "/photo", "")
        local output, status = run("out(1)", "--data data --erase")
        assert.equal(1, status)
        assert.matches("^luatos: %-%-erase: data is not erased", output)
        assert.equal("", read(data .. "/photo"))
    end)

    it("reading makes no data folder", function()
        assert.equal("nil 1536000\n", run([[
            out((io.open("/none")), rtos.get_fs_free_size())
        ]], ""))
        assert.is_nil((io.open(folder .. "/.luatos/.gitignore")))
    end)

    it("a full flash refuses what does not fit and keeps what it has", function()
        local output = run([[
            out(rtos.get_fs_total_size(), rtos.get_fs_free_size(0, 1))
            local file = io.open("/a", "w")
            out(file:write(("x"):rep(3000)), rtos.get_fs_free_size())
            out(file:write(("y"):rep(2000)))
            out(file:write(("z"):rep(1096)))
            out(file:write("1"))
            out(file:write("2", 3))
            out(file:close(), rtos.get_fs_free_size())
            local size = 0
            for line in io.lines("/a") do size = size + #line end
            out(size)
            out(io.writeFile == nil, require("utils") and io.writeFile("/b", "no room"), io.fileSize("/a"))
            os.remove("/a")
            out(io.writeFile("/b", "room"), rtos.get_fs_free_size())
        ]], "--data data --modem flash=4")
        assert.equal([[
4096 4
true 1096
nil No space left on device 28
true
nil No space left on device 28
nil No space left on device 28
true 0
4096
true false 4096
true 4092
]], output)
    end)

    it("/lua is the flash image, read-only", function()
        os.execute(("mkdir %s/audio %s/lib"):format(folder, folder))
        write(folder .. "/audio/ring.mp3", "tune")
        write(folder .. "/lib/extra.txt", "extra")
        local output = run([[
            out(io.open("/lua/ring.mp3"):read("*a"), io.open("/lua/extra.txt"):read("*a"), (io.open("/lua/none")))
            out(io.open("/lua/ring.mp3", "w"))
            out(io.open("/lua/new", "a"))
            out(os.remove("/lua/ring.mp3"))
            out(os.rename("/lua/ring.mp3", "/ring.mp3"))
            out(rtos.make_dir("/lua/x"), rtos.remove_dir("/lua"))
        ]], "--lib lib")
        assert.equal([[
tune extra nil
nil /lua/ring.mp3: Read-only file system 30
nil /lua/new: Read-only file system 30
nil /lua/ring.mp3: Read-only file system 30
nil /lua/ring.mp3: Read-only file system 30
false false
]], output)
        assert.equal("tune", read(folder .. "/audio/ring.mp3"))
    end)

    it("two files of a name at the same depth cause one warning", function()
        os.execute(("mkdir %s/a %s/b"):format(folder, folder))
        write(folder .. "/a/ring.mp3", "a")
        write(folder .. "/b/ring.mp3", "b")
        local output = run [[
            for _ = 1, 3 do out(io.open("/lua/ring.mp3"):read("a")) end
        ]]
        local warning, rest = output:match("^([^\n]*)\n(.*)$")
        assert.matches("a/ring.mp3.*b/ring.mp3", warning)
        assert.equal("a\na\na\n", rest)
    end)

    it("relative paths are this computer's", function()
        local output = run [[
            local file = io.open("own.txt", "w")
            out(file:write("here"))
            file:close()
            out(os.rename("own.txt", "/moved"))
            out(os.rename("own.txt", "own2.txt"), io.open("own2.txt"):read("*l"))
        ]]
        assert.equal("true\nnil own.txt: Invalid cross-device link 18\ntrue here\n", output)
        assert.equal("here", read(folder .. "/own2.txt"))
    end)

    it("media have a size once they are mounted", function()
        local output = run [[
            out(rtos.get_fs_total_size(1), rtos.get_fs_free_size(2), (io.open("/sdcard0/x", "w")))
            out(io.unmount(io.SDCARD), io.mount(io.SDCARD), io.mount(io.USBMSC), io.mount(12345))
            out(rtos.get_fs_total_size(1, 1), rtos.get_fs_free_size(2, 1), rtos.get_fs_free_size(3))
            local file = io.open("/usbmsc0/history.txt", "a")
            file:write("line\n")
            file:close()
            out(io.opendir("/usbmsc0"), io.opendir("/"))
            out(io.readdir())
            out(io.readdir())
            out(io.closedir("/usbmsc0"), io.opendir("/none"))
            out(io.mount(io.EXTERN_PINLCD, "/user_dir", 1024 * 1024), rtos.get_fs_total_size(3, 1))
            io.open("/user_dir/a", "w"):close()
            out(io.format(io.USBMSC), (io.open("/usbmsc0/history.txt")))
            out(io.unmount(io.USBMSC), rtos.get_fs_total_size(2))
            out(pcall(io.mount))
            out(pcall(io.opendir, {}))
        ]]
        assert.equal([[
0 0 nil
0 1 1 0
65536 8192 0
1
32 history.txt 5

1 0
1 1024
1 nil
1 0
false io.mount: medium: number expected, got nil
false io.opendir: path: string expected, got table
]], output)
    end)

    it("folders of rtos", function()
        local output = run [[
            out(rtos.make_dir("/a"), rtos.make_dir("/a"), rtos.make_dir("/a/b/"), rtos.make_dir("/x/y"))
            out(rtos.make_dir("/"), rtos.make_dir("/ldata"), rtos.make_dir("/usernvm"), rtos.remove_dir("/RecDir"))
            io.open("/a/b/c", "w"):close()
            io.open("/ldata/d", "w"):close()
            out(rtos.rename_dir("/a", "/e"), rtos.rename_dir("/a", "/f"))
            out(rtos.remove_dir("/e"), rtos.remove_dir("/e"))
            out(pcall(rtos.make_dir))
        ]]
        assert.equal([[
true true true false
false false true false
0 -1
true false
false rtos.make_dir: path: string expected, got nil
]], output)
    end)

    it("a script's exit keeps what was written to open files", function()
        for _, exit in ipairs { "os.exit(0)", "rtos.poweroff()", "" } do
            run('FILE = io.open("/open", "w") FILE:write("text") ' .. exit)
            assert.equal("text", read(data .. "/open"), exit)
            os.remove(data .. "/open")
        end
    end)

    it("require, dofile and loadfile find what the script has written", function()
        local output = run [[
            local function write(path, text)
                local file = assert(io.open(path, "w"))
                file:write(text)
                file:close()
            end
            write("/nvm_para.lua", "module(...) value = 1")
            write("/ldata/part.lua", "return ...")
            out(require("nvm_para").value, dofile("/ldata/part.lua"), loadfile("/ldata/part.lua")("given"))
            rtos.make_dir("/#lua_user#")
            write("/#lua_user#/other.lua", "module(...) value = 2")
            local path = package.path
            package.path = "/?.lua;/?.luae;/#lua_user#/?.lua;/#lua_user#/?.luae;" .. path
            out(require("other").value)
            package.path = path
            package.loaded.other = nil
            out(pcall(require, "other") == false, pcall(dofile, "/ldata/none.lua"))
        ]]
        assert.matches("^1 nil given\n2\ntrue false [^\n]*/ldata/none.lua[^\n]*\n$", output)
    end)

    it("a recording that does not fit is an error", function()
        local output = run([[
            local sys = require "sys"
            rtos.on(rtos.MSG_RECORD, function(message) out(message.record_error_ind, message.record_end_ind) end)
            out(audiocore.record("/record.amr", 2, 0, 3))
            sys.run()
        ]], "--data data --modem flash=1 --timeout 5")
        assert.matches("true nil\n", output)
    end)

    it("temporary files are the device's", function()
        assert.equal("true true nil\n", run [[
            local name = os.tmpname()
            out(name:match("^/[%w_]+$") ~= nil, os.tmpname() ~= name, io.open(name):read(1))
        ]])
        assert.is_true(#sh("ls " .. data) > 0)
    end)
end)

describe("in another program", function()
    --- Runs a Lua program with the runtime.
    local function lua(script)
        local path = folder .. "/program.lua"
        write(path, script)
        local root = sh "pwd"
        local process = io.popen(("cd %s && LUA_PATH='%s/target/lua53/?.lua;;' LUA_CPATH='%s/target/lua53/?.so;;' "
            .. "timeout -s KILL 60 lua5.3 program.lua 2>&1"):format(folder, root, root))
        local output = process:read "a"
        process:close()
        return output
    end

    it("only the device's paths are the device's", function()
        local output = lua(([[
            require "luatos"
            local folder = %q
            local function write(path, text)
                local file = assert(io.open(path, "w"))
                local result = file:write(text)
                file:close()
                return result == true
            end
            local name = "/luatos_files_spec_" .. folder:match("[^/]+$")
            print(write(name, "device"), write("/ldata/x", "device"), write(folder .. "/own", "a"), write("own", "b"))
            print(io.open("/lua/program.lua"):read("l"))
            print(io.open("/lua/../../../../etc/passwd"))
            print(io.open("/etc/passwd") ~= nil, io.type(io.open("/etc/passwd")), #os.tmpname() > 0)
            os.execute("ls " .. name .. " >/dev/null 2>&1 && echo REACHED")
        ]]):format(folder))
        assert.equal([[
true true false false
            require "luatos"
nil /lua/../../../../etc/passwd: No such file or directory 2
true file true
]], (output:gsub("\t", " ")))
        assert.equal("device", read(folder .. "/.luatos/ldata/x"))
    end)

    it("without the runtime every path is the computer's", function()
        assert.equal("true	nil\n", lua [[
            local raw = io.open
            require "websocket"
            print(io.open == raw, (io.open("/ldata/x")))
        ]])
    end)
end)
