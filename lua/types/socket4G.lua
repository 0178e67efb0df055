---@meta
-- Written by luatos for editors; do not edit.

---Sockets over the modem's network.
---
---蜂窝网络上的 socket，函数与 socket 相同，脚本一般用 socket。
---@class socket4G
socket4G = {}

---Logs every field of every socket that is not closed.
---
---把所有未关闭的 socket 的状态写入日志。
function socket4G.printStatus() end

---Sets how the modem repeats a name look-up. Here the system does that.
---
---设置域名解析的重试参数。
---@param retryCnt? number 1 to 8; default 4
---@param retryTimeoutMulti? number factor of the times between, 1 to 5; default 4
function socket4G.setDnsParsePara(retryCnt, retryTimeoutMulti) end

---Sets how soon the modem may sleep after data.
---
---设置收发数据后多久允许模组休眠。
---@param tm number seconds, 1 to 20
function socket4G.setLowPower(tm) end

---Sets how the modem repeats what is not acknowledged. Here the system does that.
---
---设置 TCP 重传次数与最长间隔。
---@param retryCnt? number 0 to 12; default 4
---@param retryMaxTimeout? number longest time between two, in seconds, 1 to 16; default 16
function socket4G.setTcpResendPara(retryCnt, retryMaxTimeout) end

---Makes a TCP socket, for the task that calls this. See `lua/sockets` for its methods: `connect`, `send`,
---`recv`, `close`; `asyncSelect`, `asyncSend`, `asyncRecv`, `getAsyncSend`; `setRcvProc`. Its field `connected` says
---whether it is connected, `id` is its number, `error` why the connection has ended.
---
---创建 TCP 或 TLS 客户端。
---@param ssl? boolean true: TLS
---@param cert? socket.Cert for TLS: `caCert`, `clientCert`, `clientKey` are names of PEM files, in `/lua` where they have no folder; `clientPassword`. Without `caCert` the certificate of the server is not checked. `insist = 0` refuses a certificate that is made out to another host
---@param settings? table `rcvBufferSize`, which means nothing here
---@return socket.Client # not connected yet
function socket4G.tcp(ssl, cert, settings) end

---Makes a UDP socket, for the task that calls this. `connect` waits for the address only; `recv` returns one
---datagram.
---
---创建 UDP 客户端。
---@return socket.Client # not connected yet
function socket4G.udp() end

return socket4G
