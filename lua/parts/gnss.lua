--- A receiver of GNSS that sends NMEA 0183 on a serial port once a second, at a place or along a track.
local use = ...
local nmea = use "device.nmea"
local track = use "device.track"
local calendar = use "native.parts"

local show = use("runtime.text").show
local check = use "runtime.check"

local floor, pairs, find, error = math.floor, pairs, string.find, error

--- How often it sends, in ms.
local PERIOD = 1000

--- Highest baud rate.
local FASTEST = 4000000

return {
    settings = { port = 2, baud = 115200, talker = "GN", loop = false },
    optional = { track = "string" },
    values = {
        { name = "latitude", value = 31.2304, min = -90, max = 90, step = 0.0001, unit = "°" },
        { name = "longitude", value = 121.4737, min = -180, max = 180, step = 0.0001, unit = "°" },
        { name = "altitude", value = 10, min = -500, max = 9000, step = 1, unit = "m" },
        { name = "speed", value = 0, min = 0, max = 1000, step = 0.1, unit = "km/h" },
        { name = "course", value = 0, min = 0, max = 360, step = 1, unit = "°" },
        { name = "satellites", value = 9, min = 0, max = 24, step = 1 },
        { name = "fix", value = "3D", choices = { "none", "2D", "3D" } },
    },
    attach = function(part)
        local given = part.settings
        if not find(given.talker, "^%u%u$") then
            error("talker: two capital letters expected, such as GP, got " .. show(given.talker), 0)
        end
        check.integer("baud", given.baud, 1, FASTEST)
        local way = given.track and track.read(part:path(given.track)) or {}
        --- Reports that the script has got.
        local count = 0

        --- The number of the piece or second that is next, of so many.
        local function turn(length)
            if given.loop then
                return count % length
            end
            return count < length and count or length - 1
        end

        local function follow(places)
            for name, value in pairs(track.place(places, turn(track.length(places) + 1))) do
                if part.values[name] then
                    part.values[name] = value
                end
            end
        end

        part:uart()
        part:every(PERIOD, function()
            local report
            if way.pieces then
                report = way.pieces[turn(#way.pieces) + 1]
            else
                if way.places then
                    follow(way.places)
                end
                part.values.satellites = floor(part.values.satellites)
                report = nmea.report(part.values, calendar.date(floor(part:date())), given.talker)
            end
            if part:send(report) then
                count = count + 1
            end
        end)
    end,
}
