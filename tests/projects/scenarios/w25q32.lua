--- A W25Q32 at the SPI: pages can be written where sectors have been erased.
local SECTOR, PAGE = 4096, 256

--- Its sectors that are not erased, by their number.
local sectors = {}

local function address_of(written)
    local high, middle, low = written:byte(2, 4)
    return (high * 256 + middle) * 256 + low
end

local function sector_of(address)
    return sectors[math.floor(address / SECTOR)] or ("\xff"):rep(SECTOR)
end

local function read(address, count)
    local parts = {}
    while count > 0 do
        local from = address % SECTOR
        local part = sector_of(address):sub(from + 1, from + count)
        parts[#parts + 1] = part
        address, count = address + #part, count - #part
    end
    return table.concat(parts)
end

--- Bits can only go from 1 to 0, and no byte beyond the page.
local function write(address, data)
    assert(address % PAGE + #data <= PAGE, "a write goes beyond its page")
    local old, bytes = read(address, #data), {}
    for index = 1, #data do
        bytes[index] = string.char(bit.band(old:byte(index), data:byte(index)))
    end
    local from, sector = address % SECTOR, sector_of(address)
    sectors[math.floor(address / SECTOR)] = sector:sub(1, from) .. table.concat(bytes) .. sector:sub(from + #data + 1)
end

local is_writable = false

--- What it does with each command; returns what it sends.
local COMMANDS = {
    [0x90] = function() return "\xff\xff\xff\xff\xef\x15" end,
    [0x05] = function() return "\xff\0" end,
    [0x06] = function() is_writable = true return "" end,
    [0x03] = function(written) return ("\xff"):rep(4) .. read(address_of(written), #written - 4) end,
    [0x20] = function(written)
        assert(is_writable, "it is erased while it is not writable")
        sectors[math.floor(address_of(written) / SECTOR)], is_writable = nil, false
        return ""
    end,
    [0x02] = function(written)
        assert(is_writable, "it is written while it is not writable")
        write(address_of(written), written:sub(5))
        is_writable = false
        return ""
    end,
}

device.spi(0, function(written)
    local command = COMMANDS[written:byte()]
    return command and command(written)
end)
sys.wait(3600000)
