--- A log of readings, of a bounded size: when it is full, it becomes the old log, and a new one begins.
module(..., package.seeall)

local PATH, OLD_PATH, MAX_SIZE = "/records.csv", "/records_old.csv", 4096

--- Appends a line.
function add(line)
    if io.fileSize(PATH) > MAX_SIZE then
        os.remove(OLD_PATH)
        os.rename(PATH, OLD_PATH)
    end
    local file = assert(io.open(PATH, "a"))
    file:write(line, "\n")
    file:close()
end

--- The number of lines.
function count()
    local lines = 0
    if io.exists(PATH) then
        for _ in io.lines(PATH) do
            lines = lines + 1
        end
    end
    return lines
end
