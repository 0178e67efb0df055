--- LuatOS `socket`: only `isReady`. The sockets of that name are part of LuatOS-Air's own library.
local use = ...
local link = use "modules.link"

return {
    --- The same function as `link.isReady`.
    isReady = link.isReady,
}
