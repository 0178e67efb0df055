--- Models of parts: where they are found, and what they have to be. Ours are `lua/parts/NAME.lua`; others are Lua files
-- of this computer.
local use = ...
local native = use "native.parts"
local sources = use "runtime.sources"
local search = use "runtime.search"
local guard = use "device.guard"
local show = use("runtime.text").show

local error, ipairs, pairs, type, setmetatable = error, ipairs, pairs, type, setmetatable
local find, match, format = string.find, string.match, string.format

local part_model = {}

local is_ours = {}
for _, name in ipairs(native.MODELS) do
    is_ours[name] = true
end

--- The path on this computer that a path in a setting means.
-- @string path
-- @string[opt] folder where a relative one begins; without it that of the main script
function part_model.locate(path, folder)
    folder = folder or search.script_folder()
    if folder == "" or find(path, "^[/\\]") or find(path, "^%a:[/\\]") then
        return path
    end
    return folder .. "/" .. path
end

--- What a model may have, with the types.
local FIELDS = {
    settings = "table", optional = "table", values = "table",
    attach = "function", set = "function", detach = "function", touch = "function",
}

local function wrong(name, text, ...)
    error(format("%s: " .. text, name, ...), 0)
end

local function check_choices(name, what, value)
    if type(value.choices) ~= "table" then
        wrong(name, what .. "choices: list expected, got %s", show(value.choices))
    end
    for _, choice in ipairs(value.choices) do
        if choice == value.value then
            return
        end
    end
    wrong(name, what .. "one of its choices expected, got %s", show(value.value))
end

local function check_bounds(name, what, value)
    local low, high, now = value.min, value.max, value.value
    if not (type(low) == "number" and type(high) == "number" and type(now) == "number") then
        wrong(name, what .. "numbers for min, max and value expected, got %s, %s and %s", show(low), show(high),
            show(now))
    elseif not (low <= now and now <= high) then
        wrong(name, what .. "%s to %s expected, got %s", show(low), show(high), show(now))
    end
end

local function check_value(name, value)
    if type(value) ~= "table" or type(value.name) ~= "string" or value.value == nil then
        wrong(name, "values: tables with name and value expected, got %s", show(value))
    end
    local what = "values: " .. value.name .. ": "
    if value.unit ~= nil and type(value.unit) ~= "string" then
        wrong(name, what .. "unit: string expected, got %s", show(value.unit))
    elseif value.choices ~= nil then
        check_choices(name, what, value)
    elseif value.min ~= nil or value.max ~= nil then
        check_bounds(name, what, value)
    end
end

--- Checks the values of a model: a list, in which no name is there twice or is that of a setting.
local function check_values(name, model)
    local count, known = 0, {}
    for _, settings in pairs { model.settings or {}, model.optional or {} } do
        for setting in pairs(settings) do
            known[setting] = true
        end
    end
    for index, value in ipairs(model.values or {}) do
        count = index
        check_value(name, value)
        if known[value.name] then
            wrong(name, "values: %s: there is a value or setting of that name already", value.name)
        end
        known[value.name] = true
    end
    for key in pairs(model.values or {}) do
        if type(key) ~= "number" or key > count then
            wrong(name, "values: list of tables with name and value expected, got the key %s", show(key))
        end
    end
end

--- Checks the types that a model gives for settings without a default.
local function check_optional(name, model)
    for setting, kind in pairs(model.optional or {}) do
        if kind ~= "number" and kind ~= "string" and kind ~= "boolean" and kind ~= "table" and kind ~= "function" then
            wrong(name, "optional: %s: a type expected, such as \"number\", got %s", setting, show(kind))
        end
    end
end

--- Checks the form of a model, so that what is wrong with it is said where it is attached.
local function check(name, model)
    if type(model) ~= "table" then
        wrong(name, "the file has to return a table, got %s", show(model))
    end
    for field, value in pairs(model) do
        if not FIELDS[field] then
            local known = {}
            for other in pairs(FIELDS) do
                known[#known + 1] = other
            end
            table.sort(known)
            wrong(name, "fields: %s", native.one_of(known, type(field) == "string" and field or show(field)))
        elseif type(value) ~= FIELDS[field] then
            wrong(name, "%s: %s expected, got %s", field, FIELDS[field], show(value))
        end
    end
    if not model.attach then
        wrong(name, "attach: function expected, got nil")
    end
    check_values(name, model)
    check_optional(name, model)
end

--- Loads a file of this computer as a model. Its globals are the project's; what it sets stays its own.
local function load_file(name, path)
    local chunk, problem = sources.load_scenario(path, "t", setmetatable({}, { __index = _G }))
    if not chunk then
        error(problem, 0)
    end
    local ok, model = guard.try(chunk, name)
    if not ok then
        error(model, 0)
    end
    return model
end

--- Loads a model.
-- @string model name of one of ours, or the path of a Lua file
-- @string[opt] folder where a relative path begins; without it that of the main script
-- @return table: the model
-- @return string: what a part of it is called unless it is named
-- @return boolean: whether it is one of ours
function part_model.load(model, folder)
    if is_ours[model] then
        return use("parts." .. model), model, true
    elseif not find(model, "%.lua$") then
        error("model: a Lua file (NAME.lua), or " .. native.one_of(native.MODELS, model), 0)
    end
    local loaded = load_file(model, part_model.locate(model, folder))
    check(model, loaded)
    return loaded, match(model, "([^/\\]*)%.lua$"), false
end

return part_model
