--- The natives of `native.device` for the door: what they raise is a text that names the function of the door, at the
-- script's line.
local use = ...
local native = use "native.device"
local calling_line = use("runtime.places").calling_line

local pcall, tostring, error, gsub = pcall, tostring, error, string.gsub
local setmetatable = setmetatable

local function raised(ok, ...)
    if ok then
        return ...
    end
    local text = gsub(gsub(tostring((...)), "\nstack traceback:.*", ""), "^runtime error: ", "")
    error(calling_line() .. "device." .. text, 0)
end

return setmetatable({}, {
    __index = function(natives, name)
        local act = native[name]
        local function checked(...)
            return raised(pcall(act, ...))
        end
        natives[name] = checked
        return checked
    end,
})
