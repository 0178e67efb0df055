//! `pwm`: pulse-width modulation. Facts: module `pwm` of LuatOS-Air.

use mlua::{Lua, Result, Table, Value};

use super::{convert::integer, runtime::Runtime};
use crate::device::{change::Change, pwm::Signal};

/// Makes the table.
///
/// - `open(id)`, `close(id)` → 1; 0 if there is no such channel, or none open.
/// - `set(id, first, second)` → 1; 0 if the channel is not open or has no such signal. Channel 0: divider of
///   25 MHz, up to 2047, and the part of it that is high, up to 1023. Channel 1: period, 0 to 7 for 125 to 3000 ms,
///   and time high, 1 to 15 times 15.6 ms.
pub fn table(lua: &Lua) -> Result<Table> {
    let pwm = lua.create_table()?;
    let runtime = Runtime::of(lua)?;
    let open = move |lua: &Lua, id: Value| {
        let id = integer(lua, "pwm.open: id", &id)?;
        Ok(i64::from(runtime.board.borrow_mut().pwm.open(id)))
    };
    pwm.set("open", lua.create_function(open)?)?;
    let runtime = Runtime::of(lua)?;
    let set = move |lua: &Lua, (id, first, second): (Value, Value, Value)| {
        let channel = integer(lua, "pwm.set: id", &id)?;
        let first = integer(lua, "pwm.set: first number", &first)?;
        let second = integer(lua, "pwm.set: second number", &second)?;
        let Some(signal) = Signal::new(channel, first, second) else { return Ok(0) };
        let (is_set, is_new) = runtime.board.borrow_mut().pwm.set(channel, signal);
        if is_new {
            runtime.emit(&Change::Pwm { channel, signal: Some(signal) });
        }
        Ok(i64::from(is_set))
    };
    pwm.set("set", lua.create_function(set)?)?;
    let runtime = Runtime::of(lua)?;
    let close = move |lua: &Lua, id: Value| {
        let channel = integer(lua, "pwm.close: id", &id)?;
        let was_open = runtime.board.borrow_mut().pwm.close(channel);
        if was_open {
            runtime.emit(&Change::Pwm { channel, signal: None });
        }
        Ok(i64::from(was_open))
    };
    pwm.set("close", lua.create_function(close)?)?;
    Ok(pwm)
}
