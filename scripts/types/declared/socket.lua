---@class socket.Cert
---@field caCert? string PEM file, in `/lua` where it has no folder; without it the certificate of the server is not checked
---@field clientCert? string PEM file
---@field clientKey? string PEM file
---@field clientPassword? string of the key
---@field insist? 0|1 0 refuses a certificate that is made out to another host

---@class socket.Client
---@field connected boolean
---@field id integer|nil number of the socket
---@field error string|nil why the connection has ended
local Client = {}
