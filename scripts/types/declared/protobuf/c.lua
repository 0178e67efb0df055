---Protocol Buffers: what the module `protobuf` of a project is made of. Functions that release an object do nothing.
---@class protobuf.c
local c = {}

---@class protobuf.Environment
---@class protobuf.WriteMessage
---@class protobuf.ReadMessage
---@class protobuf.Pattern

---Makes an environment, which knows types.
---@return protobuf.Environment
function c._env_new() end

---Adds types.
---@param env protobuf.Environment
---@param descriptors string a `FileDescriptorSet`, as protoc writes it
function c._env_register(env, descriptors) end

---Asks for a type, or for a field of it.
---@param env protobuf.Environment
---@param type string
---@param field? string
---@return boolean|integer found whether there is that type; or the number of the field's type, 0 if there is none
---@return string|nil name of its enum or message
function c._env_type(env, type, field) end

---Number of a name of an enum.
---@param env protobuf.Environment
---@param enum string
---@param name string
---@return integer|nil
function c._env_enum_id(env, enum, name) end

---Text of the last error.
---@param env protobuf.Environment
---@return string
function c._last_error(env) end

---Nothing to do.
---@param ... any
function c._gc(...) end

---Nothing to do.
---@param ... any
function c._add_rmessage(...) end

---Nothing to do.
---@param ... any
function c._add_pattern(...) end

---Makes a message to write.
---@param env protobuf.Environment
---@param type string
---@return protobuf.WriteMessage|nil
function c._wmessage_new(env, type) end

---Nothing to do.
---@param message protobuf.WriteMessage
function c._wmessage_delete(message) end

---Sets a field of kind `integer`; adds to one that is a list.
---@param message protobuf.WriteMessage
---@param field string
---@param value number
function c._wmessage_integer(message, field, value) end

---Sets a field of kind `real`; adds to one that is a list.
---@param message protobuf.WriteMessage
---@param field string
---@param value number
function c._wmessage_real(message, field, value) end

---Sets a field of kind `string`; adds to one that is a list.
---@param message protobuf.WriteMessage
---@param field string
---@param value string
function c._wmessage_string(message, field, value) end

---Sets a field of kind `int32`; adds to one that is a list.
---@param message protobuf.WriteMessage
---@param field string
---@param value lightuserdata
function c._wmessage_int32(message, field, value) end

---Sets a field of kind `int64`; adds to one that is a list.
---@param message protobuf.WriteMessage
---@param field string
---@param value string
function c._wmessage_int64(message, field, value) end

---Sets a field of kind `int52`; adds to one that is a list.
---@param message protobuf.WriteMessage
---@param field string
---@param value number
function c._wmessage_int52(message, field, value) end

---Sets a field of kind `uint52`; adds to one that is a list.
---@param message protobuf.WriteMessage
---@param field string
---@param value number
function c._wmessage_uint52(message, field, value) end

---Adds a message to a field.
---@param message protobuf.WriteMessage
---@param field string
---@return protobuf.WriteMessage
function c._wmessage_message(message, field) end

---The bytes of a message.
---@param message protobuf.WriteMessage
---@return string
function c._wmessage_buffer_string(message) end

---The bytes of a message, and how many they are.
---@param message protobuf.WriteMessage
---@return string
---@return integer
function c._wmessage_buffer(message) end

---Reads a message.
---@param env protobuf.Environment
---@param type string
---@param data string
---@return protobuf.ReadMessage|nil
function c._rmessage_new(env, type, data) end

---Nothing to do.
---@param message protobuf.ReadMessage
function c._rmessage_delete(message) end

---Reads a field of kind `integer`.
---@param message protobuf.ReadMessage
---@param field string
---@param index? number from 0; of a field that is no list it means nothing
---@return integer|nil
function c._rmessage_integer(message, field, index) end

---Reads a field of kind `real`.
---@param message protobuf.ReadMessage
---@param field string
---@param index? number from 0; of a field that is no list it means nothing
---@return number|nil
function c._rmessage_real(message, field, index) end

---Reads a field of kind `string`.
---@param message protobuf.ReadMessage
---@param field string
---@param index? number from 0; of a field that is no list it means nothing
---@return string|nil
function c._rmessage_string(message, field, index) end

---Reads a field of kind `int32`.
---@param message protobuf.ReadMessage
---@param field string
---@param index? number from 0; of a field that is no list it means nothing
---@return lightuserdata|nil
function c._rmessage_int32(message, field, index) end

---Reads a field of kind `int64`.
---@param message protobuf.ReadMessage
---@param field string
---@param index? number from 0; of a field that is no list it means nothing
---@return string|nil
function c._rmessage_int64(message, field, index) end

---Reads a field of kind `int52`.
---@param message protobuf.ReadMessage
---@param field string
---@param index? number from 0; of a field that is no list it means nothing
---@return number|nil
function c._rmessage_int52(message, field, index) end

---Reads a field of kind `uint52`.
---@param message protobuf.ReadMessage
---@param field string
---@param index? number from 0; of a field that is no list it means nothing
---@return number|nil
function c._rmessage_uint52(message, field, index) end

---Reads a field of kind `message`.
---@param message protobuf.ReadMessage
---@param field string
---@param index? number from 0; of a field that is no list it means nothing
---@return protobuf.ReadMessage|nil
function c._rmessage_message(message, field, index) end

---How many values a field has.
---@param message protobuf.ReadMessage
---@param field string
---@return integer
function c._rmessage_size(message, field) end

---Reads a message into a table.
---@param env protobuf.Environment
---@param submessage fun(type: string, data: string): any makes what stands for a message in it
---@param table table gets the fields
---@param type string
---@param data string
---@return boolean
function c._decode(env, submessage, table, type, data) end

---Makes a pattern.
---@param env protobuf.Environment
---@param type string
---@param format string "@field format …"
---@return protobuf.Pattern|nil
function c._pattern_new(env, type, format) end

---Size of a format.
---@param format string
---@return integer
function c._pattern_size(format) end

---Nothing to do.
---@param pattern protobuf.Pattern
function c._pattern_delete(pattern) end

---Writes values by a pattern.
---@param pattern protobuf.Pattern
---@param format string
---@param size number
---@param ... any
---@return string
function c._pattern_pack(pattern, format, size, ...) end

---Reads values by a pattern; nothing for bytes that are not of its type.
---@param pattern protobuf.Pattern
---@param format string
---@param size number
---@param data string
---@return any ...
function c._pattern_unpack(pattern, format, size, data) end

return c
