--- Hosts of LuatOS-Air's maker. A module reaches them only where the user asks for it; else they are as hosts that
-- cannot be reached.
local use = ...
local host = use "native.host"
local diagnostics = use "runtime.diagnostics"
local calling_line = use("runtime.places").calling_line

local home = {}

--- The maker's domains.
local DOMAINS = { "airm2m.com", "openluat.com", "luatos.com", "luatos.org.cn" }

--- Hosts that were refused.
local refused = {}

--- Whether a host is the maker's.
-- @string name
function home.is_makers(name)
    name = "." .. name:lower()
    for _, domain in ipairs(DOMAINS) do
        if name:sub(-#domain - 1) == "." .. domain then
            return true
        end
    end
    return false
end

--- Whether a module may reach a host that it knows by itself: with `--online`, or where `--connect-to` leads elsewhere.
-- Where it may not, this says so once for each host.
-- @string where the function that the script has called
-- @string name of the host
-- @number port
-- @return boolean
function home.may_call(where, name, port)
    if host.may_reach(name, port) then
        return true
    end
    if not refused[name] then
        refused[name] = true
        diagnostics.warn(where, calling_line() .. ("%s:%d is not reached: --online permits it, and --connect-to "
            .. "leads to another server"):format(name, port))
    end
    return false
end

--- Whether a module may reach a host that a script names: any but the maker's, and those as `home.may_call` says.
-- @string where
-- @string name
-- @number port
-- @return boolean
function home.may_reach(where, name, port)
    return not home.is_makers(name) or home.may_call(where, name, port)
end

return home
