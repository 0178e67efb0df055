--- A headset with four poles is plugged in and pulled out, then head phones.
for _, poles in ipairs { 4, 3 } do
    device.headset(true, poles)
    sys.wait(500)
    device.headset(false)
    sys.wait(500)
end
sys.wait(3600000)
