--- Whom the door opens for. They are kept in flash, one number a line.
module(..., package.seeall)

require "utils"
require "config"
require "numbers"

local PATH = "/guests.txt"

local known = {}

for line in (io.readFile(PATH) or ""):gmatch "%S+" do
    known[line] = true
end

local function save()
    local lines = {}
    for number in pairs(known) do
        lines[#lines + 1] = number
    end
    io.writeFile(PATH, table.concat(lines, "\n"))
end

--- Whether the door opens for a number.
function has(number)
    number = numbers.normal(number)
    return known[number] == true or number == numbers.normal(config.OWNER)
end

--- From now on the door opens for a number.
function add(number)
    known[numbers.normal(number)] = true
    save()
end

--- From now on it does not.
function remove(number)
    known[numbers.normal(number)] = nil
    save()
end
