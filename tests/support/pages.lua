--- The Markdown pages of the repository: their headings, links, tables and fenced blocks.
local pages = {}

--- What stands in a comment for the test of the block below it.
local NOTE = "^%s*<!%-%- test: (%S+)%s?(.-) %-%->$"

--- Paths of all pages that belong to the project, sorted.
function pages.list()
    local process = io.popen "find . -name '*.md' -not -path '*/target/*' -not -path './.git/*' | sort"
    local list = {}
    for path in process:lines() do
        list[#list + 1] = path:match "^%./(.*)$"
    end
    process:close()
    return list
end

--- Whether a file or folder exists.
function pages.exists(path)
    return os.rename(path, path) ~= nil
end

--- The anchor that a forge makes of a heading: small letters, hyphens for spaces, no punctuation.
local function anchor_of(heading)
    local text = heading:gsub("%[(.-)%]%(.-%)", "%1"):gsub("[%z\1-\127]", function(character)
        return character:find "[%w _-]" and character:lower() or ""
    end)
    -- Punctuation of Chinese texts goes likewise.
    for _, character in ipairs { "，", "。", "、", "：", "；", "（", "）", "？", "！", "“", "”", "《", "》", "…" } do
        text = text:gsub(character, "")
    end
    return (text:gsub(" ", "-"))
end

--- A link's target without escapes such as %20.
local function target_of(link)
    return (link:gsub("%%(%x%x)", function(digits) return string.char(tonumber(digits, 16)) end))
end

--- Reads a page.
-- @string path
-- @return table: `path`; `headings`, each with `level`, `text` and `line`; `anchors`, a set; `links`, each with
-- `target` and `line`; `rows`, the count of the tables' lines; `blocks`, each with `line`, `language`, `text` and
-- `notes`, a list of `key` and `value`; `text`, all lines outside blocks
function pages.read(path)
    local page = { path = path, headings = {}, anchors = {}, links = {}, rows = 0, blocks = {}, text = "" }
    local number, block, notes, indent = 0, nil, {}, nil
    for line in io.lines(path) do
        number = number + 1
        local spaces, language = line:match "^( *)```(%S*)"
        local key, value = line:match(NOTE)
        if block and spaces and language == "" then
            page.blocks[#page.blocks + 1], block = block, nil
        elseif block then
            block.text = block.text .. line:gsub("^" .. (" "):rep(#indent), "") .. "\n"
        elseif spaces then
            block = { line = number, language = language, text = "", notes = notes }
            notes, indent = {}, spaces
        elseif key then
            notes[#notes + 1] = { key = key, value = value, line = number }
        else
            assert(not notes[1], ("%s:%d: a comment for a test belongs right above a block"):format(path, number))
            page.text = page.text .. line .. "\n"
            pages.read_text(page, line, number)
        end
    end
    assert(not block, path .. ": the last block has no end")
    return page
end

--- Notes what a line outside blocks has.
function pages.read_text(page, line, number)
    local level, text = line:match "^(#+) (.*)$"
    if level then
        local anchor, count = anchor_of(text), 0
        local name = anchor
        while page.anchors[name] do
            count = count + 1
            name = anchor .. "-" .. count
        end
        page.anchors[name] = true
        page.headings[#page.headings + 1] = { level = #level, text = text, line = number }
    elseif line:find "^|" then
        page.rows = page.rows + 1
    end
    -- What is code is no link.
    for target in line:gsub("`[^`]*`", "`"):gmatch "%]%(([^)%s]+)[^)]*%)" do
        page.links[#page.links + 1] = { target = target_of(target), line = number }
    end
end

--- What stands between backquotes in the text of a page, as a sorted list without repetition.
function pages.code(page)
    local seen, list = {}, {}
    for code in page.text:gsub("%s+", " "):gmatch "`([^`]+)`" do
        if not seen[code] then
            seen[code], list[#list + 1] = true, code
        end
    end
    table.sort(list)
    return list
end

return pages
