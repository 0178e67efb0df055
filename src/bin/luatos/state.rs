//! Lua states with what the runner brings along.

use std::{ffi::c_int, path::Path};

use mlua::{Function, Lua, LuaOptions, StdLib, ffi};
use websocket::lua::{self, Vm};

/// A Lua state with all of the standard library, as Lua's own program has it.
pub fn new_state() -> Lua {
    // mlua's default, spelled out: otherwise it puts a `pcall` of its own in place of Lua's, which
    // a task cannot yield across.
    let options = LuaOptions::new().catch_rust_panics(true);
    // SAFETY: the script may load C modules and use `debug`, as under `lua5.3`; what those do to
    // memory is the script's responsibility there and here.
    let lua = unsafe { Lua::unsafe_new_with(StdLib::ALL, options) };
    if Vm::OURS == Vm::Lua51 {
        closing_exit(&lua);
    }
    lua
}

/// Lets `os.exit(status, true)` of Lua 5.1 close the state, as later versions do.
fn closing_exit(lua: &Lua) {
    unsafe extern "C-unwind" fn exit(state: *mut ffi::lua_State) -> c_int {
        // SAFETY: a C function may use its own state so, and this frame holds nothing to drop. Nothing uses the state
        // once it is closed: the process ends.
        unsafe {
            let status = ffi::luaL_optinteger(state, 1, 0);
            if ffi::lua_toboolean(state, 2) != 0 {
                ffi::lua_close(state);
            }
            std::process::exit(status as c_int)
        }
    }
    // SAFETY: the function keeps to what Lua asks of one.
    let exit = unsafe { lua.create_c_function(exit) };
    let replaced = exit.and_then(|exit| lua.globals().get::<mlua::Table>("os")?.set("exit", exit));
    replaced.expect("a new state has the table os");
}

/// `require "luatos.test"`, as for the system's Lua.
const TEST: &str = include_str!("../../../lua/luatos/test.lua");

/// Has `require` find what the runner brings along.
pub fn preload_runtime(lua: &Lua) -> mlua::Result<mlua::Table> {
    let preload: mlua::Table = lua.globals().get::<mlua::Table>("package")?.get("preload")?;
    preload.set("websocket", lua.create_function(|lua, ()| lua::open_websocket(lua))?)?;
    preload.set("luatos", lua.create_function(|lua, ()| lua::open_luatos(lua))?)?;
    preload.set("luatos.test", lua.load(TEST).set_name("=luatos/test.lua").into_function()?)?;
    Ok(preload)
}

/// Switches the runtime on.
pub fn open_runtime(lua: &Lua) -> mlua::Result<()> {
    let preload = preload_runtime(lua)?;
    lua.globals().get::<Function>("require")?.call::<()>("luatos")?;
    // From here on `require "websocket"` is the runtime's own, which also sets up its requirements.
    preload.raw_remove("luatos.test")?;
    preload.raw_remove("websocket")
}

/// What goes behind `package.path` and `package.cpath`, so that Lua finds what Debian and luarocks have installed for it.
pub fn installed() -> (String, String) {
    (templates("share", "?.lua;?/init.lua"), templates("lib", "?.so"))
}

/// The patterns in the folders in which Debian and luarocks keep files of a kind, each behind a `;`.
fn templates(kind: &str, patterns: &str) -> String {
    let below = format!("lua/{}", Vm::OURS);
    let mut folders = vec![format!("/usr/{kind}/{below}")];
    if let Some(home) = std::env::var_os("HOME") {
        folders.insert(0, format!("{}/.luarocks/{kind}/{below}", Path::new(&home).display()));
    }
    // Debian's folders for each machine, such as x86_64-linux-gnu.
    let machines = std::fs::read_dir(format!("/usr/{kind}")).into_iter().flatten().flatten();
    let machines = machines.map(|entry| entry.path().join(&below)).filter(|folder| folder.is_dir());
    folders.extend(machines.map(|folder| folder.display().to_string()));
    let templates = folders.iter().flat_map(|folder| patterns.split(';').map(move |name| format!(";{folder}/{name}")));
    templates.collect()
}

/// An error in words; what is wrong with an option is no error of a script.
pub fn text(error: mlua::Error) -> String {
    match error {
        mlua::Error::RuntimeError(text) => text,
        other => other.to_string(),
    }
}
