--- Functions by which `websocket` and the diagnostics reach the device's runtime. The defaults serve a program
-- that only does `require "websocket"`; the runtime and its modules replace them when they are loaded.
local hooks = {
    --- @return boolean: whether the device has an IP address
    is_network_ready = function() return true end,

    --- Calls `callback()` whenever the device gets an IP address.
    -- @return function that ends these calls
    on_network_ready = function() return function() end end,

    --- Called when a connection has opened, failed or ended.
    -- @string what `SOCKET_ACTIVE`, `LIB_SOCKET_CLOSE_IND` or `LIB_SOCKET_CONNECT_FAIL_IND`
    -- @param ws the WebSocket object
    socket_event = function() end,

    --- Called for each connection whose server is not authenticated.
    -- @string host the server
    -- @string caller the function that the script has called
    unchecked_server = function() end,

    --- @return string: folder of the main script
    script_folder = function() return "." end,

    --- The path on this computer of a file that a script names, such as a certificate. Without a device the
    -- device's script folder, `/lua`, is the working directory.
    -- @string path
    -- @return string
    host_path = function(path) return path:match "^/lua/(.*)" or path end,

    --- Called with each error and warning: level ("E" or "W"), tag and text; for tests.
    -- @return whether it has shown the text; if not, the text goes to stderr. False in place of the
    -- function spares the call, which needs a free level on the C stack.
    show_diagnostic = false,

    --- Called after an error in a task has been reported.
    after_task_error = function() end,
}

--- Replaces defaults.
-- @tab replacements function by name
local function fill(replacements)
    for name, replacement in pairs(replacements) do
        if hooks[name] == nil or name == "fill" then
            error("hooks.fill: name of a hook expected, got " .. tostring(name), 2)
        end
        hooks[name] = replacement
    end
end
hooks.fill = fill

return hooks
