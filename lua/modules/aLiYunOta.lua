--- LuatOS `aLiYunOta`: new versions that Alibaba Cloud IoT offers to a device of `aLiYun`. Loading it is enough.
local use = ...
local rtos = use "native.rtos"
local json = use "native.json"
local sys = use "modules.sys"
local log = use "modules.log"
local timers = use "runtime.timers"
local tasks = use "runtime.tasks"
local download = use "aliyun.download"
local show = use("runtime.text").show

local type, error, pcall, tonumber, tostring = type, error, pcall, tonumber, tostring

local aLiYunOta = {}

--- Times in ms: to report progress again, until a complete download is used, and to report the version again after a
-- failure, or after an update that cannot be begun.
local PROGRESS, SETTLING, AGAIN, BUSY = 5000, 5000, 20000, 10000

--- Percents that say that a download has failed.
local FAILED = -2

--- What the functions below were given.
local version, path, callback

--- The device while it is connected: `key` of the product and `name`.
local device

local is_reported = false
local is_downloading = false

local function own_version()
    return version or ("%s_%s_%s"):format(_G.PROJECT, _G.VERSION, rtos.get_version())
end

local function publish(what, params, callback_of_result)
    if device then
        local text = json.encode { id = 1, params = params }
        require("aLiYun").publish(("/ota/device/%s/%s/%s"):format(what, device.key, device.name), text,
            callback_of_result and 1 or 0, callback_of_result)
    end
end

--- Reports the version to the platform, if there is a connection; again and again until that has worked.
function aLiYunOta.verRpt()
    timers.timerStop(aLiYunOta.verRpt)
    publish("inform", { version = own_version() }, function(ok)
        is_reported = ok
        if not ok then
            timers.timerStart(aLiYunOta.verRpt, AGAIN)
        end
    end)
end

--- `aLiYun` calls this when its connection has come or gone.
-- @bool is_connected whether there is one
-- @string[opt] key of the product, for a connection that has come
-- @string[opt] name of the device, likewise
function aLiYunOta.connectCb(is_connected, key, name)
    device = is_connected and { key = key, name = name } or nil
    if not is_connected then
        return timers.timerStop(aLiYunOta.verRpt)
    end
    require("aLiYun").subscribe(("/ota/device/upgrade/%s/%s"):format(key, name), 1)
    if not is_reported then
        aLiYunOta.verRpt()
    end
end

local function report_progress(step, description)
    -- The platform wants the number as text.
    publish("progress", { step = ("%d"):format(step), desc = description or "" })
end

--- Ends an update, and tells the script of it, or restarts.
local function finish(ok, file)
    is_downloading = false
    if not file then
        ok = rtos.fota_end() == 0 and ok
        if not ok then
            -- What has come is dropped.
            rtos.fota_start()
            rtos.fota_end()
        end
    end
    if callback then
        tasks.guard("aLiYunOta.setCb callback", callback, ok, file)
    elseif ok then
        sys.restart "ALIYUN_OTA"
    end
end

--- Reports how far a download is, whenever that has changed.
-- @return function that ends it
local function follow(this, size)
    local last = 0
    local function look()
        local step = size and size > 0 and math.floor(this.done * 100 / size) or 0
        if step ~= last and step < 100 then
            last = step
            report_progress(step)
        end
    end
    timers.timerLoopStart(look, PROGRESS)
    return function() timers.timerStop(look) end
end

local function update(data)
    local file = path
    sys.publish("LIB_ALIYUN_OTA_DOWNLOAD_BEGIN", data.version)
    local size = tonumber(data.size)
    local this = download.new(data.url, file, size)
    local stop = follow(this, size)
    local ok = this:run()
    stop()
    if not ok then
        report_progress(FAILED, "timeout")
        return finish(false, file)
    end
    report_progress(100)
    sys.wait(SETTLING)
    local md5 = this:md5()
    local is_good = type(data.md5) == "string" and md5 == data.md5:upper()
    if not is_good then
        log.warn("aLiYunOta", "the download has the MD5", md5, "expected", data.md5)
    end
    finish(is_good, file)
end

--- `aLiYun` calls this with the platform's offer. It is downloaded by a task; `LIB_ALIYUN_OTA_DOWNLOAD_BEGIN` is
-- published with its version.
-- @string payload JSON
function aLiYunOta.upgrade(payload)
    local ok, offer = pcall(json.decode, payload)
    local data = ok and type(offer) == "table" and offer.data
    if is_downloading or type(data) ~= "table" or type(data.url) ~= "string" then
        return
    elseif not path and rtos.fota_start() ~= 0 then
        timers.timerStart(aLiYunOta.verRpt, BUSY)
        return
    end
    is_downloading = true
    sys.taskInit(update, data)
end

--- @return boolean: whether a new version is being downloaded
function aLiYunOta.isDownloading()
    return is_downloading
end

local function check(is_good, where, name, expected, value)
    if not is_good then
        error(("aLiYunOta.%s: %s: %s expected, got %s"):format(where, name, expected, show(value)), 3)
    end
end

--- Sets the version that is reported, in place of PROJECT_VERSION_firmware, and reports it.
-- @param ver string|number: the version
function aLiYunOta.setVer(ver)
    check(type(ver) == "string" or type(ver) == "number", "setVer", "version", "string", ver)
    local before = own_version()
    version = tostring(ver)
    if is_reported and version ~= before then
        is_reported = false
        aLiYunOta.verRpt()
    end
end

--- Sets the file that a new version goes to. Without it, that is the device's own update.
-- @string name path
function aLiYunOta.setName(name)
    check(type(name) == "string" and name ~= "", "setName", "name", "string", name)
    path = name
end

--- Sets what is called at the end of a download. Without it the device restarts with the new version.
-- @param[opt] cbFnc fun(ok: boolean, path: string|nil): called with whether it is there and whole, and the path of the
-- file, if `setName` has named one
function aLiYunOta.setCb(cbFnc)
    check(cbFnc == nil or type(cbFnc) == "function", "setCb", "cbFnc", "function", cbFnc)
    callback = cbFnc
end

return aLiYunOta
