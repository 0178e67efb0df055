--- A lamp at the PWM gets brighter and darker.
local last, rises, falls = nil, 0, 0
device.on("pwm", function(_, signal)
    local high = signal and tonumber(signal:match "(%d+)%D*$")
    if high and last then
        rises, falls = rises + (high > last and 1 or 0), falls + (high < last and 1 or 0)
    end
    last = high
end)
for _ = 1, 300 do
    sys.wait(50)
    if rises > 50 and falls > 50 then
        return
    end
end
error(("brighter %d times, darker %d times"):format(rises, falls))
