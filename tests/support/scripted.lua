--- Conversations with scripted.py about permessage-deflate.
local scripted = {}

--- Python without the indentation that it has in a Lua file.
local function dedent(code)
    local indent = code:match "^\n*( *)"
    return (("\n" .. code):gsub("\n" .. indent, "\n"))
end

--- The script that answers the handshake, does what `code` says and waits for the client's close.
-- @string code Python
-- @param[opt] answer value of the answer's Sec-WebSocket-Extensions; false for none; default
-- "permessage-deflate"
function scripted.conversation(code, answer)
    local accept = answer == false and "" or ("%q"):format(answer or "permessage-deflate")
    return ("client.accept(%s)\n%s\nclient.until_closed()"):format(accept, dedent(code))
end

return scripted
