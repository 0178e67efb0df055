//! The other end of a serial port, for `native.device`.

use mlua::{Lua, LuaString, Result, Table};

use super::super::runtime::Runtime;

/// Adds `play_uart(id)`: from now on the port has another end, which is not said to be missing; `uart_sent(id)` → what
/// the script has sent at a port since the last call, at most the newest 64 KiB, and how many bytes before these are lost;
/// `uart_give_back(id, bytes)` puts back what that has given; `is_uart_open(id)`: whether the script has set the port up; `uart_room(id)`: how many bytes may come in before some are
/// lost, nil for no bound, at a port that leads to something real.
pub fn extend(lua: &Lua, device: &Table) -> Result<()> {
    let runtime = Runtime::of(lua)?;
    let play = move |_: &Lua, id: i64| {
        runtime.board.borrow_mut().uarts.play(id);
        Ok(())
    };
    device.set("play_uart", lua.create_function(play)?)?;
    let runtime = Runtime::of(lua)?;
    let sent = move |lua: &Lua, id: i64| {
        let sent = runtime.board.borrow_mut().uarts.take_sent(id);
        Ok((lua.create_string(Vec::from(sent.bytes))?, sent.lost))
    };
    device.set("uart_sent", lua.create_function(sent)?)?;
    let runtime = Runtime::of(lua)?;
    let give_back = move |_: &Lua, (id, bytes): (i64, LuaString)| {
        runtime.board.borrow_mut().uarts.give_back(id, bytes.as_bytes().to_vec());
        Ok(())
    };
    device.set("uart_give_back", lua.create_function(give_back)?)?;
    let runtime = Runtime::of(lua)?;
    let is_open = move |_: &Lua, id: i64| Ok(runtime.board.borrow().uarts.is_set_up(id));
    device.set("is_uart_open", lua.create_function(is_open)?)?;
    let runtime = Runtime::of(lua)?;
    let room = move |_: &Lua, id: i64| {
        let is_real = runtime.serial_port(id).is_some();
        Ok((!is_real).then(|| runtime.board.borrow().uarts.room(id)))
    };
    device.set("uart_room", lua.create_function(room)?)
}
