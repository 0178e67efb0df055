---@meta
-- Written by luatos for editors; do not edit.

---Like `string.gmatch`.
---
---同 string.gmatch。
---@deprecated
---@param s string
---@param pattern string
---@return fun(): string, ...
function string.gfind(s, pattern) end

---Like `math.fmod`.
---
---取模，同 math.fmod。
---@deprecated
---@param x number
---@param y number
---@return number
function math.mod(x, y) end

---On the flash inside the module.
io.INTERNAL = 0
---On another flash, at the pins of the display.
io.EXTERN_PINLCD = 1
---On another flash, at other pins.
io.EXTERN_PINGPIO = 2
---The memory card.
io.SDCARD = 170
---The USB disk.
io.USBMSC = 171

---Begins to list a folder.
---
---打开文件夹以便逐项列出。
---@param path string
---@return 0|1|nil opened 0 if it cannot be read; nil while another folder is open
function io.opendir(path) end

---Reads the next entry of the folder.
---
---读取文件夹的下一项：类型、名称、大小。
---@return integer|nil type 32 file, 16 folder; nil at the end
---@return string|nil name
---@return integer|nil size bytes
function io.readdir() end

---Ends `io.opendir`.
---
---关闭文件夹。
---@param path? string means nothing
---@return 1
function io.closedir(path) end

---Mounts a medium.
---
---挂载存储卡、U 盘或外部 flash。
---@param medium number `io.SDCARD`, `EXTERN_PINLCD` and so on
---@param path? string of another flash: the folder in which it appears
---@param size? number of another flash: bytes
---@param ... any
---@return 0|1 done
function io.mount(medium, path, size, ...) end

---Unmounts a medium.
---
---卸载存储卡、U 盘或外部 flash。
---@param medium number `io.SDCARD`, `EXTERN_PINLCD` and so on
---@param path? string as for `io.mount`
---@param ... any
---@return 0|1 done
function io.unmount(medium, path, ...) end

---Formats a medium: all files of it are gone.
---
---格式化存储器，其中的文件全部清除。
---@param medium number `io.SDCARD`, `EXTERN_PINLCD` and so on
---@param path? string as for `io.mount`
---@param size? number as for `io.mount`
---@param ... any
---@return 0|1 done
function io.format(medium, path, size, ...) end

---Whether there is such a file.
---
---判断文件是否存在。
---@param path string
---@return boolean
function io.exists(path) end

---Asks for the size of a file.
---
---查询文件大小（字节）。
---@param path string
---@return integer # bytes, 0 if there is no such file
function io.fileSize(path) end

---Takes a path apart.
---
---把路径拆成目录、文件名、主名和扩展名。
---@param path string
---@return table # `dirname` (with its "/"), `filename`, `basename` and `extname` (from the first dot of the file name)
function io.pathInfo(path) end

---Reads a file.
---
---读取整个文件。
---@param path string
---@return string|nil # the whole content, nil if there is no such file
function io.readFile(path) end

---Reads a part of a file.
---
---从指定位置读取文件的一部分。
---@param path string
---@param offset number bytes from the beginning
---@param length number bytes
---@return string|nil # up to so many bytes, nil at the end or if there is no such file
function io.readStream(path, offset, length) end

---Writes a file.
---
---写入整个文件。
---@param path string
---@param content string
---@param mode? string default "w+b"
---@return boolean # whether it worked
function io.writeFile(path, content, mode) end

---Milliseconds since the start.
---
---开机以来的毫秒数。
---@return integer
function os.clockms() end

---Sum of the bytes.
---
---计算字节累加和。
---@param text string
---@param size? number 2: modulo 65536, else modulo 256; default 1
---@return integer
function string.checkSum(text, size) end

---A number with commas as thousands separators.
---
---给数字加上千分位逗号。
---@param number number|string what it is made of
---@return string # "nil" for a value that is no number
function string.formatNumberThousands(number) end

---The bytes of a hexadecimal text. White space and punctuation are skipped; text that is no pair of digits
---stays.
---
---把十六进制文本还原成字节。
---@param text string
---@return string # the bytes
---@return integer # number of them
function string.fromHex(text) end

---Percent-encodes all but letters, digits and `_~.-` (RFC 3986).
---
---URL 编码（RFC 3986），空格编码为 %20。
---@param text string
---@return string
function string.rawurlEncode(text) end

---Splits at each `delimiter`; empty fields count. An empty delimiter gives the bytes. In a delimiter that
---begins with punctuation, all but this first character is a Lua pattern, as on the device.
---
---按分隔符拆分字符串。
---@param text string
---@param delimiter string
---@return table # list of the fields
function string.split(text, delimiter) end

---Bytes as upper-case hexadecimal, with `separator` after each byte, the last one too.
---
---把字节转换成大写十六进制文本，可加分隔符。
---@param text string
---@param separator? string default ""
---@return string # the digits
---@return integer # number of bytes
function string.toHex(text, separator) end

---Converts each hexadecimal digit to one byte of that value.
---
---把每个十六进制数字转换成对应数值的一个字节。
---@param text string
---@return string # the bytes
---@return integer # number of them
function string.toValue(text) end

---Encodes as a web form does: a blank becomes `+`, all but letters, digits and `_*.-` `%XX`.
---
---按网页表单的方式做 URL 编码，空格编码为 +。
---@param text string
---@return string
function string.urlEncode(text) end

---Number of characters in UTF-8, counted by their first bytes.
---
---UTF-8 文本的字符数。
---@param text string
---@return integer
function string.utf8Len(text) end

---Takes a text apart.
---
---把 UTF-8 文本拆成单个字符的列表。
---@param text string
---@return table # list of the UTF-8 characters
function string.utf8ToTable(text) end

---Iterates over a table in the order of its sorted keys.
---
---按键排序后的顺序遍历表。
---@param list table
---@param compare? fun(first: any, second: any): boolean whether the first key comes before the second one
---@return function # iterator over keys and values
function table.gsort(list, compare) end

---Joins the strings of nested lists; returns a value that is no table unchanged.
---
---把嵌套列表中的字符串连接起来。
---@param list any a table of strings and such tables
---@return any # string for a table
function table.rconcat(list) end
