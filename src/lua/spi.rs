//! `spi`: buses with nothing attached. Facts: module `spi` of LuatOS-Air.

use mlua::{Error, Lua, LuaString, Result, Table, Value, Variadic};

use super::{
    convert::{integer, string},
    diagnostics,
    runtime::Runtime,
};
use crate::device::{buses::Transfer, change::Change};

/// Most bytes of one transfer.
const MOST: i64 = 1 << 20;

/// Makes the table.
///
/// - `setup(id, cpha, cpol, bits, hz [, full_duplex [, with_cs]])` → 1; 0 if there is no such bus. `close(id)` → 1.
/// - `send(id, data)` → count of bytes. `recv(id, count)`, `send_recv(id, data)` → string, as long as what is asked
///   for or sent, of bytes 0xff; "" while the bus is not set up.
/// - the constants `SPI_1`, `SPI_2`.
pub fn table(lua: &Lua) -> Result<Table> {
    let spi = lua.create_table_from([("SPI_1", 0), ("SPI_2", 1)])?;
    spi.set("setup", lua.create_function(setup)?)?;
    let send = |lua: &Lua, (id, data): (Value, Value)| Ok(exchange(lua, "send", &id, data)?.len());
    spi.set("send", lua.create_function(send)?)?;
    let send_recv = |lua: &Lua, (id, data): (Value, Value)| lua.create_string(exchange(lua, "send_recv", &id, data)?);
    spi.set("send_recv", lua.create_function(send_recv)?)?;
    spi.set("recv", lua.create_function(recv)?)?;
    let close = |lua: &Lua, id: Value| {
        let id = integer(lua, "spi.close: id", &id)?;
        Runtime::of(lua)?.board.borrow_mut().buses.close_spi(id);
        Ok(1)
    };
    spi.set("close", lua.create_function(close)?)?;
    Ok(spi)
}

fn setup(lua: &Lua, (id, settings): (Value, Variadic<Value>)) -> Result<i64> {
    let id = integer(lua, "spi.setup: id", &id)?;
    for (index, name) in ["cpha", "cpol", "bits", "hz"].into_iter().enumerate() {
        integer(lua, &format!("spi.setup: {name}"), settings.get(index).unwrap_or(&Value::Nil))?;
    }
    let is_open = Runtime::of(lua)?.board.borrow_mut().buses.open_spi(id);
    if is_open {
        diagnostics::unsupported(lua, &format!("spi {id}"), Some("nothing is attached to it"))?;
    }
    Ok(i64::from(is_open))
}

fn exchange(lua: &Lua, function: &str, id: &Value, data: Value) -> Result<Vec<u8>> {
    let bus = integer(lua, &format!("spi.{function}: id"), id)?;
    let data = string(lua, &format!("spi.{function}: data"), data)?;
    let sent = data.as_bytes().to_vec();
    let runtime = Runtime::of(lua)?;
    let received = runtime.board.borrow_mut().buses.exchange(bus, sent.len());
    runtime.emit(&Change::Bus(Transfer::Spi { bus, sent }));
    Ok(received)
}

fn recv(lua: &Lua, (id, count): (Value, Value)) -> Result<LuaString> {
    let bus = integer(lua, "spi.recv: id", &id)?;
    let count = integer(lua, "spi.recv: count", &count)?;
    let length = usize::try_from(count).ok().filter(|_| count <= MOST);
    let length =
        length.ok_or_else(|| Error::runtime(format!("spi.recv: count: 0 to {MOST} bytes expected, got {count}")))?;
    let runtime = Runtime::of(lua)?;
    let received = runtime.board.borrow_mut().buses.exchange(bus, length);
    runtime.emit(&Change::Bus(Transfer::Spi { bus, sent: vec![0; length] }));
    lua.create_string(received)
}
