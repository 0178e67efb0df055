---@meta
-- Written by luatos for editors; do not edit.

---JSON, as of lua-cjson.
---
---JSON 编码与解码（lua-cjson）。
---@class json
json = {}

---What stands for `null`.
---@type userdata
json.null = nil

---Writes JSON; an error for what cannot be written. A table whose keys are all positive integers is an array, any other
---and the empty one an object.
---
---把 Lua 值编码为 JSON 文本，无法编码时报错。
---@param value any
---@return string
function json.encode(value) end

---Sets or tells what happens to arrays with gaps.
---
---设置或查询编码时如何处理稀疏数组。
---@param convert? boolean true: they become objects; default false, an error
---@param ratio? number from how many times as many places as values on; default 2
---@param safe? number up to this index there is no gap; default 10
---@return boolean convert
---@return integer ratio
---@return integer safe
function json.encode_sparse_array(convert, ratio, safe) end

---Sets or tells how deep tables may be that are written.
---
---设置或查询编码时表的最大嵌套层数。
---@param depth? number default 1000
---@return integer depth
function json.encode_max_depth(depth) end

---Sets or tells how deep a text may be that is read.
---
---设置或查询解码时的最大嵌套层数。
---@param depth? number default 1000
---@return integer depth
function json.decode_max_depth(depth) end

---Sets or tells how many digits of a number are written.
---
---设置或查询编码数字时的有效位数。
---@param digits? number 1 to 14, default 14
---@return integer digits
function json.encode_number_precision(digits) end

---Sets or tells whether the memory of a text is kept for the next one.
---
---设置或查询是否保留编码缓冲区供下次使用。
---@param keep? boolean default true
---@return boolean keep
function json.encode_keep_buffer(keep) end

---Sets or tells what is written for what is no number and for infinity.
---
---设置或查询编码时如何处理非数和无穷大。
---@param how? boolean|"null" true: they are written; false, the default: an error; "null": null
---@return boolean|"null" how
function json.encode_invalid_numbers(how) end

---Sets or tells whether such numbers are read.
---
---设置或查询解码时是否接受非数和无穷大。
---@param accept? boolean default true
---@return boolean accept
function json.decode_invalid_numbers(accept) end

---Makes a table of functions with settings of its own. Its `decode` is that of lua-cjson: it raises an error.
---
---创建一份设置独立的 json 函数表。
---@return json
function json.new() end

json._NAME = "json"
json._VERSION = "2.1.0"

---Reads JSON.
---
---解码 JSON 文本，第二个返回值表示是否成功。
---@param text string
---@return any # the value; an empty table for what is no JSON
---@return boolean # whether it is JSON
---@return string|nil # what is wrong with it
function json.decode(text) end

return json
