//! Reports for people, which the Lua half writes.

use mlua::{FromLua, Function, IntoLuaMulti, Lua, Result, Table};

/// Says once per name that something of the device does not exist here.
///
/// # Errors
/// The Lua half failed.
pub fn unsupported(lua: &Lua, name: &str, why: Option<&str>) -> Result<()> {
    report(lua, "unsupported", (name, why))
}

/// Writes a warning; `tag` names who warns, such as a function.
///
/// # Errors
/// The Lua half failed.
pub fn warn(lua: &Lua, tag: &str, text: &str) -> Result<()> {
    report(lua, "warn", (tag, text))
}

/// Likewise once per text, with the script's line.
///
/// # Errors
/// The Lua half failed.
pub fn warn_once(lua: &Lua, tag: &str, text: &str) -> Result<()> {
    report(lua, "warn_once", (tag, text))
}

/// Warns a project once that something works here only: `what` it is, as the subject of a sentence, and what the device
/// does.
///
/// # Errors
/// The Lua half failed.
pub fn works_here_only(lua: &Lua, tag: &str, what: &str, consequence: &str) -> Result<()> {
    let portability = Table::from_lua(super::use_module(lua, "runtime.portability")?, lua)?;
    portability.get::<Function>("warn")?.call((tag, what, consequence))
}

fn report(lua: &Lua, function: &str, arguments: impl IntoLuaMulti) -> Result<()> {
    let diagnostics = Table::from_lua(super::use_module(lua, "runtime.diagnostics")?, lua)?;
    diagnostics.get::<Function>(function)?.call(arguments)
}
