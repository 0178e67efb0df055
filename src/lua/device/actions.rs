//! `native.device`: where the Lua half lets actions in.

use mlua::{Error, FromLuaMulti, Lua, LuaString, Result, Table};

use super::{super::runtime::Runtime, changes, conditions, displays, phone, serial, sound, state};
use crate::device::{action::Action, wifi::AccessPoint};

/// Makes `native.device`, each function an action:
///
/// `input(pin, level)`, `access_points(strengths)`: a table of dBm by address. `key(row, column, is_pressed)`, `analog(channel, millivolts)`, `uart(id, bytes)`,
/// `battery(millivolts)`, `charger(is_connected)`, `network(has_coverage)`. Levels and states are booleans.
///
/// `conditions(table)`: see [`conditions::action`]; `reset_connections()`: every connection breaks. What
/// concerns the phone is in [`phone`], and sound in [`sound`].
pub fn table(lua: &Lua) -> Result<Table> {
    let board = lua.create_table()?;
    add(lua, &board, "input", |(pin, level)| Action::Input { pin, level })?;
    add(lua, &board, "key", |(row, column, is_pressed)| Action::Key { row, column, is_pressed })?;
    add(lua, &board, "analog", |(channel, millivolts)| Action::Analog { channel, millivolts })?;
    add(lua, &board, "uart", |(id, bytes): (_, LuaString)| Action::Uart { id, bytes: bytes.as_bytes().to_vec() })?;
    add_checked(lua, &board, "access_points", access_points)?;
    add(lua, &board, "battery", |millivolts| Action::Battery { millivolts })?;
    add(lua, &board, "charger", Action::Charger)?;
    add(lua, &board, "network", Action::Network)?;
    add_checked(lua, &board, "conditions", conditions::action)?;
    add(lua, &board, "reset_connections", |()| Action::ResetConnections)?;
    phone::extend(lua, &board)?;
    changes::extend(lua, &board)?;
    displays::extend(lua, &board)?;
    serial::extend(lua, &board)?;
    sound::extend(lua, &board)?;
    state::extend(lua, &board)?;
    Ok(board)
}

fn access_points(strengths: Table) -> Result<Action> {
    let mut points = Vec::new();
    for pair in strengths.pairs::<String, i16>() {
        let (text, strength) = pair?;
        let address = AccessPoint::parse_address(&text)
            .ok_or_else(|| Error::runtime(format!("wifi: address such as 01:23:45:67:89:ab expected, got {text:?}")))?;
        points.push(AccessPoint { address, strength });
    }
    // In an order that does not change: the strongest first.
    points.sort_by_key(|point| (-point.strength, point.address));
    Ok(Action::AccessPoints(points))
}

pub(super) fn add<A: FromLuaMulti>(
    lua: &Lua,
    board: &Table,
    name: &str,
    action: impl Fn(A) -> Action + 'static,
) -> Result<()> {
    add_checked(lua, board, name, move |values| Ok(action(values)))
}

/// Likewise; the values may be none of an action.
pub(super) fn add_checked<A: FromLuaMulti>(
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
