//! `--debug`: a debugger that is there before the runtime.

use std::path::{PathBuf, absolute};

use mlua::{Lua, LuaString};
use websocket::{lua::Settings, project::Project};

use super::state::installed;

/// Has the files of the project go by their full paths, as editors name them, wherever the run is started.
pub fn name_project_in_full(project: &mut Project) {
    name_in_full(&mut project.main);
    project.files.iter_mut().flatten().for_each(name_in_full);
}

/// Likewise those of libraries and of the scenario.
pub fn name_libraries_in_full(settings: &mut Settings) {
    settings.libs.iter_mut().for_each(name_in_full);
    settings.scenario.iter_mut().for_each(name_in_full);
}

/// A path whose full form cannot be told stays as it is.
fn name_in_full(path: &mut PathBuf) {
    if let Ok(full) = absolute(path.as_path()) {
        *path = full;
    }
}

/// Loads and starts the debugger. The runtime, which is opened after it, takes `coroutine.create` and the rest as it
/// finds them: so the debugger sees every task.
///
/// The answer is why the debugger cannot be loaded, or None.
///
/// # Errors
/// The debugger cannot start.
pub fn start(lua: &Lua, module: &str) -> mlua::Result<Option<String>> {
    let (path, cpath) = installed();
    let start = lua.load(START).set_name("=luatos/debug.lua");
    let problem = start.call::<Option<LuaString>>((module, path, cpath))?;
    Ok(problem.map(|problem| {
        let problem = problem.to_string_lossy();
        format!(
            "--debug: {problem}\nLUA_PATH and LUA_CPATH say where it is looked for; docs/debugging.md has examples."
        )
    }))
}

/// LuaSocket's module `socket` is there for the debugger alone, and so are the folders of this computer; the script's
/// `socket` is the device's.
///
/// mobdebug asks `linemap` for the number of each line, and passes over those without one: it stops in no line of this
/// program, so that a step into `sys.wait` arrives at the script's next line. A script that mostly waits runs few
/// lines, so that at each of them, rather than at every 200th, it looks whether the editor wants something.
const START: &str = "
    local name, path, cpath = ...
    local own_path, own_cpath = package.path, package.cpath
    package.path, package.cpath = own_path .. path, own_cpath .. cpath
    local ok, debugger = pcall(require, name)
    if not ok then
        return tostring(debugger)
    end
    if type(debugger) == 'table' then
        if debugger._NAME == 'mobdebug' then
            debugger.checkcount = 1
            function debugger.linemap(line, source)
                return source:sub(1, 8) ~= '=luatos/' and line or nil
            end
        end
        for _, name in ipairs { 'coro', 'start' } do
            if type(debugger[name]) == 'function' then
                debugger[name]()
            end
        end
    end
    package.loaded.socket = nil
    package.path, package.cpath = own_path, own_cpath
";
