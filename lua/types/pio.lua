---@meta
-- Written by luatos for editors; do not edit.

---Pins. `P0_0` to `P2_31` are their numbers, 0 to 95.
---
---引脚编号与方向、上下拉等常量。
---@class pio
pio = {}

---引脚操作。
---@class pio.pin
pio.pin = {}

---Direction: output, at first low.
pio.OUTPUT = 0
---Direction: output, at first high.
pio.OUTPUT1 = 2
---Direction: input.
pio.INPUT = 1
---Direction: interrupt.
pio.INT = 6
---Of an interrupt: each edge is kept for `pio.pin.getval`.
pio.FIFO = 256
---Of an interrupt: edges are counted for `pio.pin.getval`.
pio.CONT = 257

---Sets the direction of pins. With `pio.FIFO` or `pio.CONT` at the end, the edges of an interrupt are kept for
---`pio.pin.getval`, and no message comes.
---
---设置引脚方向：输出、输入或中断。
---@param direction number `pio.OUTPUT`, `OUTPUT1`, `INPUT` or `INT`
---@param ... number pins
function pio.pin.setdir(direction, ...) end

---Sets the level of pins.
---
---设置引脚的输出电平。
---@param level number 0 or 1
---@param ... number pins
function pio.pin.setval(level, ...) end

---Sets pins to 1.
---
---输出高电平。
---@param ... number pins
function pio.pin.sethigh(...) end

---Sets pins to 0.
---
---输出低电平。
---@param ... number pins
function pio.pin.setlow(...) end

---Sets the pull of pins.
---
---设置引脚的上拉、下拉。
---@param pull number `pio.PULLUP`, `PULLDOWN` or `NOPULL`
---@param ... number pins
function pio.pin.setpull(pull, ...) end

---Closes pins.
---
---关闭引脚。
---@param ... number pins
function pio.pin.close(...) end

---Reads pins.
---
---读取引脚电平，或中断引脚积累的边沿。
---@param ... number pins
---@return any ... of each the level, 0 or 1; of one with `pio.FIFO` a list of tables with `edge` and `delta` (microseconds), with `pio.CONT` a table with `low`, `high` (pulses) and `duration` (microseconds), both since the last call
function pio.pin.getval(...) end

---Sets how long a level has to stay to count.
---
---设置引脚的防抖时间。
---@param ms number
function pio.pin.setdebounce(ms) end

---Has a pin switch by itself.
---
---让引脚自行输出若干个脉冲。
---@param pin number
---@param high number microseconds
---@param low number microseconds
---@param count number times
function pio.pin.pwm(pin, high, low, count) end

---Likewise, and sets the level before and after.
---
---让引脚自行输出若干个脉冲，并指定空闲电平。
---@param pin number
---@param high number microseconds
---@param low number microseconds
---@param count number times
---@param idle number 0 or 1
function pio.pin.plus(pin, high, low, count, idle) end

pio.NOPULL = 9
pio.P0_0 = 0
pio.P0_1 = 1
pio.P0_10 = 10
pio.P0_11 = 11
pio.P0_12 = 12
pio.P0_13 = 13
pio.P0_14 = 14
pio.P0_15 = 15
pio.P0_16 = 16
pio.P0_17 = 17
pio.P0_18 = 18
pio.P0_19 = 19
pio.P0_2 = 2
pio.P0_20 = 20
pio.P0_21 = 21
pio.P0_22 = 22
pio.P0_23 = 23
pio.P0_24 = 24
pio.P0_25 = 25
pio.P0_26 = 26
pio.P0_27 = 27
pio.P0_28 = 28
pio.P0_29 = 29
pio.P0_3 = 3
pio.P0_30 = 30
pio.P0_31 = 31
pio.P0_4 = 4
pio.P0_5 = 5
pio.P0_6 = 6
pio.P0_7 = 7
pio.P0_8 = 8
pio.P0_9 = 9
pio.P1_0 = 32
pio.P1_1 = 33
pio.P1_10 = 42
pio.P1_11 = 43
pio.P1_12 = 44
pio.P1_13 = 45
pio.P1_14 = 46
pio.P1_15 = 47
pio.P1_16 = 48
pio.P1_17 = 49
pio.P1_18 = 50
pio.P1_19 = 51
pio.P1_2 = 34
pio.P1_20 = 52
pio.P1_21 = 53
pio.P1_22 = 54
pio.P1_23 = 55
pio.P1_24 = 56
pio.P1_25 = 57
pio.P1_26 = 58
pio.P1_27 = 59
pio.P1_28 = 60
pio.P1_29 = 61
pio.P1_3 = 35
pio.P1_30 = 62
pio.P1_31 = 63
pio.P1_4 = 36
pio.P1_5 = 37
pio.P1_6 = 38
pio.P1_7 = 39
pio.P1_8 = 40
pio.P1_9 = 41
pio.P2_0 = 64
pio.P2_1 = 65
pio.P2_10 = 74
pio.P2_11 = 75
pio.P2_12 = 76
pio.P2_13 = 77
pio.P2_14 = 78
pio.P2_15 = 79
pio.P2_16 = 80
pio.P2_17 = 81
pio.P2_18 = 82
pio.P2_19 = 83
pio.P2_2 = 66
pio.P2_20 = 84
pio.P2_21 = 85
pio.P2_22 = 86
pio.P2_23 = 87
pio.P2_24 = 88
pio.P2_25 = 89
pio.P2_26 = 90
pio.P2_27 = 91
pio.P2_28 = 92
pio.P2_29 = 93
pio.P2_3 = 67
pio.P2_30 = 94
pio.P2_31 = 95
pio.P2_4 = 68
pio.P2_5 = 69
pio.P2_6 = 70
pio.P2_7 = 71
pio.P2_8 = 72
pio.P2_9 = 73
pio.PULLDOWN = 8
pio.PULLUP = 7

return pio
