--- LuatOS `wdt`: the watchdog of a chip beside the module. LuatOS-Air's own has nothing in it: the soft dog of `rtos`
-- does this work.
return {}
