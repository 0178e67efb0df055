---@meta
-- Written by luatos for editors; do not edit.

---Files of FTP servers, in passive mode.
---
---FTP 客户端。
---@class ftp
ftp = {}

---Goes one folder up.
---
---返回上一级文件夹。
---@param timeout? number ms
function ftp.cdup(timeout) end

---Sets how files are transferred.
---
---设置传输类型：文本或二进制。
---@param mode string "A": as text, whose lines end in CR LF on their way, and here; "I": as they are
---@param timeout? number ms
function ftp.checktype(mode, timeout) end

---Ends the session; without one it does nothing.
---
---结束 FTP 会话。
function ftp.close() end

---Sends a command that needs no data connection.
---
---发送一条 FTP 命令。
---@param command string such as "SYST"
---@param timeout? number ms, none or 0: no limit
---@return string # code of the reply; "503" without a session
---@return string # text of the reply, or what has failed
---@return string|nil # why it has failed
function ftp.command(command, timeout) end

---Changes the folder in which names begin.
---
---切换文件夹。
---@param path string
---@param timeout? number ms
function ftp.cwd(path, timeout) end

---Removes a file.
---
---删除服务器上的文件。
---@param file_irectory string its path
---@param timeout? number ms
function ftp.deletefile(file_irectory, timeout) end

---Removes a folder.
---
---删除服务器上的文件夹。
---@param file_irectory string its path
---@param timeout? number ms
function ftp.deletefolder(file_irectory, timeout) end

---Receives a file, which replaces the one here, piece by piece.
---
---下载文件。
---@param remote_file string its name there
---@param local_file string its path here
---@param timeout? number ms for each piece, none or 0: no limit
---@return string # code, "200" when the file is there, else the server's; "503" for a file that cannot be written
---@return string # "ftp success", the server's reply, or what has failed, such as "file open error"
---@return string|nil # why it has failed
function ftp.download(remote_file, local_file, timeout) end

---Lists a folder, or tells of a file.
---
---列出服务器上的文件夹。
---@param file_irectory? string its path
---@param timeout? number ms for each piece, none or 0: no limit
---@return string # code, of which the first digit is 2 where it has worked
---@return string # the list as the server writes it, or what has failed
---@return string|nil # why it has failed
function ftp.list(file_irectory, timeout) end

---Connects and logs in, for the task that calls this; waits for a network first. The transfer type is binary then.
---
---连接并登录 FTP 服务器。
---@param ftp_mode string "PASV"; there is no other mode
---@param host string
---@param port? number|string 0 to 65535; default 21
---@param username string
---@param password string
---@param timeout? number ms for each piece of a reply, none or 0: no limit
---@param ssl? boolean true: TLS from the first byte on
---@param cert? socket.Cert see `socket.tcp`
---@return string # code, "200" when it is logged in, that of a server that refuses, "-1" for another mode
---@return string # "ftp login success", the server's reply, or what has failed
---@return string|nil # why it has failed
function ftp.login(ftp_mode, host, port, username, password, timeout, ssl, cert) end

---Makes a folder.
---
---创建文件夹。
---@param path string
---@param timeout? number ms
function ftp.mkd(path, timeout) end

---Asks for the folder in which names begin.
---
---查询当前所在的文件夹。
---@param timeout? number ms
function ftp.pwd(timeout) end

---Receives or sends one file, in a session of its own, which replaces that of the task. For libraries before 2.4.0.
---
---在单独的会话中下载或上传一个文件（旧版本库的用法）。
---@param ftp_mode string "PASV"; there is no other mode
---@param host string its port is 21
---@param username string
---@param password string
---@param transmission_mode string "RETR": receives, "STOR": sends
---@param remote_file string its name there
---@param local_file string its path here
---@param timeout? number ms for each piece of a reply or of the file, none or 0: no limit
---@return integer|string # 1 where it has worked, 0 for modes that there are not, else the code of what has failed
---@return string # "ftp success", or what has failed
---@return string|nil # why it has failed
function ftp.request(ftp_mode, host, username, password, transmission_mode, remote_file, local_file, timeout) end

---Sends a file, to the end of the server's file if that exists.
---
---上传文件。
---@param remote_file string its name there
---@param local_file string its path here
---@param timeout? number ms for each reply, none or 0: no limit
---@return string # code, "200" when the file is there, else the server's; "503" for a file that cannot be read
---@return string # "ftp success", the server's reply, or what has failed, such as "file open error"
---@return string|nil # why it has failed
function ftp.upload(remote_file, local_file, timeout) end

return ftp
