//! `luatos test`: busted in the runner's own Lua, for tests that `require "luatos.test"`.

use std::{ffi::OsString, path::Path, process::ExitCode};

use clap::{Args, ValueHint};
use websocket::lua::{self, Vm};

use super::{
    command_line::{Debugger, DeviceOptions, misuse},
    debugger, running,
    state::{installed, new_state, preload_runtime, text},
    vm,
    watch::{self, Roots},
};

/// Where tests are looked for if no path says it.
const FOLDERS: [&str; 3] = ["spec", "tests", "test"];

/// Run tests, each with a fresh device
///
/// Runs the specs of busted in PATH, or else in the folder spec, tests or test, which may require luatos.test: a fresh
/// device for each test. Options set how it is made.
#[derive(Args, Clone, Debug)]
#[command(override_usage = "luatos [OPTION]... test [PATH]... [-- OPTION OF BUSTED...]")]
pub struct Test {
    #[command(flatten)]
    options: DeviceOptions,
    #[command(flatten)]
    debugger: Debugger,
    /// Files and folders with tests
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    paths: Vec<OsString>,
    /// Options of busted, such as --filter TEXT
    #[arg(value_name = "OPTION OF BUSTED", last = true)]
    arguments: Vec<OsString>,
}

impl Test {
    /// Runs the tests. busted ends the process, with status 1 if a test has failed.
    ///
    /// # Errors
    /// busted or the tests cannot be found, or the Lua state cannot be made.
    pub fn run(&self) -> Result<ExitCode, String> {
        if self.options.watch {
            // Tests are about files anywhere below, and may be given by paths elsewhere.
            let find = || Roots {
                folders: [vec![".".into()], self.options.libs.clone(), self.paths.iter().map(Into::into).collect()]
                    .concat(),
                ..Roots::default()
            };
            return watch::watch(&find, &|_| {}, false);
        }
        let settings = match self.options.settings() {
            Ok(settings) => settings,
            Err(problem) => return Ok(misuse(&problem)),
        };
        vm::hand_over(settings.vm)?;
        let lua = new_state();
        lua::prepare_tests(&lua, settings).map_err(text)?;
        preload_runtime(&lua).map_err(text)?;
        if let Some(module) = &self.debugger.module
            && let Some(problem) = debugger::start(&lua, module).map_err(text)?
        {
            return Err(problem);
        }
        let end = lua.create_function(|lua, ()| {
            running::forget();
            lua::end_tests(lua)
        });
        let end = end.map_err(text)?;
        interrupt::end_by(&lua, &end).map_err(text)?;
        let arguments = self.arguments()?;
        let arguments: mlua::Result<Vec<_>> =
            arguments.iter().map(|argument| lua.create_string(argument.as_encoded_bytes())).collect();
        let (path, cpath) = installed();
        let problem = lua.load(BUSTED).set_name("=luatos/test.lua").call::<Option<mlua::LuaString>>((
            arguments.map_err(text)?,
            path,
            cpath,
            end,
        ));
        match problem.map_err(text)? {
            None => Ok(ExitCode::SUCCESS),
            Some(problem) => Err(format!(
                "test: busted cannot be loaded: {}\nIt is installed for Lua {vm} by 'apt install lua-busted' or 'luarocks \
                 --lua-version={vm} install busted'; {paths} say where else to look.",
                problem.to_string_lossy().lines().next().unwrap_or_default(),
                vm = Vm::OURS,
                paths = match Vm::OURS {
                    Vm::Lua51 => "LUA_PATH and LUA_CPATH",
                    Vm::Lua53 => "LUA_PATH_5_3 and LUA_CPATH_5_3",
                },
            )),
        }
    }

    /// What busted gets: the paths of the tests, and what was meant for it.
    fn arguments(&self) -> Result<Vec<OsString>, String> {
        let mut arguments = self.arguments.clone();
        if let Some(missing) = self.paths.iter().find(|path| !Path::new(path).exists()) {
            let missing = Path::new(missing).display();
            return Err(format!(
                "test: {missing}: no such file or folder; give the path of a spec, or of a folder with specs"
            ));
        }
        if !self.paths.is_empty() {
            arguments.extend(self.paths.iter().cloned());
            return Ok(arguments);
        }
        let folder = FOLDERS.iter().find(|folder| Path::new(folder).is_dir()).ok_or_else(|| {
            format!("test: there is no folder {} here; give the path of the tests", FOLDERS.join(", "))
        })?;
        arguments.push(folder.into());
        Ok(arguments)
    }
}

/// Runs busted; returns why that cannot be loaded. It ends with the number of failures, which as a status would be
/// success at 256.
const BUSTED: &str = "
    local arguments, path, cpath, finish = ...
    package.path, package.cpath = package.path .. path, package.cpath .. cpath
    arg = arguments
    arg[0] = 'luatos test'
    local ok, run = pcall(require, 'busted.runner')
    if not ok then
        return tostring(run)
    end
    local exit = os.exit
    function os.exit(status, close)
        finish()
        return exit(type(status) == 'number' and math.min(status, 1) or status, close)
    end
    run { standalone = false }
";

/// Ctrl-C: the run ends at once, but what it has in temporary folders is gone first.
#[cfg(unix)]
mod interrupt {
    use std::ptr::null_mut;

    use mlua::{Function, Lua, ffi};

    use super::super::running;

    /// Where the registry keeps the function that is called.
    const END: &std::ffi::CStr = c"luatos.interrupted";

    /// Has Ctrl-C call the function, between two instructions of the script, before it ends the program. The second
    /// one ends it in any case.
    pub fn end_by(lua: &Lua, end: &Function) -> mlua::Result<()> {
        lua.set_named_registry_value(&END.to_string_lossy(), end)?;
        running::watch(lua, 0)?;
        // SAFETY: the structure is valid when zeroed and then filled in; the handler calls
        // only what may be called in one. Without SA_RESTART it ends a wait for the system.
        unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = handler as *const () as libc::sighandler_t;
            action.sa_flags = libc::SA_RESETHAND;
            libc::sigaction(libc::SIGINT, &action, null_mut());
        }
        Ok(())
    }

    extern "C" fn handler(_: libc::c_int) {
        let mask = ffi::LUA_MASKCALL | ffi::LUA_MASKRET | ffi::LUA_MASKCOUNT;
        let state = running::running();
        if !state.is_null() {
            // SAFETY: `lua_sethook` may be called at any time, also in a signal handler. The state exists: scripts run
            // in the main thread alone, which has noted it.
            unsafe { ffi::lua_sethook(state, Some(interrupted), mask, 1) };
        }
    }

    unsafe extern "C-unwind" fn interrupted(state: *mut ffi::lua_State, _: *mut ffi::lua_Debug) {
        // SAFETY: called by Lua between two instructions, where functions may be called; the call is protected, and
        // whether it succeeds does not matter. The signal has its default disposition by now, which ends the program.
        unsafe {
            ffi::lua_sethook(state, None, 0, 0);
            ffi::lua_getfield(state, ffi::LUA_REGISTRYINDEX, END.as_ptr());
            ffi::lua_pcall(state, 0, 0, 0);
            libc::raise(libc::SIGINT);
        }
    }
}

#[cfg(not(unix))]
mod interrupt {
    /// Ctrl-C ends the program as it does.
    pub fn end_by(_: &mlua::Lua, _: &mlua::Function) -> mlua::Result<()> {
        Ok(())
    }
}
