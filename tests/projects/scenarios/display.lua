--- What the demo shows is not blank.
local _, picture = assert(device.wait("lcd", 20000, function(what, picture)
    return what == "show" and picture and picture:find "[^%s.]"
end))
assert(#picture > 10, picture)
