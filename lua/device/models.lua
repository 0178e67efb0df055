--- Models of what is attached to I2C and SPI, and the natives' questions to them. `device.i2c` and `device.spi` of
-- `buses.lua` attach them.
local use = ...
local diagnostics = use "runtime.diagnostics"
local describe, show = use("runtime.text").describe, use("runtime.text").show
local traceback = use "runtime.traceback"

local create, resume, status = coroutine.create, coroutine.resume, coroutine.status
local error, next, type, format = error, next, type, string.format

local models = {}

--- The models of I2C by bus and address, in one number; those of SPI by bus.
local on_i2c, on_spi = {}, {}

--- Attaches a model to an address of an I2C bus; nil removes it.
function models.attach_to_i2c(bus, address, model)
    on_i2c[bus * 128 + address] = model
end

--- Attaches a model to an SPI bus; nil removes it.
function models.attach_to_spi(bus, model)
    on_spi[bus] = model
end

local function report(what, problem, task)
    local text = what .. ": " .. problem .. "\n" .. traceback(task)
    if diagnostics.is_interruption(text) then
        error("interrupted!", 0)
    end
    diagnostics.error("device", text)
end

--- Calls a model, in a coroutine: a wait in it must not run the script's loop.
-- @return its bytes, or nil
local function ask(what, model, ...)
    local task = create(model)
    local ok, answer = resume(task, ...)
    if not ok then
        report(what, describe(answer), task)
    elseif status(task) ~= "dead" then
        report(what, "the model waits; it has to return its bytes at once", task)
    elseif type(answer) == "string" then
        return answer
    elseif answer ~= nil then
        report(what, "the model has to return a string or nil, got " .. show(answer), task)
    end
end

--- What a transfer on I2C brings.
-- @return bytes; nil if nobody acknowledges
function models.ask_i2c(bus, address, written, count)
    local model = on_i2c[bus * 128 + address]
    return model and ask(format("i2c %d, address 0x%02x", bus, address), model, written, count)
end

--- What a transfer on SPI brings.
-- @return bytes; nil if nobody drives the line
function models.ask_spi(bus, written)
    local model = on_spi[bus]
    return model and ask("spi " .. bus, model, written)
end

--- Whether any model is attached to a bus.
-- @string kind `i2c` or `spi`
function models.is_on(kind, bus)
    if kind == "spi" then
        return on_spi[bus] ~= nil
    end
    for key in next, on_i2c do
        if math.floor(key / 128) == bus then
            return true
        end
    end
    return false
end

return models
