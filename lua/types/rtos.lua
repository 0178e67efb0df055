---@meta
-- Written by luatos for editors; do not edit.

---The operating system: messages, timers, power, clock, files, updates. Scripts use the module `sys` for most of it.
---
---系统底层：消息、定时器、开关机、时钟、文件夹、远程升级。
---@class rtos
rtos = {}

---Waits for the next message. When none can ever come, or the run is ended from outside, the run ends here.
---
---等待下一条底层消息。
---@param timeout number ms, or `rtos.INF_TIMEOUT`
---@return integer|table message its id, or a table with the field `id`; `rtos.WAIT_MSG_TIMEOUT` when the time is up
---@return any parameter of a message that is a number
function rtos.receive(timeout) end

---Sets what handles a message; it replaces the one before.
---
---注册底层消息的处理函数。
---@param id number `rtos.MSG_*`
---@param handler? fun(message: any, ...: any) called with the second value of `rtos.receive`, or with the message's table; nil for none
function rtos.on(id, handler) end

---Starts a timer; `rtos.MSG_TIMER` with its id follows. One with the same id is replaced.
---
---启动一个底层定时器。
---@param id number
---@param ms number
---@return 1
function rtos.timer_start(id, ms) end

---Stops a timer.
---
---停止一个底层定时器。
---@param id number also one that does not run
---@return 1
function rtos.timer_stop(id) end

---Waits without running the loop: no task and no callback runs meanwhile. In a task there is `sys.wait`.
---
---阻塞延时，期间不运行任何任务和回调；任务中请用 sys.wait。
---@param ms number
function rtos.sleep(ms) end

---开机以来的节拍数，每个 5 毫秒。
---@return integer ticks since the start, 5 ms each
function rtos.tick() end

---查询开机原因，取值为 rtos.POWERON_*。
---@return integer reason of the start, `rtos.POWERON_*`
function rtos.poweron_reason() end

---Turns the GSM stack on, after a start by the charger; 0 turns the device off again.
---
---充电开机后启动 GSM 协议栈，或重新关机。
---@param flag number 0 or 1
function rtos.poweron(flag) end

---Turns the device off: ends the program.
---
---关机。
---@param kind? number 1: with charging; default 0
function rtos.poweroff(kind) end

---Restarts the script, with the reason `rtos.POWERON_RESTART`.
---
---重启。
function rtos.restart() end

---查询固件版本。
---@return string version of the firmware, such as "Luat_V3102_RDA8910_BT_TTS_FLOAT"
function rtos.get_version() end

---查询硬件型号。
---@return string name of the hardware: "Air724UG"
function rtos.get_hardware() end

---查询固件编译时间。
---@return string time at which the firmware was built, such as "Jan 31 2026 12:00:00"
function rtos.get_build_time() end

---Turns the trace port, and with it `print`, on or off.
---
---打开或关闭 trace 口输出，print 也随之开关。
---@param on number 0 or 1
---@return 1
function rtos.set_trace(on) end

---Has a module send its messages.
---
---初始化矩阵键盘、闹钟或触摸屏，使其上报消息。
---@param module number `rtos.MOD_KEYPAD`, `MOD_ALARM` or `MOD_TP`
---@param ... number of the keypad: type, mask of the inputs, mask of the outputs
---@return 1
function rtos.init_module(module, ...) end

---矩阵键盘是否有键按下。
---@return 0|1 pressed whether a key of the matrix is pressed
function rtos.keypad_state() end

---Sets the device's clock; the computer's own is not changed.
---
---设置设备时钟，不影响电脑的时钟。
---@param year number local time; or seconds since 1970 (UTC), alone
---@param month? number
---@param day? number
---@param hour? number
---@param min? number
---@param sec? number
function rtos.set_time(year, month, day, hour, min, sec) end

---Sets the alarm; `rtos.MSG_ALARM` follows if `rtos.init_module(rtos.MOD_ALARM)` was called. A time in the past gives none.
---
---设置闹钟。
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
---
---打开软件看门狗，超时未喂狗则重启。
---@param ms number
---@return true
function rtos.openSoftDog(ms) end

---Feeds the software watchdog.
---
---喂软件看门狗。
function rtos.eatSoftDog() end

---Ends the software watchdog.
---
---关闭软件看门狗。
function rtos.closeSoftDog() end

---Makes a folder; one that is there counts as made.
---
---创建文件夹，已存在也算成功。
---@param path string
---@return boolean made
function rtos.make_dir(path) end

---Removes a folder with all that is in it.
---
---删除文件夹及其中所有内容。
---@param path string
---@return boolean removed
function rtos.remove_dir(path) end

---Renames a folder.
---
---重命名文件夹。
---@param from string
---@param to string
---@return 0|-1
function rtos.rename_dir(from, to) end

---Asks for the free space.
---
---查询存储器的剩余空间。
---@param device? number 0 the flash, 1 the memory card, 2 the USB disk, 3 and 4 another flash; default 0
---@param unit? number 1: KiB; default 0, bytes
---@return integer size 0 for what is not mounted
function rtos.get_fs_free_size(device, unit) end

---Asks for the whole space.
---
---查询存储器的总空间。
---@param device? number 0 the flash, 1 the memory card, 2 the USB disk, 3 and 4 another flash; default 0
---@param unit? number 1: KiB; default 0, bytes
---@return integer size 0 for what is not mounted
function rtos.get_fs_total_size(device, unit) end

---Begins an update of the firmware.
---
---开始写入固件升级包。
---@return integer 0, or -94 if its file cannot be written
function rtos.fota_start() end

---Adds a piece of the update.
---
---写入一段固件升级数据。
---@param data string
---@param total number bytes of the whole
---@return integer 0; -96 if there is more than `total`; -94 without `rtos.fota_start`, or if the flash is full
function rtos.fota_process(data, total) end

---Ends the update. Here it is kept and not installed.
---
---结束固件升级包的写入并检查是否完整。
---@return integer 0; -96 if something is missing; -94 without `rtos.fota_start`
function rtos.fota_end() end

---Makes the 8 bytes of an integer.
---
---把十进制文本转换成 8 字节整数。
---@param digits string decimal
---@param order? "big" high byte first; by default the low one is
---@return string bytes
function rtos.toint64(digits, order) end

---Makes a number of hexadecimal digits.
---
---把十六进制文本转换成整数。
---@param digits string
---@return integer
function rtos.hextodec(digits) end

---查询变量内存的使用率（百分比）。
---@return integer per cent of the memory for variables that are in use
function rtos.get_env_usage() end

---查询上次死机的信息。
---@return string text of the last crash, "" if there was none
function rtos.get_fatal_info() end

---Removes the text of the last crash.
---
---清除上次死机的信息。
---@return true
function rtos.remove_fatal_info() end

---Says that the script has seen, at the switch of a slot, that the card comes or goes.
---
---通知底层：卡槽的检测开关显示 SIM 卡插入或拔出。
---@param slot number 1 or 2
---@param is_there number 0 or 1
function rtos.notify_sim_detect(slot, is_there) end

---Sets a text about the script, for tools.
---
---设置供工具查看的脚本信息。
---@param text string
function rtos.set_lua_info(text) end

---Gives out the clock of 32 kHz at a pin.
---
---在引脚上输出 32K 时钟。
---@param flag number 0 or 1
function rtos.sys32k_clk_out(flag) end

---`rtos.receive` without a time limit.
rtos.INF_TIMEOUT = 4294967295
---`rtos.init_module`: the alarm.
rtos.MOD_ALARM = 1
---`rtos.init_module`: the key matrix.
rtos.MOD_KEYPAD = 0
---`rtos.init_module`: the touch screen.
rtos.MOD_TP = 2
---The alarm of `rtos.set_alarm`, without a parameter.
rtos.MSG_ALARM = 15
---The end of a sound.
rtos.MSG_AUDIO = 11
---Bluetooth.
rtos.MSG_BLUETOOTH = 41
---Something is asked of the device by `--board`.
rtos.MSG_BOARD = 517
---Requests of the console (ours).
rtos.MSG_CONSOLE = 514
---Changes of the device for those who listen to them (ours).
rtos.MSG_DEVICE = 513
---The soft dog has bitten, and the program cannot restart the script: the period in ms.
rtos.MSG_DOG = 516
---A headset was plugged in or out, or its key used.
rtos.MSG_HEADSET = 42
---An edge at a pin: `int_id`, `int_resnum`.
rtos.MSG_INT = 9
---A key of the matrix: `key_matrix_row`, `key_matrix_col`, `pressed`.
rtos.MSG_KEYPAD = 8
---A data connection is up.
rtos.MSG_PDP_ACT_CNF = 28
---A data connection is down, as asked for.
rtos.MSG_PDP_DEACT_CNF = 29
---A data connection is down.
rtos.MSG_PDP_DEACT_IND = 30
---Something has happened to a server of a test, or one of its connections.
rtos.MSG_PEERS = 515
---Battery and charger: `present`, `voltage`, `level`, `charger`, `state`.
rtos.MSG_PMD = 10
---The end of a recording.
rtos.MSG_RECORD = 13
---A stream was opened or closed.
rtos.MSG_RTMP = 43
---A SIM has come (1) or gone (0).
rtos.MSG_SIM_INSERT_IND = 27
---A socket is closed, as asked for.
rtos.MSG_SOCK_CLOSE_CNF = 33
---The peer has closed a socket.
rtos.MSG_SOCK_CLOSE_IND = 36
---A socket is connected, or could not be.
rtos.MSG_SOCK_CONN_CNF = 34
---A socket has received.
rtos.MSG_SOCK_RECV_IND = 31
---A socket has sent.
rtos.MSG_SOCK_SEND_CNF = 32
---A socket can send.
rtos.MSG_SOCK_SEND_IND = 35
---A part of a recording.
rtos.MSG_STREAM_RECORD = 14
---An expired timer; its id follows.
rtos.MSG_TIMER = 5
---Touch screen.
rtos.MSG_TP = 1
---A text could not be spoken.
rtos.MSG_TTSPLY_ERROR = 38
---The end of a spoken text.
rtos.MSG_TTSPLY_STATUS = 37
---Bytes have come in at a uart, whose id follows.
rtos.MSG_UART_RXDATA = 6
---A uart, whose id follows, has sent all.
rtos.MSG_UART_TX_DONE = 7
---A sensor of wearables.
rtos.MSG_WEAR_STATUS = 12
---WebSocket objects (ours): above all ids of the device.
rtos.MSG_WEBSOCKET = 512
---The end of a scan for access points.
rtos.MSG_WIFI = 40
---A bar code was read.
rtos.MSG_ZBAR = 39
---Started by the alarm.
rtos.POWERON_ALARM = 2
---Started by the charger.
rtos.POWERON_CHARGER = 1
---Started after a crash.
rtos.POWERON_EXCEPTION = 6
---Started by a tool on a computer.
rtos.POWERON_HOST = 7
---Started by the power key.
rtos.POWERON_KEY = 0
---Started for another reason.
rtos.POWERON_OTHER = 4
---Started by `rtos.restart`.
rtos.POWERON_RESTART = 3
---Started for a reason that nobody knows.
rtos.POWERON_UNKNOWN = 5
---Started by the watchdog.
rtos.POWERON_WATCHDOG = 8
---What `rtos.receive` returns when its time is up.
rtos.WAIT_MSG_TIMEOUT = 4

return rtos
