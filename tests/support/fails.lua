--- Asserts that a call raises an error.
local assert = require "luassert"

--- @string expected a part of its text
-- @param body the function, or its name and the function
-- @param ... its arguments
return function(expected, body, ...)
    local ok, problem = pcall(body, ...)
    assert.is_false(ok, "no error, but expected: " .. expected)
    assert.equal("string", type(problem))
    assert.truthy(problem:find(expected, 1, true), problem)
end
