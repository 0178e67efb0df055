--- The body of a request: a string, or a list of strings and files, which are sent piece by piece.
local use = ...
local crypto = use "native.crypto"
local show = use("runtime.text").show

local type, error, ipairs, next, setmetatable = type, error, ipairs, next, setmetatable
local base64_encode = crypto.base64_encode

local Body = {}
Body.__index = Body

--- Bytes of a file that are sent at a time, and of one that is sent as Base64: a multiple of three.
local PIECE, BASE64_PIECE = 11200, 8400

local body = {}

--- Checks what a script gives as body.
-- @string where the call, for the error
-- @param parts string, list of strings and tables with `file` or `file_base64`, or nil
function body.check(where, parts, level)
    if parts == nil or type(parts) == "string" then
        return
    elseif type(parts) ~= "table" then
        error(where .. ": body: string or table expected, got " .. show(parts), level + 1)
    end
    if parts[1] == nil and next(parts) ~= nil then
        error(("%s: body: list of strings and files expected, got a table with the field %s; json.encode makes a string"
            .. " of it"):format(where, show((next(parts)))), level + 1)
    end
    for index, part in ipairs(parts) do
        local path = type(part) == "table" and (part.file or part.file_base64)
        if type(part) ~= "string" and type(path) ~= "string" then
            error(("%s: body[%d]: string, or table with file or file_base64 expected, got %s"):format(where, index,
                show(part)), level + 1)
        end
    end
end

--- Opens a file that can be read: of some folders only reading fails.
-- @return file; or nil and why not
local function open_file(path)
    local file, why = io.open(path, "rb")
    if not file then
        return nil, why
    end
    local _, problem = file:read(0)
    if problem then
        file:close()
        return nil, path .. ": " .. problem
    end
    return file
end

--- Opens the files of a body.
-- @param parts as above
-- @return object with `length`, `send(client, timeout)` and `close()`; or nil and which file cannot be opened
function body.open(parts)
    local self = setmetatable({ length = 0, parts = {} }, Body)
    for index, part in ipairs(type(parts) == "table" and parts or { parts or "" }) do
        if type(part) == "string" then
            self.parts[index] = { text = part }
            self.length = self.length + #part
        else
            local file, why = open_file(part.file or part.file_base64)
            if not file then
                self:close()
                return nil, why
            end
            local size = file:seek "end"
            file:seek "set"
            self.parts[index] = { file = file, left = size, is_base64 = not part.file }
            self.length = self.length + (part.file and size or math.floor((size + 2) / 3) * 4)
        end
    end
    return self
end

--- Closes the files.
function Body:close()
    for _, part in ipairs(self.parts) do
        if part.file then
            part.file:close()
        end
    end
end

--- Sends a file, of the size that it had when it was opened.
local function send_file(part, client, timeout)
    while part.left > 0 do
        local most = part.is_base64 and BASE64_PIECE or PIECE
        local data = part.file:read(part.left < most and part.left or most)
        if not data then
            return false, "send file fail", "the file has become shorter"
        end
        part.left = part.left - #data
        local ok, why = client:send(part.is_base64 and base64_encode(data, #data) or data, timeout)
        if not ok then
            return false, "send file fail", why
        end
    end
    return true
end

--- Sends the body.
-- @param client a connected socket
-- @string head what goes before it
-- @number timeout seconds for each piece
-- @return true; or false, what has failed, and why
function Body:send(client, head, timeout)
    local first = self.parts[1]
    local text = first and first.text
    local ok, why = client:send(head .. (text or ""), timeout)
    if not ok then
        return false, "send head fail", why
    end
    for index = text and 2 or 1, #self.parts do
        local part = self.parts[index]
        local prompt
        if part.text then
            ok, why = client:send(part.text, timeout)
            prompt = "send body fail"
        else
            ok, prompt, why = send_file(part, client, timeout)
        end
        if not ok then
            return false, prompt, why
        end
    end
    return true
end

return body
