//! `luatos test`: busted in the runner's own Lua, for tests that `require "luatos.test"`.

use std::{ffi::OsString, path::Path, process::ExitCode};

use websocket::lua;

use super::{MISUSE, command_line::Options, new_state, preload_runtime, report, settings, text};

/// Where tests are looked for if no path says it.
const FOLDERS: [&str; 3] = ["spec", "tests", "test"];

/// Runs the tests. busted ends the process, with status 1 if a test has failed.
///
/// # Errors
/// busted or the tests cannot be found, or the Lua state cannot be made.
pub fn test(options: &Options) -> Result<ExitCode, String> {
    let settings = match settings(options, None) {
        Ok(settings) => settings,
        Err(problem) => {
            report::error(&problem);
            return Ok(ExitCode::from(MISUSE));
        }
    };
    let lua = new_state();
    lua::prepare_tests(&lua, settings).map_err(text)?;
    preload_runtime(&lua).map_err(text)?;
    let arguments = arguments(options)?;
    let arguments: mlua::Result<Vec<_>> =
        arguments.iter().map(|argument| lua.create_string(argument.as_encoded_bytes())).collect();
    let problem = lua.load(BUSTED).set_name("=luatos/test.lua").call::<Option<mlua::LuaString>>((
        arguments.map_err(text)?,
        templates("share", "?.lua;?/init.lua"),
        templates("lib", "?.so"),
    ));
    match problem.map_err(text)? {
        None => Ok(ExitCode::SUCCESS),
        Some(problem) => Err(format!(
            "test: busted cannot be loaded: {}\nIt is installed for Lua 5.3 by 'apt install lua-busted' or 'luarocks \
             --lua-version=5.3 install busted'; LUA_PATH_5_3 and LUA_CPATH_5_3 say where else to look.",
            problem.to_string_lossy().lines().next().unwrap_or_default(),
        )),
    }
}

/// What busted gets: the paths of the tests, and what was meant for it.
fn arguments(options: &Options) -> Result<Vec<OsString>, String> {
    let mut arguments = options.arguments.clone();
    if !options.tests.is_empty() {
        arguments.extend(options.tests.iter().cloned());
        return Ok(arguments);
    }
    let folder = FOLDERS
        .iter()
        .find(|folder| Path::new(folder).is_dir())
        .ok_or_else(|| format!("test: there is no folder {} here; give the path of the tests", FOLDERS.join(", ")))?;
    arguments.push(folder.into());
    Ok(arguments)
}

/// Templates for the folders in which Debian and luarocks keep what Lua 5.3 loads.
fn templates(kind: &str, patterns: &str) -> String {
    let mut folders = vec![format!("/usr/{kind}/lua/5.3")];
    if let Some(home) = std::env::var_os("HOME") {
        folders.insert(0, format!("{}/.luarocks/{kind}/lua/5.3", Path::new(&home).display()));
    }
    // Debian's folders for each machine, such as x86_64-linux-gnu.
    let machines = std::fs::read_dir(format!("/usr/{kind}")).into_iter().flatten().flatten();
    let machines = machines.map(|entry| entry.path().join("lua/5.3")).filter(|folder| folder.is_dir());
    folders.extend(machines.map(|folder| folder.display().to_string()));
    let templates = folders.iter().flat_map(|folder| patterns.split(';').map(move |name| format!(";{folder}/{name}")));
    templates.collect()
}

/// Runs busted; returns why that cannot be loaded. It ends with the number of failures, which as a status would be
/// success at 256.
const BUSTED: &str = "
    local arguments, path, cpath = ...
    package.path, package.cpath = package.path .. path, package.cpath .. cpath
    arg = arguments
    arg[0] = 'luatos test'
    local ok, run = pcall(require, 'busted.runner')
    if not ok then
        return tostring(run)
    end
    local exit = os.exit
    function os.exit(status, close)
        return exit(type(status) == 'number' and math.min(status, 1) or status, close)
    end
    run { standalone = false }
";
