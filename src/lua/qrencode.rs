//! `qrencode`: QR codes. Facts: table `qrencode` of LuatOS-Air's firmware.

use mlua::{Error, Lua, LuaString, Result, Table, Value};

use super::convert::{integer, string};
use crate::codec::qr::{self, Symbol};

/// Makes the table.
///
/// - `encode(text[, version[, level]])` → width in modules, and a string with one byte for each module, row by row: 1
///   dark, 0 light. `version`: the smallest to use, 0 any; `level`: 0 to 3; both 0 if not given.
/// - `build(text)` → width, height, and a table of 255 for each dark module, 0 for each light one.
pub fn table(lua: &Lua) -> Result<Table> {
    let qrencode = lua.create_table()?;
    qrencode.set("encode", lua.create_function(encode)?)?;
    qrencode.set("build", lua.create_function(build)?)?;
    Ok(qrencode)
}

fn encode(lua: &Lua, (text, version, level): (Value, Value, Value)) -> Result<(usize, LuaString)> {
    let text = string(lua, "qrencode.encode: text", text)?;
    let optional = |what: &str, value: Value| if value.is_nil() { Ok(0) } else { integer(lua, what, &value) };
    let version = optional("qrencode.encode: version", version)?;
    let level = optional("qrencode.encode: level", level)?;
    let symbol = symbol("qrencode.encode", &text, version, level)?;
    Ok((symbol.width, lua.create_string(&symbol.modules)?))
}

fn build(lua: &Lua, text: Value) -> Result<(usize, usize, Table)> {
    let text = string(lua, "qrencode.build: text", text)?;
    let symbol = symbol("qrencode.build", &text, 0, 0)?;
    let modules = lua.create_sequence_from(symbol.modules.iter().map(|module| module * 255))?;
    Ok((symbol.width, symbol.width, modules))
}

fn symbol(function: &str, text: &LuaString, version: i64, level: i64) -> Result<Symbol> {
    qr::encode(&text.as_bytes(), version, level).map_err(|error| Error::runtime(format!("{function}: {error}")))
}
