---The parameters by their names; scripts use `nvm.get` and `nvm.set`.
---@type table<string, any>
nvm.para = nil
