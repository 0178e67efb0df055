--- How values read in our messages.
local text = {}

--- A value as a script would write it, or its type and address.
function text.show(value)
    return type(value) == "string" and string.format("%q", value) or tostring(value)
end

return text
