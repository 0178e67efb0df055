--- Test vectors that Python makes; see vectors.py.
-- @string kind what vectors.py calls them
-- @return list
return function(kind)
    local process = io.popen("/usr/bin/python3 tests/support/vectors.py " .. kind)
    local text = process:read "a"
    assert(process:close(), "vectors.py " .. kind .. " has failed")
    return assert(load(text, "=vectors of " .. kind, "t", {}))()
end
