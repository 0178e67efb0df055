--- Sentences of NMEA 0183 about a place. Facts: NMEA 0183 version 3.01, sections 5 and 6.
local use = ...
local bit = use "native.bit"

local byte, format, floor, concat = string.byte, string.format, math.floor, table.concat
local abs, min, ceil = math.abs, math.min, math.ceil

local nmea = {}

--- Kilometres of a nautical mile.
local MILE = 1.852

--- Satellites of a sentence GSA, and of a sentence GSV.
local MOST_USED, MOST_SEEN = 12, 4

--- A sentence of its fields: with its checksum and end.
local function sentence(...)
    local text = concat({ ... }, ",")
    local sum = 0
    for index = 1, #text do
        sum = bit.bxor(sum, byte(text, index))
    end
    return format("$%s*%02X\r\n", text, sum)
end

--- Degrees as degrees and minutes, and which half of the earth it is.
-- @number degrees
-- @number digits of the whole degrees
-- @string positive half of positive ones
-- @string negative
local function angle(degrees, digits, positive, negative)
    -- In hundred-thousandths of a minute, so that no minute is 60.
    local units = floor(abs(degrees) * 6000000 + 0.5)
    local whole = floor(units / 6000000)
    local minutes = (units - whole * 6000000) / 100000
    return format("%0" .. digits .. "d%08.5f", whole, minutes), degrees < 0 and negative or positive
end

--- The satellites of a system: number, elevation, azimuth, strength; they stand still.
local function satellites(first, count)
    local list = {}
    for index = 1, count do
        list[index] = {
            number = first + index - 1, elevation = 85 - index * 6 % 80, azimuth = index * 67 % 360,
            strength = 45 - index * 3 % 25,
        }
    end
    return list
end

local function used(talker, mode, list)
    local fields = { talker .. "GSA", "A", mode }
    for index = 1, MOST_USED do
        fields[#fields + 1] = list[index] and mode ~= "1" and format("%02d", list[index].number) or ""
    end
    fields[#fields + 1], fields[#fields + 2], fields[#fields + 3] = "1.5", "0.9", "1.2"
    return sentence(table.unpack(fields))
end

local function seen(talker, list)
    local lines = {}
    local count = ceil(#list / MOST_SEEN)
    for number = 1, count do
        local fields = { talker .. "GSV", format("%d", count), format("%d", number), format("%02d", #list) }
        for index = (number - 1) * MOST_SEEN + 1, min(number * MOST_SEEN, #list) do
            local it = list[index]
            fields[#fields + 1] = format("%02d,%02d,%03d,%02d", it.number, it.elevation, it.azimuth, it.strength)
        end
        lines[number] = sentence(table.unpack(fields))
    end
    return count == 0 and sentence(talker .. "GSV", "1", "1", "00") or concat(lines)
end

--- What a receiver sends once a second: GGA, RMC, VTG, GSA and GSV.
-- @tab place `latitude`, `longitude` (degrees), `altitude` (m), `speed` (km/h), `course` (degrees), `satellites`, `fix`
-- (`none`, `2D` or `3D`)
-- @tab date as of `native.parts`, in UTC
-- @string talker `GN`, for a receiver of several systems
-- @return string
function nmea.report(place, date, talker)
    local is_fixed = place.fix ~= "none"
    local time = format("%02d%02d%02d.000", date.hour, date.minute, date.second)
    local day = format("%02d%02d%02d", date.day, date.month, date.year % 100)
    local latitude, north = angle(place.latitude, 2, "N", "S")
    local longitude, east = angle(place.longitude, 3, "E", "W")
    local knots, course = format("%.2f", place.speed / MILE), format("%.2f", place.course % 360)
    local gps = satellites(1, min(place.satellites, MOST_USED))
    local beidou = satellites(1, place.satellites - #gps)
    local mode = is_fixed and (place.fix == "2D" and "2" or "3") or "1"
    if not is_fixed then
        latitude, north, longitude, east, knots, course = "", "", "", "", "", ""
    end
    local lines = {
        sentence(talker .. "GGA", time, latitude, north, longitude, east, is_fixed and "1" or "0",
            format("%02d", is_fixed and place.satellites or 0), is_fixed and "0.9" or "",
            is_fixed and format("%.1f", place.altitude) or "", "M", is_fixed and "0.0" or "", "M", "", ""),
        sentence(talker .. "RMC", time, is_fixed and "A" or "V", latitude, north, longitude, east, knots, course, day,
            "", "", is_fixed and "A" or "N"),
        sentence(talker .. "VTG", course, "T", "", "M", knots, "N",
            is_fixed and format("%.2f", place.speed) or "", "K", is_fixed and "A" or "N"),
        used("GP", mode, gps), used("BD", mode, beidou), seen("GP", gps), seen("BD", beidou),
    }
    return concat(lines)
end

return nmea
