--- Downloads the new version that Alibaba Cloud IoT offers, into the device's update or a file. What breaks off is
-- resumed.
local use = ...
local rtos = use "native.rtos"
local crypto = use "native.crypto"
local sys = use "modules.sys"
local log = use "modules.log"
local waits = use "device.waits"

local tostring, setmetatable, min = tostring, setmetatable, math.min

--- Attempts, and times in ms: for each part of an answer, and between attempts.
local ATTEMPTS, PATIENCE, PAUSE = 30, 20000, 2000

--- What `http.request` says of an answer without a length.
local UNKNOWN = 0x7FFFFFFF

local Download = {}
Download.__index = Download

local download = {}

--- @string url
-- @string[opt] path of the file; without it the data goes to `rtos.fota_process`
-- @number[opt] size bytes that are offered; the server's answer knows better
-- @return object with `done`, the number of bytes that have come
function download.new(url, path, size)
    if path then
        os.remove(path)
    end
    return setmetatable({ url = url, path = path, size = size, done = 0, digest = crypto.flow_md5() }, Download)
end

--- Keeps a piece.
-- @return whether that has worked
local function keep(self, data)
    if not self.path then
        return rtos.fota_process(data, self.total or UNKNOWN) == 0
    end
    local file = io.open(self.path, "ab")
    local ok = file and file:write(data)
    return file and file:close() and ok and true or false
end

--- The part of a piece that has not come yet: a server that does not resume begins anew.
local function new_part(self, data, status)
    self.known = self.known or (status == "200" and self.done or 0)
    local count = min(self.known, #data)
    self.known = self.known - count
    return data:sub(count + 1)
end

--- Takes a piece of an answer.
-- @return nil to go on, a text to stop
local function take(self, data, total, status)
    if status ~= "206" and status ~= "200" then
        return "status " .. tostring(status)
    end
    self.total = self.total or (total ~= UNKNOWN and total or self.size)
    data = new_part(self, data, status)
    if data == "" then
        return nil
    elseif self.total and self.done + #data > self.total then
        self.problem = "there is more than the server says"
    elseif not keep(self, data) then
        self.problem = "it cannot be stored"
    else
        self.digest:update(data)
        self.done = self.done + #data
    end
    return self.problem
end

--- Whether everything has come.
-- @param ok what the callback of `http.request` gets
-- @string status likewise
local function is_complete(self, ok, status)
    if self.total then
        return self.done == self.total
    end
    -- 416: there is nothing after what has come.
    return ok == true and (status == "200" or status == "206") or status == "416" and self.done > 0
end

--- Requests what is missing.
-- @return whether everything has come
local function request(self)
    local wait, is_over = waits.new(), false
    self.known = nil
    require("http").request("GET", self.url, nil, { Range = ("bytes=%d-"):format(self.done) }, "", PATIENCE,
        function(ok, status)
            is_over = is_complete(self, ok, status)
            log.info("aLiYunOta", "download", self.url, ok, status, self.done)
            waits.finish(wait)
        end,
        function(data, total, status) return take(self, data, total, status) end)
    waits.wait(wait, nil, "aLiYunOta")
    return is_over
end

--- Downloads. For a task.
-- @return whether everything has come
function Download:run()
    for _ = 1, ATTEMPTS do
        local is_over = request(self)
        if self.problem then
            log.warn("aLiYunOta", "download", self.url .. ":", self.problem)
            return false
        elseif is_over then
            return true
        end
        sys.wait(PAUSE)
    end
    return false
end

--- Ends the digest: for one call.
-- @return string: the MD5 of what has come, in capital hexadecimal digits
function Download:md5()
    return self.digest:hexdigest():upper()
end

return download
