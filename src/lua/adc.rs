//! `adc`: analogue inputs. Facts: module `adc` of LuatOS-Air.

use mlua::{Error, Lua, Result, Table, Value};

use super::{convert::integer, runtime::Runtime};
use crate::device::analog::{CHANNELS, SCALES};

/// Makes the table.
///
/// - `open(id [, scale])` → 1; 0 for a scale that does not exist. `close(id)` → 1.
/// - `read(id)` → raw value, mV; both 0xffff while the input is not open.
/// - the constants `SCALE_*`.
///
/// An input that does not exist raises.
pub fn table(lua: &Lua) -> Result<Table> {
    let adc = lua.create_table_from(SCALES)?;
    let runtime = Runtime::of(lua)?;
    let open = move |lua: &Lua, (id, scale): (Value, Value)| {
        let id = channel(lua, "open", &id)?;
        let scale = if scale.is_nil() { 0 } else { integer(lua, "adc.open: scale", &scale)? };
        Ok(i64::from(runtime.board.borrow_mut().analog.open(id, scale)))
    };
    adc.set("open", lua.create_function(open)?)?;
    let runtime = Runtime::of(lua)?;
    let read = move |lua: &Lua, id: Value| {
        let id = channel(lua, "read", &id)?;
        Ok(runtime.board.borrow().analog.read(id))
    };
    adc.set("read", lua.create_function(read)?)?;
    let runtime = Runtime::of(lua)?;
    let close = move |lua: &Lua, id: Value| {
        let id = channel(lua, "close", &id)?;
        runtime.board.borrow_mut().analog.close(id);
        Ok(1)
    };
    adc.set("close", lua.create_function(close)?)?;
    Ok(adc)
}

fn channel(lua: &Lua, function: &str, id: &Value) -> Result<i64> {
    let id = integer(lua, &format!("adc.{function}: id"), id)?;
    if CHANNELS.contains(&id) {
        return Ok(id);
    }
    Err(Error::runtime(format!("adc.{function}: id: {} to {} expected, got {id}", CHANNELS.start, CHANNELS.end - 1)))
}
