//! `host`: what the Lua half needs of the machine it runs on, and no LuatOS script sees.

use mlua::{Lua, LuaString, Result, Table};

use super::core::Core;

/// Makes the table.
///
/// - `version`: of this package.
/// - `failed()`: counts an error in a task or callback, for `--strict`.
/// - `tracing()` → boolean; `trace(topic, text)`: one line of `--trace`.
/// - `restart()`: runs the script anew; returns only a text, why that cannot be done.
/// - `stopped()` → boolean: the run was ended from outside (`--timeout`).
pub fn table(lua: &Lua) -> Result<Table> {
    let host = lua.create_table()?;
    host.set("version", env!("CARGO_PKG_VERSION"))?;
    let core = Core::of(lua)?;
    host.set(
        "failed",
        lua.create_function(move |_, ()| {
            core.failures.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            Ok(())
        })?,
    )?;
    let core = Core::of(lua)?;
    host.set("tracing", lua.create_function(move |_, ()| Ok(core.trace.get()))?)?;
    let core = Core::of(lua)?;
    host.set(
        "trace",
        lua.create_function(move |_, (topic, text): (LuaString, LuaString)| {
            core.trace(&topic.to_string_lossy(), &text.to_string_lossy());
            Ok(())
        })?,
    )?;
    let core = Core::of(lua)?;
    host.set("restart", lua.create_function(move |_, ()| Ok(core.restart()))?)?;
    let stopper = Core::of(lua)?.reactor.borrow().stopper();
    host.set("stopped", lua.create_function(move |_, ()| Ok(stopper.is_stopped()))?)?;
    Ok(host)
}
