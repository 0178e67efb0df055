--- LuatOS `update`: a new firmware over the air.
--
-- What a server sends becomes a file of the device (`rtos.fota_start` and the like). A download that breaks goes on
-- where it has ended. The host of LuatOS-Air's maker, which is the default, is reached only where the user asks for it.
local use = ...
local rtos = use "native.rtos"
local native = use "native.http"
local sys = use "modules.sys"
local log = use "modules.log"
local misc = use "modules.misc"
local tasks = use "runtime.tasks"
local home = use "runtime.home"
local check = use "runtime.check"

local update = {}

--- Where the maker offers updates.
local DEFAULT = "iot.openluat.com/api/site/firmware_upgrade"

--- For an answer of the server, from one attempt to the next, and while the server makes the update, in ms.
local PATIENCE, PAUSE, PREPARATION = 60000, 2000, 30000

--- Attempts that may fail, and redirections that may follow each other.
local ATTEMPTS, REDIRECTIONS = 30, 10

--- The size that `http` gives for an update whose size the server does not say.
local UNKNOWN = 0x7FFFFFFF

--- What the server says while it makes an update.
local IN_PREPARATION = "43"

--- What the last request has asked for: `callback`, `url`, `period`, `redirects`.
local wish = {}

--- Whether the task runs; there is one.
local is_updating = false

--- Whether a callback has asked for another update.
local is_wanted = false

--- The script's own source of the IMEI.
local get_imei

--- The IMEI, also where the script's own function fails.
local function imei()
    if get_imei then
        local ok, text = tasks.guard("update.setGetImeiCbFnc callback", get_imei)
        if ok then
            return text
        end
    end
    return misc.getImei()
end

--- The address of the update, with what the server has to know.
local function address()
    local name, rest = rtos.get_version():match "(.-)_V%d+(_.+)"
    local fields = {
        { "project_key", _G.PRODUCT_KEY },
        { "imei", imei() },
        { "firmware_name", ("%s_%s%s"):format(tostring(_G.PROJECT), name or "", rest or "") },
        { "core_version", rtos.get_version():match "_V(%d+)" },
        { "dfota", "1" },
        { "version", _G.VERSION },
        { "need_oss_url", wish.redirects and "1" or nil },
    }
    local parts = {}
    for _, field in ipairs(fields) do
        if field[2] ~= nil then
            parts[#parts + 1] = field[1] .. "=" .. tostring(field[2])
        end
    end
    return (wish.url or DEFAULT) .. "?" .. table.concat(parts, "&")
end

--- Whether a server may be asked. It is logged why not.
local function may_ask(url)
    local target, problem = native.target(url)
    if not target then
        -- What goes before an "@" may be a password.
        log.warn("update", url:gsub("^.*@", "…@") .. ": " .. problem)
        return false
    end
    return home.may_reach("update.request", target.host, target.port)
end

--- Forgets what has come of the update.
local function begin_anew(state)
    state.done, state.total = 0, nil
    rtos.fota_end()
    rtos.fota_start()
end

--- Makes one request. What comes of the update is kept in `state.done`, its bytes so far.
-- @return whether there was an answer, its status as text, its fields, and the server's own code of an error
local function ask(url, state)
    local code
    local function take(data, total, status)
        if status ~= "200" and status ~= "206" then
            code = code or data:match '"code":%s*(%d+)'
            return
        end
        if status == "200" and state.done > 0 and not state.is_whole then
            -- The server begins anew.
            begin_anew(state)
        end
        state.is_whole = status == "200"
        if not state.has_begun then
            state.has_begun = true
            sys.publish "LIB_UPDATE_OTA_DOWNLOAD_BEGIN"
        end
        -- The size of the rest, of a download that goes on.
        state.total = state.total or total
        if rtos.fota_process(data, state.total) ~= 0 then
            state.is_refused = true
            return false
        end
        state.done = state.done + #data
    end
    state.is_whole, state.is_refused, state.from = false, false, state.done
    require("http").request("GET", url, nil, { Range = ("bytes=%d-"):format(state.done) }, nil, PATIENCE,
        function(...) sys.publish("UPDATE_DOWNLOAD", ...) end, take)
    local _, ok, status, head = sys.waitUntil "UPDATE_DOWNLOAD"
    return ok, status, head, code
end

--- Whether an answer is another part of the update than was asked for.
local function is_other_part(state, head)
    local range = head and head["Content-Range"]
    local first = range and tonumber(range:match "^bytes%s+(%d+)%-")
    return not state.is_whole and first and first ~= state.from
end

--- Ends a download that is over for the server.
-- @return whether it is complete
local function finish(state)
    local ok = rtos.fota_end() == 0
    if not ok then
        log.warn("update", ("%d bytes have come of an update of %s"):format(state.done,
            state.total == UNKNOWN and "unknown size" or tostring(state.total)))
    end
    return ok
end

--- Downloads an update.
-- @return whether it is complete
local function download()
    local url, state, redirections, failures = address(), { done = 0 }, 0, 0
    while failures < ATTEMPTS do
        if not may_ask(url) then
            return false
        end
        local ok, status, head, code = ask(url, state)
        local location = ok and status:sub(1, 1) == "3" and head and head.Location
        if is_other_part(state, head) or status == "416" and state.from > 0 then
            -- Perhaps it is another update by now.
            failures = failures + 1
            begin_anew(state)
        elseif state.is_refused then
            log.warn("update", "there is no room for the update, or it is longer than the server says")
            return false
        elseif ok and (status == "200" or status == "206") then
            return finish(state)
        elseif location and redirections < REDIRECTIONS then
            redirections, url = redirections + 1, native.resolve(url, location) or location
        elseif ok and code == IN_PREPARATION then
            sys.wait(PREPARATION)
        elseif ok then
            log.warn("update", "the server answers with status " .. tostring(status))
            return false
        else
            failures = failures + 1
            sys.wait(PAUSE)
        end
    end
    return false
end

--- Makes room for an update, or says that there is none.
local function begin()
    if rtos.fota_start() == 0 then
        return true
    end
    log.error("update.request", "there is no room for an update")
    return false
end

--- Downloads an update, for which there is room, and tells the script.
local function run_once()
    if not require("socket").isReady() then
        sys.waitUntil "IP_READY_IND"
    end
    local ok = download()
    if not ok then
        rtos.fota_end()
    end
    sys.publish("LIB_UPDATE_OTA_DOWNLOAD_END", ok)
    is_wanted = false
    if wish.callback then
        tasks.spawn(wish.callback, ok)
    elseif ok then
        sys.restart "UPDATE_DOWNLOAD_SUCCESS"
    end
end

local function run()
    local has_room = true
    repeat
        if has_room then
            run_once()
        end
        local is_next = is_wanted or wish.period
        if is_next then
            if not is_wanted then
                sys.wait(wish.period)
            end
            is_wanted, has_room = false, begin()
        end
    until not is_next
    is_updating = false
end

--- Asks a server for an update.
-- @param[opt] cbFnc fun(ok: boolean): called with whether one has come; without it the device restarts then
-- @string[opt] url address without a query; by default that of LuatOS-Air's maker
-- @number[opt] period ms from one request to the next; by default there is one
-- @bool[opt=false] redir the server may answer with another address
function update.request(cbFnc, url, period, redir)
    check.optional_callback("update.request: cbFnc", cbFnc)
    if url ~= nil then
        check.string("update.request: url", url)
    end
    period = check.optional_integer("update.request: period", period, 1, 0x7fffffff, "ms")
    if not is_updating and not begin() then
        return
    end
    is_wanted = is_updating
    wish = { callback = cbFnc or wish.callback, url = url or wish.url, period = period or wish.period,
        redirects = redir or wish.redirects }
    if not is_updating then
        is_updating = true
        sys.taskInit(run)
    end
end

--- Sets the function that knows the IMEI; by default `misc.getImei`.
-- @param cbFnc fun(): string: returns a string
function update.setGetImeiCbFnc(cbFnc)
    get_imei = check.optional_callback("update.setGetImeiCbFnc: cbFnc", cbFnc)
end

return update
