---@meta
-- Written by luatos for editors; do not edit.

---Parameters of a project that outlive a restart.
---
---掉电不丢失的参数存储。
---@class nvm
nvm = {}

---The parameters by their names; scripts use `nvm.get` and `nvm.set`.
---@type table<string, any>
nvm.para = nil

nvm.paraname = "/nvm_para.lua"
nvm.paranamebak = "/nvm_para_bak.lua"

---Writes all parameters to the file.
---
---把所有参数写入文件。
---@return true|nil # nil if it cannot be written, which is logged
function nvm.flush() end

---The parameter of this name, nil for none.
---
---读取参数。
---@param k string
---@return any
function nvm.get(k) end

---A field of a parameter that is a table.
---
---读取表类型参数的一个字段。
---@param k string name of the parameter
---@param kk any key of the field
---@return any # its value, nil for none
function nvm.gett(k, kk) end

---Reads the parameters. Those that the file does not have get their defaults.
---
---读取参数，文件中没有的取默认值。
---@param defaultCfgFile string name of the project's file of defaults: a Lua module whose variables are the parameters
---@param burnSave? boolean keep the parameters where flashing a new project leaves them; default false
function nvm.init(defaultCfgFile, burnSave) end

---Removes the file: with the next start the parameters have their defaults. To be called before a restart.
---
---删除参数文件，下次启动时采用默认值。
function nvm.remove() end

---Gives each parameter its default, removes those without one, and writes the file.
---
---所有参数恢复默认值并写入文件。
function nvm.restore() end

---Sets a parameter.
---
---设置参数，可立即写入文件。
---@param k string its name
---@param v number|string|boolean|table|nil a table has these in it; nil: the default of the next start
---@param r? any reason; with one, `PARA_CHANGED_IND` is published with k, v and r if the value is another one; a table always counts as another one
---@param s? boolean write the file at once; a later change that is written takes this one along; default true
---@return true|nil # nil if the file cannot be written, which is logged
function nvm.set(k, v, r, s) end

---Sets a field of a parameter that is a table.
---
---设置表类型参数的一个字段。
---@param k string name of the parameter
---@param kk any key of the field
---@param v number|string|boolean|table|nil as for `nvm.set`
---@param r? any likewise; what is published is `TPARA_CHANGED_IND` with k, kk, v and r
---@param s? boolean likewise; default true
---@return true|nil # likewise
function nvm.sett(k, kk, v, r, s) end

---Gives the parameters their defaults.
---
---给参数赋默认值。
---@param overrides? boolean whether those that have a value get it, too; default false
function nvm.upd(overrides) end

return nvm
