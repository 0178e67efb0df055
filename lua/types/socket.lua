---@meta
-- Written by luatos for editors; do not edit.

---TCP, TLS and UDP by the network that `link` uses.
---
---TCP、TLS、UDP 客户端。
---@class socket
socket = {}

---@class socket.Cert
---@field caCert? string PEM file, in `/lua` where it has no folder; without it the certificate of the server is not checked
---@field clientCert? string PEM file
---@field clientKey? string PEM file
---@field clientPassword? string of the key
---@field insist? 0|1 0 refuses a certificate that is made out to another host

---@class socket.Client
---@field connected boolean
---@field id integer|nil number of the socket
---@field error string|nil why the connection has ended
local Client = {}

---Whether there is an IP address.
---
---数据网络是否就绪。
---@return boolean
function socket.isReady() end

---Logs every field of every socket that is not closed.
---
---把所有未关闭的 socket 的状态写入日志。
function socket.printStatus() end

---Sets how the modem repeats a name look-up. Here the system does that.
---
---设置域名解析的重试参数。
---@param retryCnt? number 1 to 8; default 4
---@param retryTimeoutMulti? number factor of the times between, 1 to 5; default 4
function socket.setDnsParsePara(retryCnt, retryTimeoutMulti) end

---Sets how soon the modem may sleep after data.
---
---设置收发数据后多久允许模组休眠。
---@param tm number seconds, 1 to 20
function socket.setLowPower(tm) end

---Sets how the modem repeats what is not acknowledged. Here the system does that.
---
---设置 TCP 重传次数与最长间隔。
---@param retryCnt? number 0 to 12; default 4
---@param retryMaxTimeout? number longest time between two, in seconds, 1 to 16; default 16
function socket.setTcpResendPara(retryCnt, retryMaxTimeout) end

---Makes a TCP socket, for the task that calls this. See `lua/sockets` for its methods: `connect`, `send`,
---`recv`, `close`; `asyncSelect`, `asyncSend`, `asyncRecv`, `getAsyncSend`; `setRcvProc`. Its field `connected` says
---whether it is connected, `id` is its number, `error` why the connection has ended.
---
---创建 TCP 或 TLS 客户端。
---@param ssl? boolean true: TLS
---@param cert? socket.Cert for TLS: `caCert`, `clientCert`, `clientKey` are names of PEM files, in `/lua` where they have no folder; `clientPassword`. Without `caCert` the certificate of the server is not checked. `insist = 0` refuses a certificate that is made out to another host
---@param settings? table `rcvBufferSize`, which means nothing here
---@return socket.Client # not connected yet
function socket.tcp(ssl, cert, settings) end

---Makes a UDP socket, for the task that calls this. `connect` waits for the address only; `recv` returns one
---datagram.
---
---创建 UDP 客户端。
---@return socket.Client # not connected yet
function socket.udp() end

---Takes what has arrived, without a wait, from any task or callback: after `SOCKET_RECV`.
---
---异步接收：取走已收到的数据，不等待。
---@return string # of TCP everything, of UDP the oldest datagram; "" for nothing
function Client:asyncRecv() end

---Sends what `asyncSend` has queued, and waits until there is more: `while client:asyncSelect() do end`.
---
---异步发送：发送 asyncSend 排队的数据，并等待下一批。
---@param keepAlive? number seconds after which a heartbeat is sent if nothing else was; none, or 0: never
---@param pingreq? string|function the heartbeat, or what is called in its place; default "\0"
---@return boolean # whether to go on
---@return string|nil # the reason if not: "TIMEOUT", "CLOSED", "IP_ERROR_IND", or a text
function Client:asyncSelect(keepAlive, pingreq) end

---Queues data for `asyncSelect`, from any task or callback.
---
---异步发送：把数据放入发送队列，任何任务或回调都可调用。
---@param data string
---@param timeout? number seconds for each piece of 11200 bytes; none: no limit
---@return boolean # whether it is queued
---@return string|nil # the reason if not: the connection has ended
function Client:asyncSend(data, timeout) end

---Closes, and waits for the core's confirmation. Without a connection it does nothing.
---
---关闭连接。
function Client:close() end

---Connects. Only the task that made the socket may call this; it waits meanwhile.
---
---连接服务器，须在创建它的任务中调用。
---@param address string name or address of the server
---@param port number|string 0 to 65535
---@param timeout? number seconds for name look-up, TCP and TLS together; default 120
---@return boolean # whether it is connected
---@return integer|string # the id, 0 to 9; or the reason: "TIMEOUT", "IP_ERROR_IND" (the network was lost), or a text
function Client:connect(address, port, timeout) end

---How many calls of `asyncSend` wait to be sent; 0 where the connection has ended.
---
---查询还有多少次 asyncSend 的数据等待发送。
---@return number
function Client:getAsyncSend() end

---Receives. What came before it was called is returned at once. Of TCP it returns everything that has arrived, of
---UDP one datagram, in the order of their arrival.
---
---接收数据，可设超时，也可被消息打断。
---@param timeout? number ms; none, or 0: no limit
---@param msg? string a message whose publication ends the wait; one that was published since the last call with it ends it at once
---@param msgNoResume? boolean true: the message does not end the wait, but is kept for the next call
---@return boolean # whether something was received
---@return string # the data; or the reason: "timeout", "CLOSED" (by the peer), "IP_ERROR_IND" (the network was lost), or `msg`
---@return string|nil # with `msg`, the first values that it was published with, as one string
function Client:recv(timeout, msg, msgNoResume) end

---Sends, and waits until the system has taken all of it. A datagram has at most 11200 bytes, with library version
---2.4.3 1472; more become several.
---
---发送数据，等到系统全部接收为止。
---@param data string "" and nil send nothing
---@param timeout? number seconds for each piece of 11200 bytes; default 120
---@return boolean # whether it is sent
---@return string|nil # the reason if not: "TIMEOUT", "CLOSED" (by the peer), "IP_ERROR_IND", or a text
function Client:send(data, timeout) end

---Sets a callback that reads in place of `recv`: it is called whenever something has arrived.
---What the callback does not read stays: for a later call of the function that reads, or for `recv` once there is no
---callback. Until then nothing more is told of, not even the end of the connection.
---
---设置接收回调，代替 recv。
---@param rcvCbFnc? fun(readFnc: fun(id: integer, count: integer): string, id: integer, count: integer) called with a function that reads, the id and the number of bytes; it reads with `readFnc(id, count)`. nil: no callback any more
function Client:setRcvProc(rcvCbFnc) end

return socket
