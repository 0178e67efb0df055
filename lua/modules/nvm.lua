--- LuatOS `nvm`: parameters of a project that outlive a restart.
--
-- They are kept in a file that is a Lua module, as LuatOS-Air's own `nvm` writes it; each reads what the other wrote. A
-- new state is written to a file beside it, which then takes its place: a run that is killed at any moment leaves the
-- state before the change or the one after it.
local use = ...
local rtos = use "native.rtos"
local sys = use "modules.sys"
local sources = use "runtime.sources"
local literal = use "runtime.literal"
local diagnostics = use "runtime.diagnostics"
local show = use("runtime.text").show

local nvm = {
    --- The parameters by name. Scripts read this table; they change it by `nvm.set` and `nvm.sett`.
    para = {},
    --- The file of the parameters, and a second one from which LuatOS-Air's own `nvm` recovers.
    paraname = "/nvm_para.lua",
    paranamebak = "/nvm_para_bak.lua",
}

--- Where the parameters are kept with `burnSave`.
local SAVED_FOLDER = "/#lua_user#"

--- Where `init` looks for the project's defaults, beside its flash image.
local SEARCHED = "/?.lua;/?.luae;" .. SAVED_FOLDER .. "/?.lua;" .. SAVED_FOLDER .. "/?.luae;"

--- Names in a file or in the table of a module that are no parameters.
local NO_PARAMETERS = { _M = true, _NAME = true, _PACKAGE = true }

--- The project's defaults, a table; nil before `init`.
local defaults

--- Whether there are parameters that are not in the file.
local is_changed = false

-- ## The file

--- The file that a new state is written to before it takes the place of the old one.
local function new_name()
    return (nvm.paraname:gsub("nvm_para", "nvm_para_new"))
end

--- The parameters as the text of a module.
-- @return string; or nil and a message
local function as_module()
    local lines = { "module(...)\n" }
    for _, key in ipairs(literal.sorted_keys(nvm.para)) do
        local value, problem = literal.of(nvm.para[key], tostring(key))
        local name = literal.of(key, "the name of a parameter")
        if not value or not name then
            return nil, problem or "a parameter has no name that can be written"
        end
        -- A module has its own table under this name.
        lines[#lines + 1] = (literal.is_name(key) and key or "_M[" .. name .. "]") .. " = " .. value .. "\n"
    end
    return table.concat(lines)
end

--- Writes a file, or says why not.
local function write(path, text)
    local file, problem = io.open(path, "wb")
    if not file then
        return false, problem
    end
    local written, write_problem = file:write(text)
    local flushed, flush_problem = file:flush()
    local closed, close_problem = file:close()
    if written and flushed and closed then
        return true
    end
    os.remove(path)
    return false, write_problem or flush_problem or close_problem
end

--- Puts the parameters into the file.
-- @return true; or nil if they do not fit, which is logged
local function save()
    local text, problem = as_module()
    local ok = false
    if text then
        ok, problem = write(new_name(), text)
    end
    if ok then
        ok, problem = os.rename(new_name(), nvm.paraname)
    end
    if not ok then
        diagnostics.error("nvm", nvm.paraname .. " keeps what it has: " .. tostring(problem))
        return nil
    end
    os.remove(nvm.paranamebak)
    is_changed = false
    return true
end

local function ignore() end

--- Runs the text of a module, such as this one has written, or a project's file of defaults.
-- @return the table of its variables; or nil and a message
local function run(text, path)
    local variables = {}
    variables._M = variables
    local environment = setmetatable(variables, {
        __index = function(_, name)
            if name == "module" then
                return ignore
            end
            return _G[name]
        end,
    })
    local chunk, problem = sources.load_text(text, "@" .. path, "t", environment)
    if not chunk then
        return nil, problem
    end
    local ok
    ok, problem = pcall(chunk, path:match "([^/]+)%.lua$")
    if not ok then
        return nil, tostring(problem)
    end
    return setmetatable(variables, nil)
end

--- The parameters in a file.
-- @return table; nil if there are none, which is reported if the file is damaged
local function read(path)
    local file = io.open(path, "rb")
    local text = file and file:read "*a"
    if file then
        file:close()
    end
    if not text or text == "" then
        return nil
    end
    local values, problem = run(text, path)
    if not values then
        diagnostics.warn("nvm", path .. " is damaged and not used: " .. problem)
    end
    return values
end

-- ## Defaults

--- Copies values into the parameters.
-- @tab from
-- @bool overrides whether parameters that there are already get these values, too
local function take(from, overrides)
    for name, value in pairs(from) do
        if not NO_PARAMETERS[name] and (overrides or nvm.para[name] == nil) then
            nvm.para[name] = literal.copy(value)
        end
    end
end

local function check_ready(where, level)
    if not defaults then
        error(where .. ": nvm.init comes first, such as nvm.init(\"config.lua\")", level or 3)
    end
end

--- Gives the parameters their defaults.
-- @bool[opt=false] overrides whether those that have a value get it, too
function nvm.upd(overrides)
    check_ready "nvm.upd"
    take(defaults, overrides)
    is_changed = true
end

--- Gives each parameter its default, removes those without one, and writes the file.
function nvm.restore()
    check_ready "nvm.restore"
    -- Emptied rather than replaced: scripts may keep the table.
    for name in pairs(nvm.para) do
        nvm.para[name] = nil
    end
    take(defaults, true)
    return save()
end

--- The project's defaults.
local function load_defaults(file_name)
    local name = type(file_name) == "string" and file_name:match "^([^/]+)%.lua$"
        or error("nvm.init: name of a Lua file such as \"config.lua\" expected, got " .. show(file_name), 3)
    local path = package.path
    package.path = SEARCHED .. path
    local ok, module = pcall(require, name)
    package.path = path
    if not ok then
        error("nvm.init: " .. file_name .. ": " .. tostring(module), 3)
    elseif type(module) ~= "table" then
        error(("nvm.init: %s: a module of defaults expected (its first line is \"module(...)\"), got %s"):format(
            file_name, show(module)), 3)
    end
    -- A copy, because the module's table may be that of the parameters: `module("config")` takes a global of that name,
    -- and a script may have set it to `nvm.para`.
    local values = {}
    for key, value in pairs(module) do
        if not NO_PARAMETERS[key] then
            values[key] = literal.copy(value)
        end
    end
    return values
end

--- Reads the parameters. Those that the file does not have get their defaults.
-- @string defaultCfgFile name of the project's file of defaults: a Lua module whose variables are the parameters
-- @bool[opt=false] burnSave keep the parameters where flashing a new project leaves them
function nvm.init(defaultCfgFile, burnSave)
    defaults = load_defaults(defaultCfgFile)
    local folder = ""
    if burnSave then
        rtos.make_dir(SAVED_FOLDER)
        folder = SAVED_FOLDER
    end
    nvm.paraname, nvm.paranamebak = folder .. "/nvm_para.lua", folder .. "/nvm_para_bak.lua"
    -- What a run has left that was killed while it wrote.
    os.remove(new_name())
    local values = read(nvm.paraname) or read(nvm.paranamebak)
    if not values then
        nvm.restore()
        return
    end
    for name in pairs(nvm.para) do
        nvm.para[name] = nil
    end
    take(values, true)
    take(defaults, false)
    is_changed = false
end

-- ## Parameters

--- Stores a change, unless the script does not want that yet.
-- @return true; or nil if that fails
local function changed(save_now)
    is_changed = true
    if save_now == nil or save_now then
        return save()
    end
    return true
end

--- Stores earlier changes that were not to be stored at once.
local function unchanged(save_now)
    if is_changed and (save_now == nil or save_now) then
        return save()
    end
    return true
end

local function check_value(where, value)
    local _, problem = literal.of(value == nil and 0 or value, "value")
    if problem then
        error(where .. ": " .. problem, 3)
    end
end

--- Sets a parameter.
-- @string k its name
-- @param v number|string|boolean|table|nil: a table has these in it; nil: the default of the next start
-- @param[opt] r any: reason; with one, `PARA_CHANGED_IND` is published with k, v and r if the value is another one; a
-- table always counts as another one
-- @bool[opt=true] s write the file at once; a later change that is written takes this one along
-- @return true|nil: nil if the file cannot be written, which is logged
function nvm.set(k, v, r, s)
    check_ready "nvm.set"
    if type(k) ~= "string" or NO_PARAMETERS[k] then
        error("nvm.set: name of a parameter expected, got " .. show(k), 2)
    end
    check_value("nvm.set: " .. k, v)
    if type(v) ~= "table" and nvm.para[k] == v then
        return unchanged(s)
    end
    nvm.para[k] = v
    local ok = changed(s)
    if r ~= nil and r ~= false then
        sys.publish("PARA_CHANGED_IND", k, v, r)
    end
    return ok
end

--- The parameter of a name, which has to be a table.
local function table_of(where, k)
    local value = nvm.para[k]
    if type(value) ~= "table" then
        check_ready(where, 4)
        error(("%s: %s: a parameter that is a table expected, got %s"):format(where, show(k), show(value)), 3)
    end
    return value
end

--- Sets a field of a parameter that is a table.
-- @string k name of the parameter
-- @param kk any: key of the field
-- @param v number|string|boolean|table|nil: as for `nvm.set`
-- @param[opt] r any: likewise; what is published is `TPARA_CHANGED_IND` with k, kk, v and r
-- @bool[opt=true] s likewise
-- @return true|nil: likewise
function nvm.sett(k, kk, v, r, s)
    check_ready "nvm.sett"
    local value = table_of("nvm.sett", k)
    if kk == nil then
        error("nvm.sett: " .. k .. ": key of a field expected, got nil", 2)
    end
    check_value("nvm.sett: key", kk)
    check_value(("nvm.sett: %s[%s]"):format(k, tostring(kk)), v)
    if type(v) ~= "table" and value[kk] == v then
        return unchanged(s)
    end
    value[kk] = v
    local ok = changed(s)
    if r ~= nil and r ~= false then
        sys.publish("TPARA_CHANGED_IND", k, kk, v, r)
    end
    return ok
end

--- Writes all parameters to the file.
-- @return true|nil: nil if it cannot be written, which is logged
function nvm.flush()
    check_ready "nvm.flush"
    return save()
end

--- @string k
-- @return any: the parameter of this name, nil for none
function nvm.get(k)
    return nvm.para[k]
end

--- A field of a parameter that is a table.
-- @string k name of the parameter
-- @param kk any: key of the field
-- @return any: its value, nil for none
function nvm.gett(k, kk)
    return table_of("nvm.gett", k)[kk]
end

--- Removes the file: with the next start the parameters have their defaults. To be called before a restart.
function nvm.remove()
    os.remove(nvm.paraname)
    os.remove(nvm.paranamebak)
end

return nvm
