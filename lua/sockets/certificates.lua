--- The certificates of a script's `cert` table, as the socket core takes them.
local use = ...
local show = use("runtime.text").show

local FIELDS = { "caCert", "clientCert", "clientKey" }

local certificates = {}

--- Path of a certificate: a name without a folder is in the flash image.
local function path_of(name)
    return name:sub(1, 1) == "/" and name or "/lua/" .. name
end

--- Checks a `cert` table.
-- @string where the call, for the error
-- @tab cert may be nil
function certificates.check(where, cert, level)
    if cert == nil then
        return
    elseif type(cert) ~= "table" then
        error(where .. ": cert: table expected, got " .. show(cert), level + 1)
    end
    for _, field in ipairs { "caCert", "clientCert", "clientKey", "clientPassword" } do
        local value = cert[field]
        if value ~= nil and type(value) ~= "string" then
            error(("%s: cert.%s: string expected, got %s"):format(where, field, show(value)), level + 1)
        end
    end
end

--- @return the text of a certificate; or nil and why it cannot be read
local function read_file(name)
    local file, why = io.open(path_of(name), "rb")
    if not file then
        return nil, why
    end
    local text = file:read "*a"
    file:close()
    return text
end

--- Reads the files of a `cert` table.
-- @tab cert may be nil; a file that is named "" is none
-- @string host of the server
-- @return table for the socket core; or nil and which file cannot be read
function certificates.read(cert, host)
    local contents = { hostName = host, clientPassword = cert and cert.clientPassword }
    for _, field in ipairs(FIELDS) do
        local name = cert and cert[field]
        if name and name ~= "" then
            local text, why = read_file(name)
            if not text then
                return nil, ("cert.%s: %s"):format(field, why)
            end
            contents[field] = text
        end
    end
    return contents
end

return certificates
