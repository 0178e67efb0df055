--- What a test expects of the log: `test.expect_log`, `test.expect_no_log`.
local use = ...
local world = use "testing.world"
local check = use "runtime.check"
local show, names = use("runtime.text").show, use("runtime.text").names

local error, pairs, pcall, type = error, pairs, pcall, type
local find, match, pack = string.find, string.match, table.pack
local concat, unpack, max = table.concat, table.unpack, math.max

local expectations = {}

--- Milliseconds that `expect_log` waits without a time of its own.
local LIMIT = 10000

--- Lines that an error shows.
local SHOWN = 20

--- The letter of each level, as the device's log has it.
local LEVELS = { trace = "T", debug = "D", info = "I", warn = "W", error = "E", fatal = "F" }

--- Reads what a call gets behind its pattern.
-- @return number ms, nil for none, and the letter of the level, nil for any
local function read_options(call, options)
    if options == nil or type(options) == "number" then
        return check.optional_integer(call .. ": time", options, 0, 0x7fffffff, "ms")
    elseif type(options) ~= "table" then
        error(call .. ": time in ms, or table, expected, got " .. show(options), 3)
    end
    for name in pairs(options) do
        if name ~= "ms" and name ~= "level" then
            error(call .. ": options level, ms expected, got " .. show(name), 3)
        end
    end
    local level = options.level
    if level ~= nil and not LEVELS[level] then
        error(call .. ": level: " .. names(LEVELS) .. " expected, got " .. show(level), 3)
    end
    return check.optional_integer(call .. ": ms", options.ms, 0, 0x7fffffff, "ms"), level and LEVELS[level]
end

local function has_level(line, letter)
    return not letter or find(line, "[" .. letter .. "]-[", 1, true) ~= nil
end

--- What looks at a line: returns its captures, or what the pattern has matched, as of `table.pack`; or nil.
local function matcher(call, pattern, letter)
    local ok, problem = pcall(find, pattern, pattern)
    if not ok then
        error(("%s: pattern: %s in %s"):format(call, match(problem, "[^:]*$"):gsub("^ ", ""), show(pattern)), 3)
    end
    return function(line)
        if not has_level(line, letter) then
            return nil
        end
        local captures = pack(find(line, pattern))
        if not captures[1] then
            return nil
        elseif captures.n == 2 then
            return { n = 1, line:sub(captures[1], captures[2]) }
        end
        return { n = captures.n - 2, unpack(captures, 3, captures.n) }
    end
end

local function last_lines(lines)
    local text = {}
    for index = max(1, #lines - SHOWN + 1), #lines do
        text[#text + 1] = "\n  " .. lines[index]
    end
    return #text > 0 and "; the log ends so:" .. concat(text) or "; nothing was printed"
end

--- Why a line that is there was not found, where that can be known.
local function hint(lines, look, pattern, letter)
    local any_level = letter and matcher("", pattern)
    for index = #lines, 1, -1 do
        local line = lines[index]
        if look(line) then
            return "\nAn earlier call has found this line, or one behind it: " .. line
        elseif any_level and any_level(line) then
            return "\nThis line has another level: " .. line
        elseif has_level(line, letter) and find(line, pattern, 1, true) then
            return "\nThis line has it as plain text; in a pattern, each of ^$()%.[]*+-? needs a % in front: " .. line
        end
    end
    return ""
end

--- Waits for a line that is printed. A line counts once: the next call looks behind it.
-- @string pattern a pattern of Lua, found anywhere in the line
-- @param[opt] options number|table: time limit in ms of the device's time, default 10000; or a table with `ms` and
-- `level`: trace, debug, info, warn, error or fatal
-- @return the line's captures, or what the pattern has matched
function expectations.expect_log(pattern, options)
    check.text("expect_log: pattern", pattern)
    local ms, letter = read_options("expect_log", options)
    ms = ms or LIMIT
    local look = matcher("expect_log", pattern, letter)
    local captures = world.find_line(look, ms)
    if captures then
        return unpack(captures, 1, captures.n)
    end
    local lines = world.lines()
    error("expect_log: no line with " .. show(pattern) .. " within " .. ms .. " ms" .. last_lines(lines)
        .. hint(lines, look, pattern, letter), 2)
end

--- Raises an error if such a line is printed, behind the one that `expect_log` has found last.
-- @string pattern as of `expect_log`
-- @param[opt] options number|table: as of `expect_log`; without a time only what is printed by now counts
function expectations.expect_no_log(pattern, options)
    check.text("expect_no_log: pattern", pattern)
    local ms, letter = read_options("expect_no_log", options)
    local captures, line = world.find_line(matcher("expect_no_log", pattern, letter), ms or 0, true)
    if captures then
        error("expect_no_log: a line with " .. show(pattern) .. ": " .. line, 2)
    end
end

return expectations
