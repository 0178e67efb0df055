--- The outside of the simulated board: each function is something that happens to it. `require "luatos"` comes first.
--
-- `input(pin, level)`, `key(row, column, is_pressed)`, `analog(channel, millivolts)`, `uart(id, bytes)`,
-- `battery(millivolts)`, `charger(is_connected)`, `network(has_coverage)`, `sim(state [, slot])`; levels and states are
-- booleans. `sms(from, text [, time])`, `pdu(octets)`: a message comes; `call([from])`, `hang_up()`, `pick_up()`,
-- `dtmf(keys)`: somebody calls, and what the other side of a call does.
return debug.getregistry()["luatos.use"] "native.device"
