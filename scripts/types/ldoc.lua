--- Documentation comments in the form that CONTRIBUTING.md gives, and declarations for editors (LuaCATS) made of them.
local ldoc = {}

--- Tags of parameters that name their type.
local TYPES = {
    string = "string", number = "number", bool = "boolean", tab = "table", ["function"] = "function", thread = "thread",
}

--- Lines of a file, read once.
local files = {}

--- The lines of a file of the repository; nil if there is no such file.
-- @string path
-- @return table|nil
function ldoc.lines(path)
    if files[path] == nil then
        local file = io.open(path)
        files[path] = file and {} or false
        for line in file and file:lines() or function() end do
            table.insert(files[path], line)
        end
        if file then
            file:close()
        end
    end
    return files[path] or nil
end

--- The comment right above a line, as a list of its lines without the two dashes; nil for none.
local function comment_above(lines, number)
    local comment = {}
    for index = number - 1, 1, -1 do
        local text = lines[index]:match "^%s*%-%-(.*)$"
        if not text then
            break
        end
        table.insert(comment, 1, text)
    end
    return comment[1] and comment[1]:sub(1, 1) == "-" and comment or nil
end

--- The comment above the first line that one of some patterns finds a name in; nil for none.
local function comment_at(path, name, patterns)
    for number, text in ipairs(ldoc.lines(path) or {}) do
        for _, pattern in ipairs(patterns) do
            local comment = text:match(pattern) == name and comment_above(ldoc.lines(path), number)
            if comment then
                return comment
            end
        end
    end
end

--- The comment of a function: where the module names it, or else where it is defined, by its name or at a line. The
-- line is that of the program which was built last.
-- @string module
-- @string name
-- @string path of the file that defines it
-- @number line where it does
-- @return table|nil
function ldoc.comment(module, name, path, line)
    return comment_at("lua/modules/" .. module .. ".lua", name, { "^%w+%.([%w_]+) = ", "^    ([%w_]+) = " })
        or comment_at(path, name, { "^%s*function %w+[.:]([%w_]+)%(", "^%s*local function ([%w_]+)%(" })
        or ldoc.lines(path) and comment_above(ldoc.lines(path), line)
end

--- What a file says of itself: the first sentence of the comment that it begins with.
-- @string path
-- @return string
function ldoc.about(path)
    local texts = {}
    for _, line in ipairs(ldoc.lines(path)) do
        local text = line:match "^%-%-%-?%s?(.+)$"
        if not text then
            break
        end
        texts[#texts + 1] = text
    end
    local text = table.concat(texts, " ") .. " "
    return (text:match "^(.-%.)%s" or text):gsub("^LuatOS `%w+`: (.)", string.upper)
end

--- Types of Lua, and what stands for any. Others are names of classes, such as `socket.Client`.
local WORDS = {
    any = true, boolean = true, ["false"] = true, ["function"] = true, integer = true, ["nil"] = true, number = true,
    string = true, table = true, thread = true, ["true"] = true, fun = true, userdata = true,
}

--- Whether a text is one type or several, joined by `|`: those of LuaCATS that stand in our comments.
-- @string text
-- @return boolean
function ldoc.is_type(text)
    if text == "..." then
        return true
    end
    -- What a function takes and returns, and what a table has, is looked at no closer.
    local flat = text:gsub("%b()", ""):gsub("%b<>", ""):gsub("%[%]", ""):gsub("fun: ", "fun|")
    for word in (flat .. "|"):gmatch "([^|]*)|" do
        if not (WORDS[word] or word:find "^%l%w*%.%u%w+$" or word:find '^"[^"]*"$' or word:find "^%-?%d+$") then
            return false
        end
    end
    return true
end

--- Splits a type from the meaning after it: at the first colon outside brackets with a blank after it. That of a
-- function's result is part of the type.
-- @string text
-- @return string: the type
-- @return string: the meaning
function ldoc.split_type(text)
    local depth, best = 0, nil
    for position = 1, #text + 1 do
        local character = text:sub(position, position)
        if character:find "[(<{%[]" then
            depth = depth + 1
        elseif character:find "[)>}%]]" then
            depth = depth - 1
        elseif depth == 0 and (character == "" or text:find("^:%s", position)) then
            local kind = text:sub(1, position - 1)
            if not ldoc.is_type(kind) then
                break
            end
            best = { kind, (text:sub(position + 1):gsub("^%s+", "")) }
        end
    end
    return best and best[1] or text, best and best[2] or ""
end

local function parameter(tag, rest, options)
    local name, text = rest:match "^(%S+)%s*(.*)$"
    local kind = TYPES[tag]
    if tag == "param" then
        kind, text = ldoc.split_type(text)
    end
    local default = options:match "^%[opt=(.*)%]$"
    if default then
        text = (text == "" and "" or text .. "; ") .. "default " .. default
    end
    return { name = name, type = kind, text = text, is_optional = options ~= "" }
end

--- Reads a comment.
-- @tab comment its lines
-- @return table: `summary` (list of lines), `parameters` and `results` (lists of `name`, `type`, `text`,
-- `is_optional`), `together` (types of results that come together), and `unknown` (list of tags that comments do not
-- have)
function ldoc.read(comment)
    local summary, items = {}, {}
    for index, line in ipairs(comment) do
        local text = index == 1 and line:gsub("^%-%s?", "") or line:gsub("^%s", "")
        local tag, rest = text:match "^@(%a+)(.*)$"
        if tag then
            items[#items + 1] = { tag = tag, options = rest:match "^%b[]" or "", text = "" }
            text = rest:gsub("^%b[]", "")
        end
        local item = items[#items]
        if item then
            item.text = item.text .. (item.text == "" and "" or " ") .. text:gsub("^%s+", "")
        else
            summary[#summary + 1] = text
        end
    end
    local parameters, results, together, unknown = {}, {}, {}, {}
    for _, item in ipairs(items) do
        if item.tag == "return" then
            local kind, text = ldoc.split_type(item.text)
            results[#results + 1] = { type = kind, text = text }
        elseif item.tag == "together" then
            together[#together + 1] = item.text
        elseif TYPES[item.tag] or item.tag == "param" then
            parameters[#parameters + 1] = parameter(item.tag, item.text, item.options)
        elseif item.tag ~= "usage" then
            unknown[#unknown + 1] = item.tag
        end
    end
    -- What only returns something says what in the line of that.
    if not summary[1] and results[1] then
        summary[1] = results[1].text:gsub("^%l", string.upper) .. "."
        results[1].text = ""
    end
    return { summary = summary, parameters = parameters, results = results, together = together, unknown = unknown }
end

local function add(lines, text)
    lines[#lines + 1] = "---" .. text:gsub("%s+$", "")
end

--- Writes a declaration.
-- @string name as in the code, such as "sys.wait" or "Client:send"
-- @tab comment what `read` has returned
-- @string chinese the line in Chinese; "" for none
-- @return table: list of lines
function ldoc.declaration(name, comment, chinese)
    local lines, names = {}, {}
    for _, line in ipairs(comment.summary) do
        add(lines, line)
    end
    if comment.summary[1] and chinese ~= "" then
        add(lines, "")
    end
    if chinese ~= "" then
        add(lines, chinese)
    end
    for _, item in ipairs(comment.parameters) do
        local mark = item.is_optional and "?" or ""
        add(lines, ("@param %s%s %s %s"):format(item.name, mark, item.type, item.text))
        names[#names + 1] = item.name
    end
    for _, item in ipairs(comment.results) do
        local kind = item.type == "..." and "any ..." or item.type
        add(lines, ("@return %s%s"):format(kind, item.text == "" and "" or " # " .. item.text))
    end
    for _, types in ipairs(comment.together or {}) do
        add(lines, "@return_overload " .. types)
    end
    lines[#lines + 1] = ("function %s(%s) end"):format(name, table.concat(names, ", "))
    return lines
end

return ldoc
