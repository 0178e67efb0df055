--- What runs the blocks of pages: that it fails where a page says what is not so.
local runner = require "runner"

--- Blocks that fail, by a part of the message.
local FAIL = {
    ["no test runs this block"] = "```text\nsomething\n```",
    ["status 1, expected 0"] = "```sh\nfalse\n```",
    ["status 3, expected 2"] = "<!-- test: status 2 -->\n```sh\nexit 3\n```",
    ['does not print "b"'] = "<!-- test: prints b -->\n```sh\necho a\n```",
    ["expected:\nb"] = "```console\n$ echo a\nb\n```",
    ["printed:\na"] = "```sh\necho a\n```\n\n<!-- test: output -->\n```text\na\nb\n```",
    ["status 125, expected 0"] = "<!-- test: until b -->\n```sh\necho a\n```",
    ["say why no test runs this"] = "<!-- test: no -->\n```sh\nfalse\n```",
    ["no such note: print"] = "<!-- test: print a -->\n```sh\necho a\n```",
    ["there is nothing to make"] = "<!-- test: make -->\n```sh\nmake coffee\n```",
    ['"make coffee" is not in Makefile'] = "<!-- test: in Makefile -->\n```sh\nmake coffee\n```",
    ["expected near"] = "```lua\n-- main.lua\nlocal\n```",
    ["1 failure"] = "<!-- test: spec -->\n```lua\nit('fails', function() assert.equal(1, 2) end)\n```",
    ["has no main function"] = "<!-- test: script -->\n```lua\nerror 'has no main function'\n```",
    ["is not there"] = "<!-- test: scenario examples/lamp -->\n```lua\nerror 'is not there'\n```",
    ["expected:\n…\n43"] = "<!-- test: prompt examples/lamp -->\n```text\n…\n> 6 * 7\n43\n```",
}

--- Blocks that pass.
local PASS = [[
```lua
-- main.lua
print(1 + 1)
```

<!-- test: prints 2 -->
```sh
luatos main.lua
```

```console
$ luatos main.lua; echo end
2
…
```

<!-- test: until 2 -->
```sh
luatos main.lua; sleep 60
```

<!-- test: after local x = 1 -->
<!-- test: script -->
```lua
assert(x == 1)
```
]]

--- Runs the blocks of a page.
-- @return what busted has printed, and its status
local function run(page)
    local path = os.tmpname() .. ".md"
    local file = assert(io.open(path, "w"))
    file:write(page)
    file:close()
    local output, status = runner.busted(("require('snippets').page %q"):format(path))
    os.remove(path)
    return output, status
end

it("blocks that do what the page says pass", function()
    local output, status = run(PASS)
    assert.equal(0, status, output)
end)

it("blocks that do not fail, with what is not so", function()
    local parts, count = {}, 0
    for _, page in pairs(FAIL) do
        parts[#parts + 1] = page
        count = count + 1
    end
    local output = run(table.concat(parts, "\n\n"))
    -- The comment of busted's output before each line.
    local text = output:gsub("\n# ", "\n")
    for part in pairs(FAIL) do
        assert.truthy(text:find(part, 1, true), part .. "\n" .. output)
    end
    -- That whose output is compared passes.
    local _, failed = ("\n" .. output):gsub("\nnot ok", "")
    assert.equal(count, failed, output)
end)
