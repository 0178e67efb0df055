--- What the modules learn from answers to AT commands.
local use = ...
local ril = use "modules.ril"

local at = {}

--- Calls `store` with what `pattern` finds in each successful answer to a command.
-- @string head of the command, such as "+CGMM"
-- @string pattern with one capture
-- @function store
-- @return the handler of the answers
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
