--- The texts of messages: what scripts have, and the UCS-2 that messages are made of.
local use = ...
local transcode = use "native.transcode"
local generation = use "runtime.generation"
local diagnostics = use "runtime.diagnostics"
local calling_line = use("runtime.places").calling_line

local texts = {}

local has_warned = false

--- Warns once of a text in the other character set than the library's.
local function check(text)
    if not has_warned and not generation.has_utf8() and text:find "[\128-\255]" and transcode.is_utf8(text) then
        has_warned = true
        diagnostics.warn("sms.send", calling_line() .. "the text seems to be UTF-8, but is taken as GB2312, as library "
            .. generation.version() .. " does; --lib-version 2.4.3 is for projects with UTF-8")
    end
end

local function charset()
    return generation.has_utf8() and "utf8" or "gb2312"
end

--- A script's text.
-- @return UCS-2, high byte first
function texts.to_units(text)
    check(text)
    return transcode.convert("ucs2be", charset(), text)
end

--- The text that a script gets.
-- @string units UCS-2, high byte first
function texts.from_units(units)
    return transcode.convert(charset(), "ucs2be", units)
end

--- Bytes as hexadecimal digits.
function texts.hex(bytes)
    return (bytes:gsub(".", function(byte) return ("%02X"):format(byte:byte()) end))
end

return texts
