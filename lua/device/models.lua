--- Models of what is attached to I2C and SPI, and the natives' questions to them. `device.i2c` and `device.spi` of
-- `buses.lua` attach functions, `device.part` of `parts.lua` attaches parts.
local use = ...
local guard = use "device.guard"
local selected = use("native.parts").selected
local show = use("runtime.text").show

local ipairs, next, type, format, floor = ipairs, next, type, string.format, math.floor
local remove = table.remove

local models = {}

--- What is attached to I2C, by bus and address in one number. An entry has `answer`, the function, and of a part
-- `part`, its name.
local on_i2c = {}

--- The lists of what is attached to SPI, by bus. An entry may also have `cs`, the pin that selects it.
local on_spi = {}

local function i2c_key(bus, address)
    return bus * 128 + address
end

--- Attaches a model to an address of an I2C bus.
-- @number bus
-- @number address
-- @tab entry `answer`, called as for `device.i2c`, and `part`, the name of the part that it belongs to, if any; nil
-- removes what is there
function models.attach_to_i2c(bus, address, entry)
    on_i2c[i2c_key(bus, address)] = entry
end

--- The part at an address of an I2C bus.
-- @return string|nil: its name
function models.part_on_i2c(bus, address)
    local entry = on_i2c[i2c_key(bus, address)]
    return entry and entry.part
end

--- Attaches a model to an SPI bus.
-- @number bus
-- @tab entry `answer`, called as for `device.spi`; `part`; `cs`, the number of the pin that selects it while it is low
function models.attach_to_spi(bus, entry)
    local list = on_spi[bus] or {}
    list[#list + 1] = entry
    on_spi[bus] = list
end

--- The part on an SPI bus that is selected by a pin, or by none.
-- @number bus
-- @number[opt] cs
-- @return string|nil: its name
function models.part_on_spi(bus, cs)
    for _, entry in ipairs(on_spi[bus] or {}) do
        if entry.part and entry.cs == cs then
            return entry.part
        end
    end
end

--- Takes the function of `device.spi` away from a bus.
function models.clear_spi(bus)
    local list = on_spi[bus] or {}
    for index = #list, 1, -1 do
        if not list[index].part then
            remove(list, index)
        end
    end
end

--- Takes a part away from all buses.
-- @string name
function models.detach(name)
    for key, entry in next, on_i2c do
        if entry.part == name then
            on_i2c[key] = nil
        end
    end
    for _, list in next, on_spi do
        for index = #list, 1, -1 do
            if list[index].part == name then
                remove(list, index)
            end
        end
    end
end

--- Asks a model.
-- @return its bytes, or nil
local function ask(what, entry, ...)
    what = entry.part and "part " .. entry.part or what
    local ok, answer = guard.call(what, entry.answer, ...)
    if not ok or answer == nil then
        return nil
    elseif type(answer) ~= "string" then
        return guard.report(what, "the model has to return a string or nil, got " .. show(answer))
    end
    return answer
end

--- What a transfer on I2C brings.
-- @return bytes; nil if nobody acknowledges
function models.ask_i2c(bus, address, written, count)
    local entry = on_i2c[i2c_key(bus, address)]
    return entry and ask(format("i2c %d, address 0x%02x", bus, address), entry, written, count)
end

--- What a transfer on SPI brings: the answer of whoever is selected.
-- @return bytes; nil if nobody drives the line
function models.ask_spi(bus, written)
    local answer
    for _, entry in ipairs(on_spi[bus] or {}) do
        local is_selected, is_new = true, true
        if entry.cs then
            is_selected, is_new = selected(entry.cs)
        end
        if is_selected then
            if not entry.part then
                -- A function of `device.spi` is called with the bytes alone.
                is_new = nil
            end
            answer = ask("spi " .. bus, entry, written, is_new) or answer
        end
    end
    return answer
end

--- Whether any model is attached to a bus.
-- @string kind `i2c` or `spi`
function models.is_on(kind, bus)
    if kind == "spi" then
        return on_spi[bus] ~= nil and #on_spi[bus] > 0
    end
    for key in next, on_i2c do
        if floor(key / 128) == bus then
            return true
        end
    end
    return false
end

return models
