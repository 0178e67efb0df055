//! Models of what is attached to a bus: Lua functions, which `lua/device/models.lua` keeps and calls.

use mlua::{FromLua, FromLuaMulti, Function, IntoLuaMulti, Lua, LuaString, Result, Table};

use super::diagnostics;
use crate::device::buses::RELEASED;

/// What a transfer on I2C brings: `written` is sent to an address, and then `count` bytes are read. `None` if nobody
/// acknowledges.
///
/// # Errors
/// The Lua half failed; an error of the model is none.
pub fn on_i2c(lua: &Lua, bus: i64, address: i64, written: &[u8], count: usize) -> Result<Option<Vec<u8>>> {
    let answer: Option<LuaString> = call(lua, "ask_i2c", (bus, address, lua.create_string(written)?, count))?;
    if answer.is_none() {
        say_if_empty(lua, "i2c", bus)?;
    }
    Ok(answer.map(|bytes| fitted(&bytes.as_bytes(), count)))
}

/// What comes back on SPI while `written` is sent; bytes of a line that nobody drives where no model answers.
///
/// # Errors
/// As with [`on_i2c`].
pub fn on_spi(lua: &Lua, bus: i64, written: &[u8]) -> Result<Vec<u8>> {
    let answer: Option<LuaString> = call(lua, "ask_spi", (bus, lua.create_string(written)?))?;
    if answer.is_none() {
        say_if_empty(lua, "spi", bus)?;
    }
    let answer = answer.map(|bytes| bytes.as_bytes().to_vec()).unwrap_or_default();
    Ok(fitted(&answer, written.len()))
}

/// Says once of a bus, of that kind, that nothing is attached to it.
fn say_if_empty(lua: &Lua, kind: &str, bus: i64) -> Result<()> {
    if call(lua, "is_on", (kind, bus))? {
        return Ok(());
    }
    let text = format!("nothing is attached to {kind} {bus}: device.{kind} attaches a model");
    diagnostics::warn_once(lua, "luatos", &text)
}

/// So many bytes: further ones are not read, missing ones are those of a line that nobody drives.
fn fitted(bytes: &[u8], count: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes.resize(count, RELEASED);
    bytes
}

fn call<R: FromLuaMulti>(lua: &Lua, function: &str, arguments: impl IntoLuaMulti) -> Result<R> {
    let models = Table::from_lua(super::use_module(lua, "device.models")?, lua)?;
    models.get::<Function>(function)?.call(arguments)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_as_long_as_the_transfer() {
        assert_eq!(fitted(b"ab", 3), b"ab\xff");
        assert_eq!(fitted(b"abc", 2), b"ab");
        assert_eq!(fitted(b"", 0), b"");
    }
}
