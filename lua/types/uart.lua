---@meta
-- Written by luatos for editors; do not edit.

---Serial ports.
---
---串口。
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
---
---打开串口，设置波特率、数据位、校验位和停止位。
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
---
---向串口发送数据。
---@param id number
---@param ... string|number bytes as strings, or single ones as numbers
---@return integer accepted bytes
function uart.write(id, ...) end

---Reads what has come; it does not wait.
---
---读取串口已收到的数据，不等待。
---@param id number
---@param format "*l"|"*s"|number "*l": up to and including a line feed, else all; "*s": up to white space; a number: at most so many bytes, 0 for all; "*n": an integer, 0 if there is none
---@param timeout? number means nothing, as on the device
---@return string data "" if there is nothing
---@overload fun(id: number, format: "*n", timeout?: number): integer
function uart.read(id, format, timeout) end

---Reads one byte.
---
---读取串口收到的一个字节。
---@param id number
---@param timeout? number means nothing, as on the device
---@return string byte "" if there is nothing
function uart.getchar(id, timeout) end

---Closes a port.
---
---关闭串口。
---@param id number
---@return 1
function uart.close(id) end

---Sets the pin that switches the direction of RS-485.
---
---设置 RS485 收发方向的控制引脚。
---@param id number
---@param pin number
---@param level? number 0 or 1; level while sending; default 1
---@param delay? number
---@return 1
function uart.set_rs485_oe(id, pin, level, delay) end

uart.FLOW_CTS = 2
uart.FLOW_RTS = 1
uart.INF_TIMEOUT = -1
uart.NO_TIMEOUT = 0

---Sets what is called on an event of a port. Of any other event a warning says that it never comes.
---
---设置串口的接收、发送完成回调。
---@param id number of the port
---@param event string "receive" or "sent"
---@param callback? fun(id: integer, count: integer) called with id and, for "receive", how many bytes there are to read; nil for none
function uart.on(id, event, callback) end

return uart
