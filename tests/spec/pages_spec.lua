--- The Markdown pages: their links lead somewhere, a spec runs the blocks of each, and a Chinese page has what the
-- English one has.
local pages = require "pages"

--- Pages with blocks that no test runs, each with the reason.
local NOT_RUN = {
    ["CHANGELOG.md"] = "it is about what was",
    ["CONTRIBUTING.md"] = "its commands build, test and measure",
    ["src/bin/luatos/new/project/README.md"] = "new_spec.lua runs its commands in the project that `luatos new` writes",
    ["tests/README.md"] = "its commands run the tests",
}

--- Pages that are there in English only.
local ENGLISH_ONLY = {
    ["docs/demos.md"] = "it is generated", ["docs/performance.md"] = "it is generated",
    ["examples/README.md"] = "it is no page below docs",
}

--- Pages in Chinese that are no translation.
local CHINESE_ONLY = { ["docs/zh-CN/terms.md"] = true }

--- English pages that have to be there in Chinese. Who translates one adds it.
local TRANSLATED = {
    "README.md", "docs/architecture.md", "docs/board.md", "docs/ci.md", "docs/comparison.md", "docs/debugging.md",
    "docs/device.md", "docs/door.md", "docs/editors.md", "docs/files.md", "docs/from-the-device.md",
    "docs/installing.md", "docs/limits.md", "docs/luas.md", "docs/modules.md", "docs/options.md", "docs/parts.md",
    "docs/projects.md", "docs/running.md", "docs/testing.md", "docs/tls.md", "docs/websocket.md",
}

--- The Chinese page for an English one.
local function chinese(path)
    return path == "README.md" and "README.zh-CN.md" or (path:gsub("^docs/", "docs/zh-CN/"))
end

--- The English page for a Chinese one; nil for another page.
local function english(path)
    if path == "README.zh-CN.md" then
        return "README.md"
    end
    local name = path:match "^docs/zh%-CN/(.*)$"
    return name and "docs/" .. name
end

--- Pages by path, read once.
local read = setmetatable({}, {
    __index = function(known, path)
        local page = pages.read(path)
        known[path] = page
        return page
    end,
})

--- A path relative to the folder of a page, from the root of the checkout.
local function resolve(page, target)
    local parts = {}
    for part in ((page:match "^(.*/)" or "") .. target):gmatch "[^/]+" do
        if part == ".." then
            table.remove(parts)
        elseif part ~= "." then
            parts[#parts + 1] = part
        end
    end
    return table.concat(parts, "/")
end

--- What is wrong with a link; nil for nothing.
local function fault(page, link)
    if link.target:find "^%a+:" then
        return nil
    end
    local file, anchor = link.target:match "^([^#]*)#?(.*)$"
    local path = file == "" and page.path or resolve(page.path, file)
    if not pages.exists(path) then
        return path .. " does not exist"
    end
    if anchor ~= "" and path:find "%.md$" and not read[path].anchors[anchor] then
        return path .. " has no heading " .. anchor
    end
end

it("links lead to files and headings that are there", function()
    local faults = {}
    for _, path in ipairs(pages.list()) do
        for _, link in ipairs(read[path].links) do
            local what = fault(read[path], link)
            if what then
                faults[#faults + 1] = ("%s:%d: %s"):format(path, link.line, what)
            end
        end
    end
    assert.same({}, faults)
end)

it("files that a page names are there", function()
    local missing = {}
    for _, path in ipairs(pages.list()) do
        local number = 0
        for line in path ~= "CHANGELOG.md" and io.lines(path) or function() end do
            number = number + 1
            for _, pattern in ipairs { "src/[%w_/]+%.rs", "lua/[%w_/]+%.lua", "tests/[%w_/]+%.[%l]+" } do
                for name in line:gmatch("%f[%w/](" .. pattern .. ")%f[^%w]") do
                    if not name:find("NAME", 1, true) and not pages.exists(name) then
                        missing[#missing + 1] = ("%s:%d: %s"):format(path, number, name)
                    end
                end
            end
        end
    end
    assert.same({}, missing)
end)

it("each target that make help lists is named by a page", function()
    local said = {}
    for _, path in ipairs(pages.list()) do
        for line in io.lines(path) do
            for target in line:gmatch "make ([%w-]+)" do
                said[target] = true
            end
        end
    end
    local help = io.popen "make --silent help"
    local count = 0
    for line in help:lines() do
        local target = line:match "^[%w-]+"
        assert.truthy(said[target] or target == "help", "no page has: make " .. target)
        count = count + 1
    end
    help:close()
    assert.truthy(count > 10)
end)

it("a page below docs, and each in the root, is linked to from the README", function()
    local linked = {}
    for _, link in ipairs(read["README.md"].links) do
        linked[link.target:match "^[^#]*"] = true
    end
    for _, path in ipairs(pages.list()) do
        if path:find "^docs/[^/]+$" or path:find "^[^/]+$" then
            assert(linked[path] or path == "README.md" or english(path), "README.md has no link to " .. path)
        end
    end
end)

it("the blocks of a page are run by a spec", function()
    local run = {}
    for file in io.popen("ls tests/spec"):lines() do
        if file:find "^page_" then
            for line in io.lines("tests/spec/" .. file) do
                local page = line:match 'require%("snippets"%)%.page "(.-)"'
                if page then
                    run[page] = true
                end
            end
        end
    end
    for _, path in ipairs(pages.list()) do
        if read[path].blocks[1] and not NOT_RUN[path] and not english(path) then
            local what = 'no spec runs %s: write tests/spec/page_NAME_spec.lua with require("snippets").page "%s"'
            assert(run[path], what:format(path, path))
        end
    end
end)

describe("a Chinese page", function()
    it("is there for each of TRANSLATED, and named there", function()
        local is_there = {}
        for _, path in ipairs(TRANSLATED) do
            assert(pages.exists(chinese(path)), chinese(path) .. " does not exist")
            assert(not ENGLISH_ONLY[path], path .. " is in English only")
            is_there[chinese(path)] = true
        end
        for _, path in ipairs(pages.list()) do
            if english(path) and not CHINESE_ONLY[path] then
                assert(is_there[path], english(path) .. " belongs to TRANSLATED of pages_spec.lua")
            end
        end
    end)

    for _, path in ipairs(pages.list()) do
        if english(path) and not CHINESE_ONLY[path] then
            it(path .. " has the headings, tables, blocks and names of " .. english(path), function()
                local ours, theirs = read[path], read[english(path)]
                local function levels(page)
                    local list = {}
                    for index, heading in ipairs(page.headings) do
                        list[index] = ("#"):rep(heading.level)
                    end
                    return list
                end
                local function blocks(page)
                    local list = {}
                    for index, block in ipairs(page.blocks) do
                        list[index] = block.language .. "\n" .. block.text
                    end
                    return list
                end
                assert.same(levels(theirs), levels(ours))
                assert.equal(theirs.rows, ours.rows, "lines of tables")
                assert.same(blocks(theirs), blocks(ours))
                assert.same(pages.code(theirs), pages.code(ours))
            end)

            it(path .. " and " .. english(path) .. " lead to each other, and the links to pages in Chinese", function()
                local function leads_to(from, to)
                    for _, link in ipairs(read[from].links) do
                        if resolve(from, link.target) == to then
                            return true
                        end
                    end
                end
                assert(leads_to(path, english(path)), path .. " has no link to " .. english(path))
                assert(leads_to(english(path), path), english(path) .. " has no link to " .. path)
                for _, link in ipairs(read[path].links) do
                    local target = resolve(path, link.target:match "^[^#]*")
                    local is_in_chinese = english(path) ~= target and target:find "^[%w/_-]+%.md$"
                        and pages.exists(chinese(target)) and chinese(target) ~= target
                    assert(not is_in_chinese, ("%s:%d: %s is there in Chinese"):format(path, link.line, target))
                end
            end)
        end
    end
end)

it("the picture in the README has what its commands print", function()
    local process = io.popen "docs/pictures/draw --check 2>&1"
    local difference = process:read "a"
    assert(process:close(), difference .. "`make pictures` draws it anew")
end)
