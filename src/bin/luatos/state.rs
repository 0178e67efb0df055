//! Lua states with what the runner brings along.

use std::path::Path;

use mlua::{Function, Lua, LuaOptions, StdLib};
use websocket::lua;

/// A Lua state with all of the standard library, as `lua5.3` has it.
pub fn new_state() -> Lua {
    // mlua's default, spelled out: otherwise it puts a `pcall` of its own in place of Lua's, which
    // a task cannot yield across.
    let options = LuaOptions::new().catch_rust_panics(true);
    // SAFETY: the script may load C modules and use `debug`, as under `lua5.3`; what those do to
    // memory is the script's responsibility there and here.
    unsafe { Lua::unsafe_new_with(StdLib::ALL, options) }
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

/// Templates for the folders in which Debian and luarocks keep what Lua 5.3 loads, each behind a `;`.
pub fn installed(kind: &str, patterns: &str) -> String {
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

/// An error in words; what is wrong with an option is no error of a script.
pub fn text(error: mlua::Error) -> String {
    match error {
        mlua::Error::RuntimeError(text) => text,
        other => other.to_string(),
    }
}
