---Sockets without a wait: what the module `socket` is made of. The outcome of a call is a message of `rtos.receive`.
---@class socketcore
socketcore = {}

---@class socketcore.Cert
---@field hostName? string name of the server
---@field caCert? string PEM text
---@field clientCert? string PEM text
---@field clientKey? string PEM text
---@field clientPassword? string of the key

---Connects; `rtos.MSG_SOCK_CONN_CNF` follows.
---@param type number 0 TCP, 1 UDP, 2 TLS
---@param host string
---@param port number
---@param cert? socketcore.Cert|number a number means nothing here
---@param settings? any means nothing here
---@param insist? number 0 refuses a certificate that is made out to another host
---@return integer id 0 to 9; -1 where no socket can be made
function socketcore.sock_conn_ext(type, host, port, cert, settings, insist) end

---Likewise, but returns nil where no socket can be made.
---@param type number 0 TCP, 1 UDP, 2 TLS
---@param host string
---@param port number
---@param cert? socketcore.Cert|number
---@param settings? any
---@param insist? number
---@return integer|nil id
function socketcore.sock_conn(type, host, port, cert, settings, insist) end

---Sends; `rtos.MSG_SOCK_SEND_CNF` follows, unless the socket is not connected.
---@param id number
---@param data string
---@return 0|1 accepted
---@return integer error `socketcore.ERR_*`
function socketcore.sock_send(id, data) end

---Takes what `rtos.MSG_SOCK_RECV_IND` has announced.
---@param id number
---@param count number bytes at most
---@return string data
function socketcore.sock_recv(id, count) end

---Closes; `rtos.MSG_SOCK_CLOSE_CNF` follows.
---@param id number
---@return 1
function socketcore.sock_close(id) end

---Gives the id of a closed socket free.
---@param id number
---@return 0|1 done 0 for a socket that is not closed
function socketcore.sock_destroy(id) end

---Sets an option.
---@param id number
---@param level number `socketcore.SOL_SOCKET` or `IPPROTO_TCP`
---@param name number `socketcore.SO_*` or `TCP_*`
---@param value number
---@return 0|-1
function socketcore.sock_setopt(id, level, name, value) end

---@param id number
---@return integer bytes that wait to be sent
function socketcore.sock_getremainbuf(id) end
