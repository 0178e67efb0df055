//! `native.device`: where the Lua half lets actions in.

use mlua::{Error, FromLuaMulti, Lua, LuaString, Result, Table};

use super::{super::runtime::Runtime, conditions};
use crate::device::{
    action::Action,
    pdu::{Address, Content, Deliver, MAX_PARTS},
};

/// Makes `native.device`, each function an action:
///
/// `input(pin, level)`, `key(row, column, is_pressed)`, `analog(channel, millivolts)`, `uart(id, bytes)`,
/// `battery(millivolts)`, `charger(is_connected)`, `network(has_coverage)`, `sim(is_there)`. Levels and states are
/// booleans.
///
/// `conditions(table)`: see [`conditions`](super::conditions); `reset_connections()`: every connection breaks.
///
/// `sms(from, text [, time])`: a text message of any length, in UTF-8, at a time in seconds since 1970 (UTC);
/// `pdu(octets)`: an SMS-DELIVER; `call([from])`, `hang_up()`, `pick_up()`, `dtmf(keys)`: somebody calls, and what the
/// other side of a call does.
pub fn table(lua: &Lua) -> Result<Table> {
    let board = lua.create_table()?;
    add(lua, &board, "input", |(pin, level)| Action::Input { pin, level })?;
    add(lua, &board, "key", |(row, column, is_pressed)| Action::Key { row, column, is_pressed })?;
    add(lua, &board, "analog", |(channel, millivolts)| Action::Analog { channel, millivolts })?;
    add(lua, &board, "uart", |(id, bytes): (_, LuaString)| Action::Uart { id, bytes: bytes.as_bytes().to_vec() })?;
    add(lua, &board, "battery", |millivolts| Action::Battery { millivolts })?;
    add(lua, &board, "charger", Action::Charger)?;
    add(lua, &board, "network", Action::Network)?;
    add_checked(lua, &board, "conditions", conditions::action)?;
    add(lua, &board, "reset_connections", |()| Action::ResetConnections)?;
    add(lua, &board, "sim", Action::Sim)?;
    add_checked(lua, &board, "sms", sms)?;
    add_checked(lua, &board, "pdu", pdu)?;
    add(lua, &board, "call", |from: Option<String>| Action::Call { from: from.unwrap_or_default() })?;
    add(lua, &board, "hang_up", |()| Action::HangUp)?;
    add(lua, &board, "pick_up", |()| Action::PickUp)?;
    add(lua, &board, "dtmf", Action::Dtmf)?;
    Ok(board)
}

fn sms((from, text, time): (String, String, Option<i64>)) -> Result<Action> {
    let Some(address) = Address::parse(&from) else {
        let expected = "up to 20 digits after an optional +, or up to 11 characters of a name expected";
        return Err(Error::runtime(format!("sms: from: {expected}, got {from:?}")));
    };
    let parts = Content::of(&text).pieces().len();
    if parts > MAX_PARTS {
        return Err(Error::runtime(format!("sms: text: up to {MAX_PARTS} parts expected, got {parts}")));
    }
    Ok(Action::Sms { from: address, text, time })
}

fn pdu(octets: LuaString) -> Result<Action> {
    let octets = octets.as_bytes().to_vec();
    match Deliver::decode(&octets) {
        Ok(_) => Ok(Action::Pdu(octets)),
        Err(problem) => Err(Error::runtime(format!("pdu: an SMS-DELIVER expected: {problem}"))),
    }
}

fn add<A: FromLuaMulti>(lua: &Lua, board: &Table, name: &str, action: impl Fn(A) -> Action + 'static) -> Result<()> {
    add_checked(lua, board, name, move |values| Ok(action(values)))
}

/// Likewise; the values may be none of an action.
fn add_checked<A: FromLuaMulti>(
    lua: &Lua,
    board: &Table,
    name: &str,
    action: impl Fn(A) -> Result<Action> + 'static,
) -> Result<()> {
    let runtime = Runtime::of(lua)?;
    let act = move |_: &Lua, values: A| {
        runtime.act(&action(values)?);
        Ok(())
    };
    board.set(name, lua.create_function(act)?)
}
