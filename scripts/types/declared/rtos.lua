---The operating system: messages, timers, power, clock, files, updates. Scripts use the module `sys` for most of it.
---@class rtos
rtos = {}

---Waits for the next message. When none can ever come, or the run is ended from outside, the run ends here.
---@param timeout number ms, or `rtos.INF_TIMEOUT`
---@return integer|table message its id, or a table with the field `id`; `rtos.WAIT_MSG_TIMEOUT` when the time is up
---@return any parameter of a message that is a number
function rtos.receive(timeout) end

---Sets what handles a message; it replaces the one before.
---@param id number `rtos.MSG_*`
---@param handler? fun(message: any, ...: any) called with the second value of `rtos.receive`, or with the message's table; nil for none
function rtos.on(id, handler) end

---Starts a timer; `rtos.MSG_TIMER` with its id follows. One with the same id is replaced.
---@param id number
---@param ms number
---@return 1
function rtos.timer_start(id, ms) end

---Stops a timer.
---@param id number also one that does not run
---@return 1
function rtos.timer_stop(id) end

---Waits without running the loop: no task and no callback runs meanwhile. In a task there is `sys.wait`.
---@param ms number
function rtos.sleep(ms) end

---@return integer ticks since the start, 5 ms each
function rtos.tick() end

---@return integer reason of the start, `rtos.POWERON_*`
function rtos.poweron_reason() end

---Turns the GSM stack on, after a start by the charger; 0 turns the device off again.
---@param flag number 0 or 1
function rtos.poweron(flag) end

---Turns the device off: ends the program.
---@param kind? number 1: with charging; default 0
function rtos.poweroff(kind) end

---Restarts the script, with the reason `rtos.POWERON_RESTART`.
function rtos.restart() end

---@return string version of the firmware, such as "Luat_V3102_RDA8910_BT_TTS_FLOAT"
function rtos.get_version() end

---@return string name of the hardware: "Air724UG"
function rtos.get_hardware() end

---@return string time at which the firmware was built, such as "Jan 31 2026 12:00:00"
function rtos.get_build_time() end

---Turns the trace port, and with it `print`, on or off.
---@param on number 0 or 1
---@return 1
function rtos.set_trace(on) end

---Has a module send its messages.
---@param module number `rtos.MOD_KEYPAD`, `MOD_ALARM` or `MOD_TP`
---@param ... number of the keypad: type, mask of the inputs, mask of the outputs
---@return 1
function rtos.init_module(module, ...) end

---@return 0|1 pressed whether a key of the matrix is pressed
function rtos.keypad_state() end

---Sets the device's clock; the computer's own is not changed.
---@param year number local time; or seconds since 1970 (UTC), alone
---@param month? number
---@param day? number
---@param hour? number
---@param min? number
---@param sec? number
function rtos.set_time(year, month, day, hour, min, sec) end

---Sets the alarm; `rtos.MSG_ALARM` follows if `rtos.init_module(rtos.MOD_ALARM)` was called. A time in the past gives none.
---@param on number 0 or 1; 0: no alarm any more
---@param year number local time
---@param month number
---@param day number
---@param hour number
---@param min number
---@param sec number
function rtos.set_alarm(on, year, month, day, hour, min, sec) end

---Starts the software watchdog: unless `rtos.eatSoftDog` is called within that time, the device restarts with the reason
---`rtos.POWERON_WATCHDOG`.
---@param ms number
---@return true
function rtos.openSoftDog(ms) end

---Feeds the software watchdog.
function rtos.eatSoftDog() end

---Ends the software watchdog.
function rtos.closeSoftDog() end

---Makes a folder; one that is there counts as made.
---@param path string
---@return boolean made
function rtos.make_dir(path) end

---Removes a folder with all that is in it.
---@param path string
---@return boolean removed
function rtos.remove_dir(path) end

---Renames a folder.
---@param from string
---@param to string
---@return 0|-1
function rtos.rename_dir(from, to) end

---Asks for the free space.
---@param device? number 0 the flash, 1 the memory card, 2 the USB disk, 3 and 4 another flash; default 0
---@param unit? number 1: KiB; default 0, bytes
---@return integer size 0 for what is not mounted
function rtos.get_fs_free_size(device, unit) end

---Asks for the whole space.
---@param device? number 0 the flash, 1 the memory card, 2 the USB disk, 3 and 4 another flash; default 0
---@param unit? number 1: KiB; default 0, bytes
---@return integer size 0 for what is not mounted
function rtos.get_fs_total_size(device, unit) end

---Begins an update of the firmware.
---@return integer 0, or -94 if its file cannot be written
function rtos.fota_start() end

---Adds a piece of the update.
---@param data string
---@param total number bytes of the whole
---@return integer 0; -96 if there is more than `total`; -94 without `rtos.fota_start`, or if the flash is full
function rtos.fota_process(data, total) end

---Ends the update. Here it is kept and not installed.
---@return integer 0; -96 if something is missing; -94 without `rtos.fota_start`
function rtos.fota_end() end

---Makes the 8 bytes of an integer.
---@param digits string decimal
---@param order? "big" high byte first; by default the low one is
---@return string bytes
function rtos.toint64(digits, order) end

---Makes a number of hexadecimal digits.
---@param digits string
---@return integer
function rtos.hextodec(digits) end

---@return integer per cent of the memory for variables that are in use
function rtos.get_env_usage() end

---@return string text of the last crash, "" if there was none
function rtos.get_fatal_info() end

---Removes the text of the last crash.
---@return true
function rtos.remove_fatal_info() end

---Says that the script has seen, at the switch of a slot, that the card comes or goes.
---@param slot number 1 or 2
---@param is_there number 0 or 1
function rtos.notify_sim_detect(slot, is_there) end

---Sets a text about the script, for tools.
---@param text string
function rtos.set_lua_info(text) end

---Gives out the clock of 32 kHz at a pin.
---@param flag number 0 or 1
function rtos.sys32k_clk_out(flag) end
