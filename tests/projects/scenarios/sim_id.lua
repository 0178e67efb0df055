--- The demo changes to the other card, and restarts once the modem has done so.
if device.state().restarts > 0 then
    return
end
assert(device.wait("at", 20000, function(line, way) return way == "sent" and line:find "AT%+SIMCROSS=1" end))
sys.wait(3600000)
