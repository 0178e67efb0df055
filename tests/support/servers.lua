--- Test servers of a spec file. Each call registers busted's setup and teardown in the describe block or
-- the file that makes it: the server starts before the first test, forgets its log before each test and
-- stops after the last one. The returned object has no port, and so no URL, before it has started.
local busted = require "busted"
local peer = require "peer"

local servers = {}

--- @string name file of the server in `tests/support`
-- @return the server, see `peer.lua`
local function shared(name)
    local server = peer.new(name)
    busted.setup(function() server:run() end)
    busted.teardown(function() server:stop() end)
    busted.before_each(function() server:forget() end)
    return server
end

--- A server that behaves as the request's path says; see `peer.py`.
function servers.peer()
    return shared "peer.py"
end

--- A server that answers each request with the bytes that the request asks for; see `answers.py`.
function servers.answers()
    return shared "answers.py"
end

--- A server whose behaviour each test writes in Python; see `scripted.py`. A test whose script raised an
-- exception fails.
function servers.scripted()
    local server = shared "scripted.py"
    busted.after_each(function()
        for _, record in ipairs(server:log "problem") do
            error("scripted.py: " .. record[3], 0)
        end
    end)
    return server
end

--- The TLS servers of `tls_server.py`, one for each state that a server can be in.
-- @return module `tls`
function servers.tls()
    local tls = require "tls"
    busted.setup(tls.start)
    busted.teardown(tls.stop)
    return tls
end

return servers
