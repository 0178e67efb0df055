--- LuatOS `net`: registration, signal and cells.
local use = ...
local ril = require "ril"
local sys = use "modules.sys"
local log = use "modules.log"
local sim = use "modules.sim"

local net = {
    NetMode_noNet = 0,
    NetMode_GSM = 1,
    NetMode_EDGE = 2,
    NetMode_TD = 3,
    NetMode_LTE = 4,
    NetMode_WCDMA = 5,
    --- Whether the radio is off.
    flyMode = false,
}

local state, mode = "INIT", net.NetMode_noNet
local rssi, rsrp, time_advance = 0, 0, 0

--- Band of the serving cell, "" if unknown.
local band = ""

--- Location area and cell of the registration, hexadecimal.
local area, cell_id = "", ""

--- Cells in the order of the modem's report, the serving one first. Codes are numbers; those of country and
-- network are BCD.
local cells = {}

--- Number of entries of a report; those without a cell are filled with zeros, as on the device.
local REPORT_SIZE = 11

local multi_cell

--- Modes by access technology (3GPP TS 27.007 section 7.2).
local MODES = { [0] = 1, [1] = 1, [2] = 5, [3] = 2, [4] = 5, [5] = 5, [6] = 5, [7] = 4 }

--- @return integer: 0 none, 1 GSM, 2 EDGE, 3 TD, 4 LTE, 5 WCDMA
function net.getNetMode()
    return mode
end

--- @return string: "INIT", "REGISTERED" or "UNREGISTER"
function net.getState()
    return state
end

--- The digits of a BCD number, without leading zeros.
local function digits(bcd)
    return ("%x"):format(bcd)
end

--- @return string: country code, such as "460"
function net.getMcc()
    return cells[1] and digits(cells[1].mcc) or sim.getMcc()
end

--- @return string: network code, such as "0"
function net.getMnc()
    return cells[1] and digits(cells[1].mnc) or sim.getMnc()
end

--- @return string: location area as hexadecimal, "" if unknown
function net.getLac()
    return area
end

--- @return string: cell id as hexadecimal, "" if unknown
function net.getCi()
    return cell_id
end

--- @return integer: signal strength 0 to 31
function net.getRssi()
    return rssi
end

--- @return integer: reference signal power as in `+CESQ`
function net.getRsrp()
    return rsrp
end

--- @return string: band of the serving cell, such as "3"; "" while unknown
function net.getBand()
    return band
end

--- @return string: "ci.rssi." for each cell
function net.getCell()
    local texts = {}
    for index, cell in ipairs(cells) do
        texts[index] = ("%d.%d."):format(cell.ci, cell.rssi)
    end
    return table.concat(texts)
end

--- @return string: "lac.ci.rssi;" for each cell, the serving one first
function net.getCellInfo()
    local texts = {}
    for index, cell in ipairs(cells) do
        texts[index] = ("%d.%d.%d;"):format(cell.lac, cell.ci, cell.rssi)
    end
    return table.concat(texts)
end

--- @bool[opt] dbm true: the signal in dBm
-- @return string: "mcc.mnc.lac.ci.rssi;" for each cell
function net.getCellInfoExt(dbm)
    local texts = {}
    for index, cell in ipairs(cells) do
        local signal = dbm and cell.rssi * 2 - 113 or cell.rssi
        texts[index] = ("%s.%s.%d.%d.%d;"):format(digits(cell.mcc), digits(cell.mnc), cell.lac, cell.ci, signal)
    end
    return table.concat(texts)
end

--- @return integer: timing advance
function net.getTa()
    return time_advance
end

--- Asks for the cells, and has each report from now on told.
-- @param callback fun(cells: table[]): called with a list of eleven tables with `mcc`, `mnc` (text), `lac`, `ci`,
-- `rssi`, `ta`, the serving cell first; those without a cell have zeros
function net.getMultiCell(callback)
    multi_cell = callback
    ril.request("AT+EEMGINFO?")
end

-- ## Queries

--- Sends commands now; with a period in ms, calls `query(period)` again after it, in place of an earlier
-- period.
local function poll(where, query, period, ...)
    if period then
        sys.timerStopAll(query)
        sys.timerStart(query, period, period)
    end
    if net.flyMode then
        log.warn(where, "the radio is off (flight mode)")
        return false
    end
    for _, command in ipairs { ... } do
        ril.request(command)
    end
    return true
end

--- Asks for the signal now and, with a period, repeatedly. Without one, an earlier period goes on.
-- @number[opt] ms period
-- @return boolean: false in flight mode, where no command is sent
local function query_signal(ms)
    return poll("net.csqQueryPoll", query_signal, ms, "AT+CSQ", "AT+CESQ")
end
net.csqQueryPoll = query_signal

--- Asks for the cells now and, with a period, repeatedly. Without one, an earlier period goes on.
-- @number[opt] ms period
-- @return boolean: false in flight mode, where no command is sent
local function query_cells(ms)
    return poll("net.cengQueryPoll", query_cells, ms, "AT+EEMGINFO?")
end
net.cengQueryPoll = query_cells

--- Asks for the signal and the cells, as `net.csqQueryPoll` and `net.cengQueryPoll` do.
-- @number[opt] signal_ms
-- @number[opt] cell_ms
-- @return true
function net.startQueryAll(signal_ms, cell_ms)
    query_signal(signal_ms)
    query_cells(cell_ms)
    return true
end

--- Ends the periods of `net.csqQueryPoll` and `net.cengQueryPoll`.
function net.stopQueryAll()
    sys.timerStopAll(query_signal)
    sys.timerStopAll(query_cells)
end

--- Sets how much the modem reports of its cells; repeated every 3 s until the modem accepts it.
-- @number[opt=1] engineering_mode
function net.setEngMode(engineering_mode)
    local command = "AT+EEMOPT=" .. tostring(engineering_mode or 1)
    ril.request(command, nil, function(_, ok)
        if not ok then
            sys.timerStart(net.setEngMode, 3000, engineering_mode)
        end
    end)
end

--- Turns the radio off or on; `FLYMODE` is published when the modem has done so.
-- @bool flag true: off
function net.switchFly(flag)
    flag = flag and true or false
    if net.flyMode == flag then
        return
    end
    net.flyMode = flag
    ril.request("AT+CFUN=" .. (flag and 0 or 1))
    if not flag then
        query_signal()
        query_cells()
    end
end

-- ## Answers and reports of the modem

local function set_mode(new)
    if mode ~= new then
        mode = new
        sys.publish("NET_UPD_NET_MODE", mode)
        if mode ~= net.NetMode_noNet then
            query_signal()
            query_cells()
        end
    end
end

--- @string new "REGISTERED" or "UNREGISTER"; a device that is still searching after its start publishes nothing
local function set_state(new)
    local old = state
    state = new
    if new == "REGISTERED" and old ~= new then
        sys.publish("NET_STATE_REGISTERED")
    elseif new == "UNREGISTER" and old == "REGISTERED" then
        sys.publish("NET_STATE_UNREGISTER")
    end
end

--- `+CREG: [n,]stat[,"lac","ci",act]`, and likewise `+CGREG` and `+CEREG`; in LTE only `+CEREG` counts.
local function registration(line, prefix)
    if mode == net.NetMode_LTE and not prefix:find("CEREG", 1, true) and line:find('"', 1, true) then
        return
    end
    local fields = line:match(":%s*(.*)$") or ""
    -- The answer to a query begins with the reporting mode, an unsolicited report does not.
    local status = tonumber(fields:match("^2,(%d)") or fields:match("^(%d)"))
    local new_area, new_cell, technology = fields:match('"(%x+)","(%x+)",(%d+)')
    if status ~= 1 and status ~= 5 then
        set_state("UNREGISTER")
        set_mode(net.NetMode_noNet)
        return
    end
    set_state("REGISTERED")
    if new_area and (new_area ~= area or new_cell ~= cell_id) then
        area, cell_id = new_area, new_cell
        sys.publish("NET_CELL_CHANGED")
    end
    if technology then
        set_mode(MODES[tonumber(technology)] or net.NetMode_GSM)
    end
end
for _, prefix in ipairs { "+CREG", "+CGREG", "+CEREG" } do
    ril.regUrc(prefix, registration)
end

--- The numbers of a report of cells; false for a field that is none.
local function fields_of(line)
    local fields = {}
    for field in line:match(":%s*(.*)$"):gmatch("[^%s,]+") do
        fields[#fields + 1] = math.tointeger(tonumber(field)) or false
    end
    return fields
end

--- A cell, if all of it is known; the signal is in thirds.
local function cell_of(mcc, mnc, lac, ci, signal)
    if mcc and mnc and lac and ci and signal and lac > 0 and ci > 0 then
        local level = math.max(0, math.min(31, math.floor(signal / 3)))
        return { mcc = mcc, mnc = mnc, lac = lac, ci = ci, rssi = level, ta = time_advance }
    end
end

--- A cell as scripts get it: codes as text.
local function entry_of(cell)
    return {
        mcc = tostring(cell.mcc), mnc = tostring(cell.mnc), lac = cell.lac, ci = cell.ci, rssi = cell.rssi,
        ta = cell.ta,
    }
end

--- The last report as scripts get it: its cells, and the number of its entries in `cnt`. One that has been told goes on
-- with the neighbours, whose lines follow that of the serving cell.
local report

local function begin_report(cell)
    cells, report = { cell }, { cnt = REPORT_SIZE, entry_of(cell) }
    for index = 2, REPORT_SIZE do
        report[index] = { lac = 0, ci = 0, rssi = 0, ta = 0 }
    end
end

ril.regUrc("+EEMLTESVC", function(line)
    local fields = fields_of(line)
    local cell = cell_of(fields[1], fields[3], fields[4], fields[10], fields[15])
    if not cell then
        return
    end
    begin_report(cell)
    band = tostring(fields[8] or "")
    sys.publish("CELL_INFO_IND", report)
    if multi_cell then
        multi_cell(report)
    end
end)

--- The handler of a line with a neighbour.
-- @param ... where it has the codes of country and network, area, cell and signal
local function neighbour_at(...)
    local places = { ... }
    return function(line)
        local fields, values = fields_of(line), {}
        for index, place in ipairs(places) do
            values[index] = fields[place] or false
        end
        local cell = cell_of(table.unpack(values))
        if cell and cells[1] and #cells < REPORT_SIZE then
            cells[#cells + 1] = cell
            report[#cells] = entry_of(cell)
        end
    end
end
ril.regUrc("+EEMLTEINTRA", neighbour_at(6, 7, 8, 9, 4))
ril.regUrc("+EEMLTEINTER", neighbour_at(6, 7, 8, 9, 4))
ril.regUrc("+EEMLTEINTERRAT", neighbour_at(3, 4, 5, 6, 9))

--- Modes by the system mode of `^MODE`.
local SYSTEM_MODES = { ["3"] = net.NetMode_GSM, ["5"] = net.NetMode_WCDMA, ["15"] = net.NetMode_TD,
    ["17"] = net.NetMode_LTE }

--- Sets the mode from a line of the modem.
-- @string line such as "^MODE: 17,17": system mode and submode, of which 3 is EDGE
function net.UpdNetMode(line)
    local main, sub = line:match("(%d+),(%d+)")
    if main then
        set_mode(sub == "3" and net.NetMode_EDGE or SYSTEM_MODES[main] or net.NetMode_noNet)
    end
end
ril.regUrc("^MODE", net.UpdNetMode)

ril.regRsp("+CSQ", function(_, ok, _, text)
    local value = ok and text and tonumber(text:match("%+CSQ:%s*(%d+)"))
    if value then
        rssi = value == 99 and 0 or value
        sys.publish("GSM_SIGNAL_REPORT_IND", true, rssi)
    else
        sys.publish("GSM_SIGNAL_REPORT_IND", false)
    end
end)

ril.regRsp("+CESQ", function(_, ok, _, text)
    rsrp = ok and text and tonumber(text:match("(%d+)%s*$")) or rsrp
end)

ril.regRsp("+CFUN", function(command, ok)
    if ok then
        -- Of this command: the script may have sent others meanwhile.
        local level = command:match "=%s*(%d)"
        sys.publish("FLYMODE", level and level ~= "1" or not level and net.flyMode)
    end
end)

--- Asks for the state of the registration.
local function query_registration()
    ril.request("AT+CREG?")
    ril.request("AT+CEREG?")
end

sys.subscribe("SIM_IND", function(what)
    if what ~= "RDY" then
        -- Without a card this is news at the start, too.
        state = state == "INIT" and "REGISTERED" or state
        set_state("UNREGISTER")
    elseif state == "UNREGISTER" then
        query_registration()
    end
end)

-- Else the modem keeps its neighbours to itself.
net.setEngMode()
ril.request("AT+COPS?")
for _, prefix in ipairs { "+CREG", "+CGREG", "+CEREG" } do
    ril.request("AT" .. prefix .. "=2")
end
query_registration()

return net
