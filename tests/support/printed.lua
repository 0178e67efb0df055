--- What a test prints and what the runtime reports meanwhile.
local use = debug.getregistry()["luatos.use"]

--- Runs `body`; errors of tasks and callbacks in it do not fail the test.
-- @function body
-- @return the lines of `print` and of the diagnostics, in order, as one text; the values of a line are separated
-- by spaces
return function(body)
    local lines = {}
    local raw_print, hooks = print, use "runtime.hooks"
    local show = hooks.show_diagnostic
    function _G.print(...)
        local texts = table.pack(...)
        for index = 1, texts.n do
            texts[index] = tostring(texts[index])
        end
        lines[#lines + 1] = table.concat(texts, " ") .. "\n"
    end
    function hooks.show_diagnostic(level, tag, text)
        lines[#lines + 1] = ("[%s]-[%s]\t%s\n"):format(level, tag, text)
        return true
    end
    local ok, problem = pcall(body)
    _G.print, hooks.show_diagnostic = raw_print, show
    use("runtime.testing").take_failures()
    assert(ok, problem)
    return table.concat(lines)
end
