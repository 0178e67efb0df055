---Like `string.gmatch`.
---@deprecated
---@param s string
---@param pattern string
---@return fun(): string, ...
function string.gfind(s, pattern) end

---Like `math.fmod`.
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
---@param path string
---@return 0|1|nil opened 0 if it cannot be read; nil while another folder is open
function io.opendir(path) end

---Reads the next entry of the folder.
---@return integer|nil type 32 file, 16 folder; nil at the end
---@return string|nil name
---@return integer|nil size bytes
function io.readdir() end

---Ends `io.opendir`.
---@param path? string means nothing
---@return 1
function io.closedir(path) end

---Mounts a medium.
---@param medium number `io.SDCARD`, `EXTERN_PINLCD` and so on
---@param path? string of another flash: the folder in which it appears
---@param size? number of another flash: bytes
---@param ... any
---@return 0|1 done
function io.mount(medium, path, size, ...) end

---Unmounts a medium.
---@param medium number `io.SDCARD`, `EXTERN_PINLCD` and so on
---@param path? string as for `io.mount`
---@param ... any
---@return 0|1 done
function io.unmount(medium, path, ...) end

---Formats a medium: all files of it are gone.
---@param medium number `io.SDCARD`, `EXTERN_PINLCD` and so on
---@param path? string as for `io.mount`
---@param size? number as for `io.mount`
---@param ... any
---@return 0|1 done
function io.format(medium, path, size, ...) end
