--- Values that the modules read from answers to AT commands.
local ril = require "ril"

local at = {}

--- Calls `store` with the capture of `pattern` in each successful answer to a command.
-- @string head of the command, such as "+CGMM"
-- @string pattern with one capture
-- @function store
-- @return the handler of the answers, as for `ril.regRsp`
function at.learn(head, pattern, store)
    local function learn(_, ok, _, text)
        local value = ok and text and text:match(pattern)
        if value then
            store(value)
        end
    end
    ril.regRsp(head, learn)
    return learn
end

return at
