--- What is attached to the device as small models: sensors, memories, displays.
local use = ...
local native = use "native.parts"
local is_utf8 = use("native.transcode").is_utf8
local guard = use "device.guard"
local part_model = use "device.part_model"
local part_values = use "device.part_values"
local part_class = use "device.part"
local touch = use "device.touch"
local check = use "runtime.check"
local show = use("runtime.text").show
local calling_line = use("runtime.places").calling_line

local error, ipairs, pairs, pcall, setmetatable, type = error, ipairs, pairs, pcall, setmetatable, type
local remove, gsub = table.remove, string.gsub

--- The functions of the door.
local door = {}

--- The parts in the order in which they were attached: the part, and its model.
local attached = {}

--- The names that parts have, or are to have once their models are attached.
local is_taken = {}

--- The position of a part, nil if there is none of that name.
local function position(name)
    for index, entry in ipairs(attached) do
        if entry.part.name == name then
            return index
        end
    end
end

--- Calls a function, and raises its errors at the script's line.
local function raised(call, ok, ...)
    if not ok then
        error(calling_line() .. call .. ": " .. (...), 0)
    end
    return ...
end

--- A name that no part has: that of the model, with a number where that is taken.
local function free_name(base)
    local name, number = base, 1
    while is_taken[name] do
        number = number + 1
        name = base .. "-" .. number
    end
    return name
end

local function checked_name(name)
    if type(name) ~= "string" or name == "" then
        error("name: string expected, got " .. show(name), 0)
    elseif not is_utf8(name) then
        error("name: text in UTF-8 expected, got " .. show(name), 0)
    elseif is_taken[name] then
        error("name: there is a part " .. show(name) .. " already; device.remove takes it away", 0)
    end
    return name
end

--- Attaches a part.
-- @string model_name
-- @tab given settings by name
-- @string[opt] folder where paths begin; without it that of the main script
-- @bool[opt] is_text whether the settings are texts of the command line
-- @return string: its name
local function attach(model_name, given, folder, is_text)
    local model, base, is_ours = part_model.load(model_name, folder)
    local settings = {}
    for key, value in pairs(given) do
        settings[key] = value
    end
    local name = settings.name == nil and free_name(base) or checked_name(settings.name)
    settings.name = nil
    local part = setmetatable({ name = name, model = model_name, place = "", folder = folder, endings = {} },
        part_class.class)
    part.settings, part.values = part_values.read(model, settings, is_text)
    is_taken[name] = true
    local ok, traced, problem = guard.try(model.attach, part)
    if not ok then
        part_class.detach(part)
        is_taken[name] = nil
        -- Lines of our own models tell nobody anything.
        error(is_ours and gsub(problem, "^luatos/[%w_/]+%.lua:%d+: ", "") or traced, 0)
    end
    attached[#attached + 1] = { part = part, model = model }
    if model.touch then
        native.has_touch(touch.display_of(part), true)
    end
    native.attached(name, part.place)
    return name
end

--- Attaches a part that the runner's options or `luatos.toml` ask for.
local function attach_wished(wish)
    return attach(wish.model, wish.settings, wish.folder, true)
end

--- Attaches a part to the device, such as a sensor.
-- @string model name of one of ours, such as `am2320`, or path of a Lua file, which begins at the folder of the main
-- script
-- @tab[opt] settings of the model, such as `bus` and `address`; `name`, by default that of the model; and what its
-- values are at the start
-- @return string: its name
function door.part(model, settings)
    check.string("device.part: model", model)
    if settings ~= nil and type(settings) ~= "table" then
        error("device.part: settings: table or nil expected, got " .. show(settings), 2)
    end
    return raised("device.part", pcall(attach, model, settings or {}))
end

--- The part of a name, with its model.
local function found(name)
    local index = position(name)
    if index then
        return attached[index], index
    end
    local names = {}
    for number, entry in ipairs(attached) do
        names[number] = entry.part.name
    end
    if #names == 0 then
        error("part: there are none, got " .. show(name), 0)
    end
    error("part: " .. native.one_of(names, type(name) == "string" and name or show(name)), 0)
end

local function set(name, value_name, value)
    local entry = found(name)
    local part, model = entry.part, entry.model
    value = part_values.check(model, value_name, value)
    part.values[value_name] = value
    native.set(name, value_name, part_values.show(model, value_name, value))
    if model.set then
        guard.call("part " .. name, model.set, part, value_name, value)
    end
end

--- Moves a slider of a part: sets what it measures, for instance.
-- @string part name
-- @string value_name such as `temperature`
-- @param value within the bounds of the value, or one of its choices
function door.set(part, value_name, value)
    raised("device.set", pcall(set, part, value_name, value))
end

local function take_away(name)
    local entry, index = found(name)
    -- First of all, because its model may take parts away, too.
    remove(attached, index)
    entry.is_gone = true
    if entry.model.detach then
        guard.call("part " .. name, entry.model.detach, entry.part)
    end
    part_class.detach(entry.part)
    if entry.model.touch then
        native.has_touch(touch.display_of(entry.part), false)
    end
    is_taken[name] = nil
    native.removed(name)
end

--- Takes a part away.
-- @string part name
function door.remove(part)
    raised("device.remove", pcall(take_away, part))
end

--- A finger touches a display that has a touch panel, and leaves it after a time, as `device.touch([display,] x, y
-- [, ms])`. The call does not wait for that. Where a finger is there already, it moves, and leaves after the new time.
-- @string[opt="lcd"] display its name
-- @number x pixels from the left
-- @number y pixels from the top
-- @number[opt=100] ms until it leaves
function door.touch(display, x, y, ms)
    local ok, problem = pcall(touch.touch, attached, display, x, y, ms)
    if not ok then
        error(calling_line() .. problem, 0)
    end
end

--- The parts for whoever looks at them.
-- @return table: list of `name`, `model`, `place`, `screen` and `values`
local function list()
    local parts = {}
    for index, entry in ipairs(attached) do
        local part = entry.part
        parts[index] = {
            name = part.name, model = part.model, place = part.place, screen = part.screen_name ~= nil,
            values = part_values.list(entry.model, part.values),
        }
    end
    return parts
end

return { door = door, attach_wished = attach_wished, list = list }
