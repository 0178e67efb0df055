---@meta
-- Written by luatos for editors; do not edit.

---Sockets without a wait: what the module `socket` is made of. The outcome of a call is a message of `rtos.receive`.
---
---底层 socket，不等待，结果由底层消息上报。
---@class socketcore
socketcore = {}

---@class socketcore.Cert
---@field hostName? string name of the server
---@field caCert? string PEM text
---@field clientCert? string PEM text
---@field clientKey? string PEM text
---@field clientPassword? string of the key

---Connects; `rtos.MSG_SOCK_CONN_CNF` follows.
---
---建立连接，失败返回 -1。
---@param type number 0 TCP, 1 UDP, 2 TLS
---@param host string
---@param port number
---@param cert? socketcore.Cert|number a number means nothing here
---@param settings? any means nothing here
---@param insist? number 0 refuses a certificate that is made out to another host
---@return integer id 0 to 9; -1 where no socket can be made
function socketcore.sock_conn_ext(type, host, port, cert, settings, insist) end

---Likewise, but returns nil where no socket can be made.
---
---建立连接，失败返回 nil。
---@param type number 0 TCP, 1 UDP, 2 TLS
---@param host string
---@param port number
---@param cert? socketcore.Cert|number
---@param settings? any
---@param insist? number
---@return integer|nil id
function socketcore.sock_conn(type, host, port, cert, settings, insist) end

---Sends; `rtos.MSG_SOCK_SEND_CNF` follows, unless the socket is not connected.
---
---发送数据。
---@param id number
---@param data string
---@return 0|1 accepted
---@return integer error `socketcore.ERR_*`
function socketcore.sock_send(id, data) end

---Takes what `rtos.MSG_SOCK_RECV_IND` has announced.
---
---取走已收到的数据。
---@param id number
---@param count number bytes at most
---@return string data
function socketcore.sock_recv(id, count) end

---Closes; `rtos.MSG_SOCK_CLOSE_CNF` follows.
---
---关闭连接。
---@param id number
---@return 1
function socketcore.sock_close(id) end

---Gives the id of a closed socket free.
---
---释放已关闭的 socket 的 id。
---@param id number
---@return 0|1 done 0 for a socket that is not closed
function socketcore.sock_destroy(id) end

---Sets an option.
---
---设置 socket 选项。
---@param id number
---@param level number `socketcore.SOL_SOCKET` or `IPPROTO_TCP`
---@param name number `socketcore.SO_*` or `TCP_*`
---@param value number
---@return 0|-1
function socketcore.sock_setopt(id, level, name, value) end

---查询还有多少字节等待发送。
---@param id number
---@return integer bytes that wait to be sent
function socketcore.sock_getremainbuf(id) end

socketcore.ERR_EABORT = 13
socketcore.ERR_EADDRINUSE = 8
socketcore.ERR_EALREADY = 9
socketcore.ERR_EARG = 16
socketcore.ERR_ECLSD = 15
socketcore.ERR_EIF = 12
socketcore.ERR_EINPROGRESS = 5
socketcore.ERR_EINVAL = 6
socketcore.ERR_EIO = 17
socketcore.ERR_EISCONN = 10
socketcore.ERR_ENOBUFS = 2
socketcore.ERR_ENOMEM = 1
socketcore.ERR_ENOTCONN = 11
socketcore.ERR_ERST = 14
socketcore.ERR_ERTE = 4
socketcore.ERR_ETIMEOUT = 3
socketcore.ERR_EWOULDBLOCK = 7
socketcore.ERR_OK = 0
socketcore.ERR_SSL_EHANDESHAK = 18
socketcore.ERR_SSL_EINIT = 19
socketcore.ERR_SSL_EINVALID = 20
socketcore.ERR_UNKOWN = -1
socketcore.IPPROTO_TCP = 6
socketcore.SOL_SOCKET = 4095
socketcore.SO_KEEPALIVE = 8
socketcore.SO_REUSEADDR = 4
socketcore.TCP_KEEPCNT = 5
socketcore.TCP_KEEPIDLE = 3
socketcore.TCP_KEEPINTVL = 4

return socketcore
