--- In place of the LuatOS runtime, for specs of `websocket` under a Lua that it does not run in: `require "sys"` alone.
require "websocket"
local use = debug.getregistry()["luatos.use"]

package.loaded.sys = use "modules.sys"
sys = package.loaded.sys

local testing = use "runtime.testing"
if package.loaded["busted.core"] then
    testing.watch(require "busted")
end

-- Specs have them. The module was loaded before, and gets along without.
if not table.pack then
    function table.pack(...)
        return { n = select("#", ...), ... }
    end
    table.unpack = unpack
end

return { take_failures = testing.take_failures }
