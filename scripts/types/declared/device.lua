---The door to the simulated device: what happens to it from outside, and what it does. A global in scenarios and at the
---prompt of `--console`; `require("luatos").device` elsewhere. The device itself has no such table.
---@class device
device = {}

---@class device.Network
---@field latency? number ms, each way
---@field jitter? number ms, each way
---@field rate? number bytes a second, each way
---@field loss? number share of the packets, 0 to 1
---@field dns? boolean whether a name server answers
---@field up? boolean coverage

---@class device.Card
---@field number? string
---@field iccid? string
---@field imsi? string
---@field pin? string
---@field puk? string

---@alias device.Change
---| "sms" to, text: a text message was sent
---| "sms_read" from, text, part, parts: a message that has come was read
---| "call" number: the script dials
---| "answer" number
---| "hang_up" number
---| "dtmf" keys, number
---| "missed" number, why
---| "pin" pin, level, "input", "output" or "interrupt"
---| "led" pin, ms on, ms off: it blinks; or pin, and whether it is on
---| "picture" display, count: it shows a new picture
---| "uart" id, bytes
---| "at" line, "sent" or "received"
---| "publish" id, values: of `sys.publish`
---| "audio" what, detail, about: a table of what begins, with `kind`, `format`, `seconds`, `volume` and `loop`
---| "log" line, "stdout" or "stderr"
---| "lcd" what, text
---| "power" what, detail
---| "i2c" bus, address, bytes or count
---| "spi" bus, bytes
---| "pwm" channel, signal
---| "socket" id, text
---| "ws" text
---| "net" text
---| "clock"
---| "fota"
---| "bluetooth"
---| "wifi"
---| "adc"

---A text message arrives.
---@param from string a telephone number, or a name of up to 11 characters
---@param text string UTF-8, as long as you like
---@param time? number when it was sent, seconds since 1970 (UTC); now without it
function device.sms(from, text, time) end

---Somebody calls.
---@param number? string nil: theirs is withheld
function device.call(number) end

---Who the script is calling answers.
function device.pick_up() end

---The other side of the newest call hangs up, or does not want the call.
function device.hang_up() end

---The other side of the call presses keys.
---@param keys string `0` to `9`, `*`, `#`, `A` to `D`
function device.dtmf(keys) end

---Coverage comes or goes, or the network becomes as good as a table says; what that does not name is as in a network
---that one does not notice.
---@param state boolean|device.Network
function device.network(state) end

---Breaks every open connection; the network stays.
function device.reset_connections() end

---The strength of the signal changes.
---@param strength number 0 to 31, or 99 for none
function device.signal(strength) end

---The card is taken out (false), put in (true), or another one is put in.
---@param state boolean|device.Card
---@param slot? number 0 or 1; default 0
function device.sim(state, slot) end

---The network tells its time.
---@param time number seconds since 1970 (UTC)
function device.clock(time) end

---Presses a key: the power key, the button of a headset, or one of the matrix.
---@param name "POWERKEY"|"HEADSET" for the matrix the row, 0 to 255
---@param ms? number until it is released; default 100
---@overload fun(row: number, column: number, ms?: number)
function device.press(name, ms) end

---A level at an input; a pin with an interrupt fires it if the level is new.
---@param pin number such as `pio.P0_10`
---@param level 0|1|boolean
function device.input(pin, level) end

---The voltage at an analogue input.
---@param channel number
---@param millivolts number
function device.adc(channel, millivolts) end

---The voltage of the battery.
---@param millivolts number
function device.battery(millivolts) end

---A charger is connected or taken away.
---@param is_connected boolean
function device.charger(is_connected) end

---The temperature.
---@param celsius number -60 to 150
function device.temperature(celsius) end

---The microphone hears a sound file; each recording hears it from its beginning.
---@param path? string of a WAV or MP3 on this computer; nil: a silent room
function device.microphone(path) end

---A headset is plugged in, or pulled out.
---@param is_plugged boolean
---@param poles? 3|4 4, the default: with a microphone and a button; 3: head phones
function device.headset(is_plugged, poles) end

---What sounds now, or has sounded last, as it was given.
---@return string|nil bytes nil where nothing has sounded, and for speech
---@return string|nil type "audio/wav", "audio/mpeg", "audio/amr", "audio/amr-wb" or "audio/x-speex"
function device.sound() end

---The access points (WLAN) that are around.
---@param strengths table<string, integer> dBm by address, such as `{ ["01:23:45:67:89:ab"] = -60 }`
function device.wifi(strengths) end

---The other end of a serial port.
---@param id number 1 to 3, or `uart.USB`
---@return device.End
function device.uart(id) end

---@class device.End
local End = {}

---Sends bytes to the script.
---@param bytes string
function End:write(bytes) end

---Returns what the script has sent since the last call; waits for something if there is nothing.
---@param ms? number time limit, default 1000; 0 does not wait
---@return string bytes "" if nothing came in time
function End:read(ms) end

---Attaches a model to an address of an I2C bus.
---@param bus number 0 to 3
---@param address number 7 bits
---@param model? fun(written: string, count: integer): string|nil called for each transfer with the bytes that the script sends and how many it then reads; nil: nobody acknowledges. nil removes the model
function device.i2c(bus, address, model) end

---Attaches a model to an SPI bus.
---@param bus number 0 or 1
---@param model? fun(written: string): string|nil called for each transfer; returns what comes back. nil removes the model
function device.spi(bus, model) end

---Attaches a part, such as a sensor.
---@param model string name of a model, such as "am2320", or path of a Lua file
---@param settings? table<string, string|number|boolean> of the model, such as `bus` and `address`; `name`; what values are at the start
---@return string name by which it is known
function device.part(model, settings) end

---Moves a value of a part, as a slider does.
---@param part string its name
---@param value string name of the value, such as "temperature"
---@param to number|string what it becomes, within its bounds or one of its choices
function device.set(part, value, to) end

---Takes a part away.
---@param part string its name
function device.remove(part) end

---A finger touches a display that has a touch panel, and leaves it after a time.
---@param display string its name, such as "lcd"
---@param x number pixels from the left
---@param y number pixels from the top
---@param ms? number until it leaves, default 100
---@overload fun(x: number, y: number, ms?: number)
function device.touch(display, x, y, ms) end

---Answers a command in the modem's place.
---@param command string as it is sent
---@param answer? string|fun(command: string): string|nil all lines with the result, such as "+CSQ: 10,0\r\nOK"; nil: the modem answers again
function device.at(command, answer) end

---The modem says a line unasked.
---@param line string
function device.urc(line) end

---Calls back, in a task of its own, whenever the device does something.
---@param name device.Change
---@param callback fun(...: any) gets what there is to say about it
---@return fun() stop ends this
function device.on(name, callback) end

---Waits until the device does something from now on.
---@param name device.Change
---@param ms? number time limit; without one it waits indefinitely
---@param accepts? fun(...: any): any the wait goes on unless it returns a true value
---@return any ... what `device.on` would be called with; nothing when the time is up
function device.wait(name, ms, accepts) end

---The camera sees a picture, or is taken away.
---@param path? string a PNG, JPEG or BMP file of this computer; nil: there is no camera
function device.camera(path) end

---What a display shows now, as a picture.
---@param name? string "lcd" for that of `disp`, or a part's; nil: "lcd", or the first that there is
---@return string|nil file the bytes of a PNG file; nil if there is no such display
function device.picture(name) end

---Reads, writes or removes a file of the device.
---@param path string on the device, such as "/nvm_para.lua"
---@param content? string|false the file's bytes from now on; false: it is removed; nil: it is read
---@return string|nil content what is in it; nil if there is none, and when it is written or removed
function device.file(path, content) end

---The whole device as it is now.
---@return device.State
function device.state() end

---@class device.Value
---@field name string
---@field value number|string
---@field unit? string
---@field min? number
---@field max? number
---@field step? number
---@field choices? string[]|number[] what it can be, where it is none of a range

---@class device.State
---@field pins table<integer, { use: string, level: 0|1 }> by number
---@field leds table<integer, { on: number, off: number }> pins that blink, by number; ms
---@field network { up: boolean, registered: boolean, signal: integer, operator: string, latency: number, jitter: number, rate?: integer, loss: number, dns: boolean }
---@field adc table<integer, integer> mV, by channel
---@field names table<integer, string> what `luatos.toml` calls the pins, by number
---@field keys table<string, string> what it calls keys, by "ROW,COLUMN"
---@field run { project?: string, version?: string, time: number, memory: integer, tasks: integer, timers: integer, is_simulated: boolean } `PROJECT` and `VERSION`, s, KiB, and how many wait
---@field sim { inserted: boolean, locked: boolean, slot: integer, number: string, iccid: string, imsi: string }
---@field messages { sent: { to: string, text: string }[], stored: { place: integer, from: string, text: string, is_read: boolean }[], waiting: integer }
---@field calls { id: integer, number: string, incoming: boolean, state: string }[]
---@field audio { playing: any, recording: any }
---@field displays { name: string, width: integer, height: integer, bits: integer, count: integer, asleep: boolean, touch: boolean }[]
---@field parts { name: string, model: string, place: string, screen: boolean, values: device.Value[] }[]
---@field power { battery: integer, charger: boolean }
---@field files { path: string, size: integer }[]
---@field restarts integer
