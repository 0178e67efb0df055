--- The outside of the simulated board: each function is something that befalls it. `require "luatos"` comes first.
--
-- `input(pin, level)`, `key(row, column, is_pressed)`, `analog(channel, millivolts)`, `uart(id, bytes)`,
-- `battery(millivolts)`, `charger(is_connected)`, `network(has_coverage)`, `sim(is_there)`; levels and states are
-- booleans.
return debug.getregistry()["luatos.use"] "native.board"
