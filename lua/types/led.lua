---@meta
-- Written by luatos for editors; do not edit.

---Light patterns.
---
---用 LED 做闪烁和呼吸灯效果。
---@class led
led = {}

---One blink.
---
---闪烁一次。
---@param pin fun(level?: integer): integer what `pins.setup` returned
---@param light number ms on
---@param dark number ms off
function led.blinkPwm(pin, light, dark) end

---One breath: grows brighter for about 300 ms, then shines for 700 ms.
---
---呼吸灯效果一次。
---@param pin fun(level?: integer): integer what `pins.setup` returned
function led.breateLed(pin) end

---Blinks several times. Does nothing if an argument is missing.
---
---连续闪烁若干次，然后熄灭一段时间。
---@param pin fun(level?: integer): integer what `pins.setup` returned
---@param light number ms on
---@param dark number ms off
---@param count number blinks
---@param gap number ms of darkness after them
function led.levelLed(pin, light, dark, count, gap) end

return led
