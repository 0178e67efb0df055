--- What a part is given: its settings, and the values that sliders move. Each error names the setting or value, what
-- was expected and what was given.
local use = ...
local native = use "native.parts"
local show = use("runtime.text").show

local error, ipairs, pairs, type, tonumber, tostring = error, ipairs, pairs, type, tonumber, tostring
local format, concat, sort = string.format, table.concat, table.sort

local part_values = {}

--- What a text of the command line means, where a value of some type is expected.
-- @return the value, or the text if it is none of that type
local function of_text(text, kind)
    if kind == "number" then
        return tonumber(text) or text
    elseif kind == "boolean" and (text == "true" or text == "false") then
        return text == "true"
    end
    return text
end

--- The value of a model with that name.
local function find(model, name)
    for _, value in ipairs(model.values or {}) do
        if value.name == name then
            return value
        end
    end
end

local function shown_choices(choices)
    local texts = {}
    for index, choice in ipairs(choices) do
        texts[index] = show(choice)
    end
    return concat(texts, ", ")
end

--- What a value may become.
-- @string what for errors
-- @tab value as the model has it
-- @param to what it is to become; with `is_text` a text of the command line
-- @return what it becomes
local function checked(what, value, to, is_text)
    if is_text then
        to = of_text(to, type(value.value))
    end
    if value.choices then
        for _, choice in ipairs(value.choices) do
            if choice == to then
                return to
            end
        end
        error(format("%s: one of %s expected, got %s", what, shown_choices(value.choices), show(to)), 0)
    elseif not value.min then
        error(what .. ": the part sets this by itself", 0)
    elseif type(to) ~= "number" or not (to >= value.min and to <= value.max) then
        error(format("%s: %s to %s%s expected, got %s", what, tostring(value.min), tostring(value.max),
            value.unit and " " .. value.unit or "", show(to)), 0)
    end
    return to
end

local function sorted(names)
    sort(names)
    return names
end

--- Names of the values that can be set.
local function names_of_values(model)
    local names = {}
    for _, value in ipairs(model.values or {}) do
        if value.min or value.choices then
            names[#names + 1] = value.name
        end
    end
    return names
end

--- Checks what a value of a part is to become.
-- @tab model
-- @string name of the value
-- @param to
-- @return what it becomes
function part_values.check(model, name, to)
    local value = find(model, name)
    if not value then
        local names = names_of_values(model)
        if #names == 0 then
            error("value: this part has none, got " .. show(name), 0)
        end
        error("value: " .. native.one_of(names, type(name) == "string" and name or show(name)), 0)
    end
    return checked(name, value, to)
end

--- A value with its unit, for people.
function part_values.show(model, name, to)
    local unit = find(model, name).unit
    return tostring(to) .. (unit and " " .. unit or "")
end

--- Names of all that can be given to a new part of a model.
local function names_of_settings(model)
    local names = names_of_values(model)
    for _, set in ipairs { model.settings or {}, model.optional or {} } do
        for name in pairs(set) do
            names[#names + 1] = name
        end
    end
    return sorted(names)
end

--- The type that a setting has to have; nil for an unknown one.
local function kind_of(model, name)
    local default = (model.settings or {})[name]
    if default ~= nil then
        return type(default)
    end
    return (model.optional or {})[name]
end

--- Reads what a new part is given.
-- @tab model
-- @tab given by name: settings of the model, and what values are at the start
-- @bool is_text whether all are texts of the command line
-- @return table: settings by name, with the model's own for those that are not given
-- @return table: values by name
function part_values.read(model, given, is_text)
    local settings, values = {}, {}
    for name, default in pairs(model.settings or {}) do
        settings[name] = default
    end
    for _, value in ipairs(model.values or {}) do
        values[value.name] = value.value
    end
    for name, to in pairs(given) do
        local kind, value = kind_of(model, name), find(model, name)
        if kind then
            settings[name] = is_text and of_text(to, kind) or not is_text and to
            if type(settings[name]) ~= kind then
                error(format("%s: %s expected, got %s", name, kind, show(to)), 0)
            end
        elseif value then
            values[name] = checked(name, value, to, is_text)
        else
            error("settings: " .. native.one_of(names_of_settings(model), tostring(name)), 0)
        end
    end
    return settings, values
end

--- The values of a part for whoever looks at it.
-- @tab model
-- @tab values by name, as they are now
-- @return table: list of `name`, `value`, and as the model has them `unit`, `min`, `max`, `step`, `choices`
function part_values.list(model, values)
    local list = {}
    for index, value in ipairs(model.values or {}) do
        list[index] = {
            name = value.name, value = values[value.name], unit = value.unit, min = value.min, max = value.max,
            step = value.step, choices = value.choices,
        }
    end
    return list
end

return part_values
