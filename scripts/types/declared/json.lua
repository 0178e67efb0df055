---JSON, as of lua-cjson.
---@class json
json = {}

---What stands for `null`.
---@type userdata
json.null = nil

---Writes JSON; an error for what cannot be written. A table whose keys are all positive integers is an array, any other
---and the empty one an object.
---@param value any
---@return string
function json.encode(value) end

---Sets or tells what happens to arrays with gaps.
---@param convert? boolean true: they become objects; default false, an error
---@param ratio? number from how many times as many places as values on; default 2
---@param safe? number up to this index there is no gap; default 10
---@return boolean convert
---@return integer ratio
---@return integer safe
function json.encode_sparse_array(convert, ratio, safe) end

---Sets or tells how deep tables may be that are written.
---@param depth? number default 1000
---@return integer depth
function json.encode_max_depth(depth) end

---Sets or tells how deep a text may be that is read.
---@param depth? number default 1000
---@return integer depth
function json.decode_max_depth(depth) end

---Sets or tells how many digits of a number are written.
---@param digits? number 1 to 14, default 14
---@return integer digits
function json.encode_number_precision(digits) end

---Sets or tells whether the memory of a text is kept for the next one.
---@param keep? boolean default true
---@return boolean keep
function json.encode_keep_buffer(keep) end

---Sets or tells what is written for what is no number and for infinity.
---@param how? boolean|"null" true: they are written; false, the default: an error; "null": null
---@return boolean|"null" how
function json.encode_invalid_numbers(how) end

---Sets or tells whether such numbers are read.
---@param accept? boolean default true
---@return boolean accept
function json.decode_invalid_numbers(accept) end

---Makes a table of functions with settings of its own. Its `decode` is that of lua-cjson: it raises an error.
---@return json
function json.new() end
