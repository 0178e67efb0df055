local harness = require "harness"
local section, show, try = harness.section, harness.show, harness.try

section("patch os", function()
    local t = { year = 2024, month = 2, day = 29, hour = 12, min = 30, sec = 15 }
    show("time", os.time(t), type(os.time()))
    show("date", os.date("%Y-%m-%d %H:%M:%S", 1709181015), os.date("!%H", 0))
    show("table", os.date("*t", 1709181015))
    show("clockms", type(os.clockms()))
    show("names", type(patch.safeostime), type(patch.safeosdate))
end)

section("patch resume", function()
    local co = coroutine.create(function(...)
        local back = { coroutine.yield(...) }
        return #back, nil
    end)
    show("yield", coroutine.resume(co, 1, nil, 2))
    show("return", coroutine.resume(co, "a", "b"))
    show("dead", (coroutine.resume(co)))
    show("error", (coroutine.resume(coroutine.create(function() error("in it") end))))
end)

section("patch json", function()
    show("decode", json.decode('{"a":[1,2,{"b":null}]}'))
    local value, ok, problem = json.decode("{")
    show("wrong", value, ok, type(problem))
end)

section("patch pm", function()
    show("sleeps", pm.isSleep(), pm.isSleep("a"))
    show("wake", pm.wake("a"))
    pm.wake("b")
    show("awake", pm.isSleep(), pm.isSleep("a"), pm.isSleep("c"))
    show("sleep", pm.sleep("a"))
    show("one", pm.isSleep(), pm.isSleep("a"))
    pm.sleep("b")
    show("none", pm.isSleep())
    try("no tag", pm.wake)
end)

section("log", function()
    local lines = {}
    local raw = print
    _G.print = function(...) lines[#lines + 1] = { ... } end
    _G.LOG_LEVEL = log.LOGLEVEL_TRACE
    log.trace("a", 1)
    log.info("b", nil, "x")
    log.error(5, "lost tag")
    log.info()
    _G.LOG_LEVEL = log.LOGLEVEL_WARN
    log.info("c")
    log.warn("d", true)
    _G.LOG_LEVEL = 0
    log.fatal("e")
    _G.print = raw
    for _, line in ipairs(lines) do
        show("line", unpack(line))
    end
    show("constants", log.LOG_SILENT, log.LOGLEVEL_TRACE, log.LOGLEVEL_FATAL)
end)

harness.run()
