---@meta
-- Written by luatos for editors; do not edit.

---Requests to HTTP and HTTPS servers.
---
---HTTP 与 HTTPS 客户端。
---@class http
http = {}

---Makes a request, in a task of its own. Redirections are not followed: the callback gets them like any answer.
---
---发起 HTTP 请求，结果由回调函数返回。
---@param method string such as "GET"
---@param url string `http` where it has no scheme; it may have user and password
---@param cert? socket.Cert for `https`, see `socket.tcp`
---@param head? table<string, string|number> fields of the request: names and strings or numbers. `Host`, `Connection: close`, `Content-Length` and `Authorization` are added where they are missing
---@param body? string|table text, or a list of strings and tables, whose `file` names a file to send, or whose `file_base64` one to send as Base64
---@param timeout? number ms for the wait for a network, for connecting, and for each piece that is sent or received; default 30000
---@param cbFnc? fun(ok: boolean, status: string, head: table, body: string, reason: string|nil) called once with: true, the status as text, the fields of the answer (a name is found in any case), and the body, or the path of the file; or false, what has failed, fields and body as far as they have come, and why. "receive timeout" says that no more has come, whatever the reason. What comes without a length until the server closes, or falls silent for `timeout`, is an answer
---@param rcvFileName? string|fun(piece: string, length: integer, status: string) path of a file to whose end the body is written; or called for each piece with it, the length of all or 0x7FFFFFFF, and the status as text; a result other than nil ends the request, and is what the callback gets first
---@param tCoreExtPara? table see `socket.tcp`
---@return string|nil # `rcvFileName` if it is a path
function http.request(method, url, cert, head, body, timeout, cbFnc, rcvFileName, tCoreExtPara) end

return http
