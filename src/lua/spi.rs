//! `spi`: buses with what models of the device's outside attach to them. Facts: module `spi` of LuatOS-Air.

use mlua::{Lua, LuaString, Result, Table};

use super::{
    arguments::{Arguments, define},
    models,
    runtime::Runtime,
};
use crate::device::{
    buses::{MAX_TRANSFER, Transfer},
    change::Change,
};

/// Makes the table.
///
/// - `setup(id, cpha, cpol, bits, hz [, full_duplex [, with_cs]])` → 1; 0 if there is no such bus. `close(id)` → 1.
/// - `send(id, data)` → count of bytes. `recv(id, count)`, `send_recv(id, data)` → string, as long as what is asked
///   for or sent, of bytes 0xff where nothing answers; "" while the bus is not set up.
/// - the constants `SPI_1`, `SPI_2`.
pub fn table(lua: &Lua) -> Result<Table> {
    let spi = lua.create_table_from([("SPI_1", 0), ("SPI_2", 1)])?;
    define(lua, &spi, "spi.setup", setup)?;
    define(lua, &spi, "spi.send", |arguments| Ok(exchange_data(arguments)?.len()))?;
    define(lua, &spi, "spi.send_recv", |arguments| arguments.lua.create_string(exchange_data(arguments)?))?;
    define(lua, &spi, "spi.recv", recv)?;
    define(lua, &spi, "spi.close", |arguments| {
        let id = arguments.integer(1, "id")?;
        Runtime::of(arguments.lua)?.board.borrow_mut().buses.close_spi(id);
        Ok(1)
    })?;
    Ok(spi)
}

fn setup(arguments: &Arguments<'_>) -> Result<i64> {
    let id = arguments.integer(1, "id")?;
    for (name, position) in ["cpha", "cpol", "bits", "hz"].into_iter().zip(2..) {
        arguments.integer(position, name)?;
    }
    let is_open = Runtime::of(arguments.lua)?.board.borrow_mut().buses.open_spi(id);
    Ok(i64::from(is_open))
}

fn exchange_data(arguments: &Arguments<'_>) -> Result<Vec<u8>> {
    let bus = arguments.integer(1, "id")?;
    let sent = arguments.text(2, "data")?.as_bytes().to_vec();
    exchange(arguments.lua, bus, sent)
}

fn recv(arguments: &Arguments<'_>) -> Result<LuaString> {
    let bus = arguments.integer(1, "id")?;
    let count = arguments.integer(2, "count")?;
    let length = usize::try_from(count).ok().filter(|length| *length <= MAX_TRANSFER);
    let expected = || arguments.wrong("count", &format!("0 to {MAX_TRANSFER} bytes expected, got {count}"));
    let received = exchange(arguments.lua, bus, vec![0; length.ok_or_else(expected)?])?;
    arguments.lua.create_string(received)
}

/// Sends bytes; returns as many, or none while the bus is not set up.
fn exchange(lua: &Lua, bus: i64, sent: Vec<u8>) -> Result<Vec<u8>> {
    let runtime = Runtime::of(lua)?;
    runtime.emit(&Change::Bus(Transfer::Spi { bus, sent: sent.clone() }));
    let is_open = runtime.board.borrow().buses.is_spi_open(bus);
    if is_open { models::on_spi(lua, bus, &sent) } else { Ok(Vec::new()) }
}
