--- The demo records for some seconds, reads the recording, and plays it.
local function wait_for(what)
    local kind, path = device.wait("audio", 20000, function(kind) return kind == what end)
    assert(kind, "missing: " .. what)
    return path
end

local path = wait_for "record":match "^[^,]+"
wait_for "recorded"
assert(wait_for "play" == path)
sys.wait(3600000)
