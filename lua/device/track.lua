--- Tracks that a receiver follows: tables of places (CSV), and recordings of what a receiver has sent (NMEA 0183).
local use = ...
local native = use "native.parts"

local error, tonumber, ipairs = error, tonumber, ipairs
local gmatch, match, find, format, gsub = string.gmatch, string.match, string.find, string.format, string.gsub
local floor, sin, cos, acos, asin, sqrt = math.floor, math.sin, math.cos, math.acos, math.asin, math.sqrt
local rad, deg, concat, min, max, abs = math.rad, math.deg, table.concat, math.min, math.max, math.abs

local track = {}

--- Kilometres from the middle of the earth.
local EARTH = 6371

--- The columns of a table: time in seconds, degrees, then what may be missing: km/h, degrees, m.
local COLUMNS = { "time", "latitude", "longitude", "speed", "course", "altitude" }
local NEEDED = 3

--- Kilometres, and the course, from one place to another.
local function way(from, to)
    local south, north = rad(from.latitude), rad(to.latitude)
    local width = rad(to.longitude - from.longitude)
    local half = sin((north - south) / 2) ^ 2 + cos(south) * cos(north) * sin(width / 2) ^ 2
    local eastwards = sin(width) * cos(north)
    local northwards = cos(south) * sin(north) - sin(south) * cos(north) * cos(width)
    local length = sqrt(eastwards ^ 2 + northwards ^ 2)
    local course = length > 0 and deg(acos(max(-1, min(1, northwards / length)))) or 0
    return 2 * EARTH * asin(sqrt(min(1, half))), eastwards < 0 and 360 - course or course
end

--- Speed and course of each place that has none: on the way to the next.
local function complete(places)
    for index, place in ipairs(places) do
        local next_place = places[index + 1]
        local distance, course, seconds = 0, 0, 1
        if next_place then
            distance, course = way(place, next_place)
            seconds = next_place.time - place.time
        end
        place.speed = place.speed or distance / seconds * 3600
        place.course = place.course or course
    end
    return places
end

local function read_place(path, number, line, before)
    local place, column = {}, 0
    for field in gmatch(line .. ",", "%s*([^,]-)%s*,") do
        column = column + 1
        if COLUMNS[column] and field ~= "" then
            place[COLUMNS[column]] = tonumber(field)
        end
    end
    for index = 1, NEEDED do
        if not place[COLUMNS[index]] then
            error(format("%s:%d: time,latitude,longitude[,speed[,course[,altitude]]] expected, got %q", path, number,
                line), 0)
        end
    end
    if not (abs(place.latitude) <= 90 and abs(place.longitude) <= 180) then
        error(format("%s:%d: a latitude of -90 to 90 and a longitude of -180 to 180 expected, got %q", path, number,
            line), 0)
    elseif before and place.time <= before.time then
        error(format("%s:%d: a time after %s expected, got %s", path, number, before.time, place.time), 0)
    end
    return place
end

--- The places of a table; its first line may name the columns.
local function read_table(path, text)
    local places, number = {}, 0
    for line in gmatch(text, "([^\r\n]*)\r?\n?") do
        number = number + 1
        local is_heading = number == 1 and find(line, "^%s*%a")
        if not is_heading and not find(line, "^%s*$") and not find(line, "^%s*#") then
            places[#places + 1] = read_place(path, number, line, places[#places])
        end
    end
    if #places == 0 then
        error(path .. ": no places in it", 0)
    end
    return complete(places)
end

--- The sentences of a recording, in the pieces of a second each: one begins where the first kind of sentence comes
-- again.
local function read_recording(text)
    local pieces, piece, first = {}, {}, nil
    for line in gmatch(text, "%$[^\r\n]+") do
        local kind = match(line, "^%$([^,]*)")
        first = first or kind
        if kind == first and #piece > 0 then
            pieces[#pieces + 1], piece = concat(piece), {}
        end
        piece[#piece + 1] = line .. "\r\n"
    end
    pieces[#pieces + 1] = concat(piece)
    return pieces
end

--- Reads a file.
-- @string path on this computer
-- @return table: `places`, or `pieces` of a recording
function track.read(path)
    local text, problem = native.read_file(path)
    if not text then
        error(problem, 0)
    end
    -- Programs that write tables may mark them as UTF-8.
    text = gsub(text, "^\239\187\191", "")
    if find(text, "^%s*%$") then
        return { pieces = read_recording(text) }
    end
    return { places = read_table(path, text) }
end

--- Degrees of longitude, or of the way from one to another, within -180 and 180: what is beyond is nearer the other way
-- round the earth.
local function within(degrees)
    return degrees > 180 and degrees - 360 or degrees < -180 and degrees + 360 or degrees
end

--- The place at a time, between those of a table. Before the first it is that, behind the last it is the last.
-- @tab places
-- @number seconds since the first
-- @return table: `latitude`, `longitude`, `speed`, `course` and perhaps `altitude`
function track.place(places, seconds)
    local time = seconds + places[1].time
    local before = places[1]
    for _, place in ipairs(places) do
        if place.time > time then
            local share = (time - before.time) / (place.time - before.time)
            local between = {}
            for _, name in ipairs { "latitude", "altitude" } do
                between[name] = before[name] and place[name] and before[name] + (place[name] - before[name]) * share
            end
            between.longitude = within(before.longitude + within(place.longitude - before.longitude) * share)
            between.speed, between.course = before.speed, before.course
            return between
        end
        before = place
    end
    return before
end

--- How long a table is, in seconds.
function track.length(places)
    return floor(places[#places].time - places[1].time)
end

return track
