---Serial ports.
---@class uart
uart = {}

---The port of the AT commands.
uart.ATC = 127
---The USB port.
uart.USB = 129
---No parity.
uart.PAR_NONE = 2
---Even parity.
uart.PAR_EVEN = 0
---Odd parity.
uart.PAR_ODD = 1
---One stop bit.
uart.STOP_1 = 0
---One and a half stop bits.
uart.STOP_1_5 = 1
---Two stop bits.
uart.STOP_2 = 2

---Opens a port. Another port than those is an error.
---@param id number 1 to 3, `uart.ATC` or `uart.USB`
---@param baud number baud rate, such as 115200
---@param data_bits number 7 or 8
---@param parity number `uart.PAR_NONE`, `PAR_EVEN` or `PAR_ODD`
---@param stop_bits number `uart.STOP_1` or `uart.STOP_2`
---@param polled? number 1: no message announces bytes; default 0
---@param reports_sent? number 1: each `uart.write` is followed by "sent"; default 0
---@param flow? number `uart.FLOW_RTS`, `FLOW_CTS`
---@return integer baud
function uart.setup(id, baud, data_bits, parity, stop_bits, polled, reports_sent, flow) end

---Sends.
---@param id number
---@param ... string|number bytes as strings, or single ones as numbers
---@return integer accepted bytes
function uart.write(id, ...) end

---Reads what has come; it does not wait.
---@param id number
---@param format "*l"|"*s"|number "*l": up to and including a line feed, else all; "*s": up to white space; a number: at most so many bytes, 0 for all; "*n": an integer, 0 if there is none
---@param timeout? number means nothing, as on the device
---@return string data "" if there is nothing
---@overload fun(id: number, format: "*n", timeout?: number): integer
function uart.read(id, format, timeout) end

---Reads one byte.
---@param id number
---@param timeout? number means nothing, as on the device
---@return string byte "" if there is nothing
function uart.getchar(id, timeout) end

---Closes a port.
---@param id number
---@return 1
function uart.close(id) end

---Sets the pin that switches the direction of RS-485.
---@param id number
---@param pin number
---@param level? number 0 or 1; level while sending; default 1
---@param delay? number
---@return 1
function uart.set_rs485_oe(id, pin, level, delay) end
