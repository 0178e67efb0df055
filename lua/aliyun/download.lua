--- Downloads the new version that Alibaba Cloud IoT offers, into the device's update or a file. What breaks off is
-- resumed.
local use = ...
local rtos = use "native.rtos"
local crypto = use "native.crypto"
local sys = use "modules.sys"
local log = use "modules.log"
local waits = use "device.waits"

local tostring, setmetatable = tostring, setmetatable

--- Attempts, and times in ms: for each part of an answer, and between attempts.
local ATTEMPTS, PATIENCE, PAUSE = 30, 20000, 2000

local Download = {}
Download.__index = Download

local download = {}

--- @string url
-- @string[opt] path of the file; without it the data goes to `rtos.fota_process`
-- @return object with `done`, the number of bytes that have come
function download.new(url, path)
    if path then
        os.remove(path)
    end
    return setmetatable({ url = url, path = path, done = 0, digest = crypto.flow_md5() }, Download)
end

--- Keeps a piece.
-- @return whether that has worked
local function keep(self, data, total)
    if not self.path then
        return rtos.fota_process(data, total) == 0
    end
    local file = io.open(self.path, "ab")
    local ok = file and file:write(data)
    return file and file:close() and ok and true or false
end

--- Takes a piece of an answer.
-- @return nil to go on, a text to stop
local function take(self, data, total, status)
    if status ~= "206" and not (status == "200" and self.begun == 0) then
        return "status " .. tostring(status)
    elseif data ~= "" then
        if not keep(self, data, total) then
            self.is_broken = true
            return "not stored"
        end
        self.digest:update(data)
        self.done = self.done + #data
    end
end

--- Requests what is missing.
-- @return whether it has come
local function request(self)
    self.begun = self.done
    local wait, is_complete = waits.new(), false
    require("http").request("GET", self.url, nil, { Range = ("bytes=%d-"):format(self.done) }, "", PATIENCE,
        function(ok, status)
            is_complete = ok and (status == "200" or status == "206")
            log.info("aLiYunOta", "download", self.url, ok, status)
            waits.finish(wait)
        end,
        function(data, total, status) return take(self, data, total, status) end)
    waits.wait(wait, nil, "aLiYunOta")
    return is_complete
end

--- Downloads. For a task.
-- @return whether everything has come
function Download:run()
    for _ = 1, ATTEMPTS do
        if request(self) then
            return true
        elseif self.is_broken then
            return false
        end
        sys.wait(PAUSE)
    end
    return false
end

--- @return string: the MD5 of what has come, in capital hexadecimal digits
function Download:md5()
    return self.digest:hexdigest():upper()
end

return download
