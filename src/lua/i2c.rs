//! `i2c`: buses with what models of the device's outside attach to them. Facts: module `i2c` of LuatOS-Air.

use mlua::{Lua, LuaString, Result, Table, Value, Variadic};

use super::{
    arguments::{Arguments, define},
    convert::{integer, show},
    models,
    runtime::Runtime,
};
use crate::device::{
    buses::{I2C_BUSES, MAX_TRANSFER, Transfer},
    change::Change,
};

/// Makes the table.
///
/// - `setup(id, speed [, address])` → speed. `close(id)` → 1.
/// - `send(id, address, data)`, `write(id [, address], register, data)` → count of bytes of the data that were
///   acknowledged: all or, where nothing is attached, 0. Data: a byte as a number, a string, or a list of bytes.
/// - `recv(id, address, count)`, `read(id [, address], register, count)` → string; "" where nobody answers.
///   For a count of 0 no value.
/// - the constants `SLOW` and `FAST`, speeds in Hz.
///
/// A bus that does not exist raises. Addresses have 7 bits; without one, that of `setup` is meant.
pub fn table(lua: &Lua) -> Result<Table> {
    let i2c = lua.create_table_from([("SLOW", 100_000), ("FAST", 400_000)])?;
    define(lua, &i2c, "i2c.setup", setup)?;
    define(lua, &i2c, "i2c.close", |arguments| bus(arguments).map(|_| 1))?;
    define(lua, &i2c, "i2c.send", |arguments| write(arguments, &Target::of_pair(arguments)?))?;
    define(lua, &i2c, "i2c.write", |arguments| write(arguments, &Target::of_register(arguments)?))?;
    define(lua, &i2c, "i2c.recv", |arguments| read(arguments, &Target::of_pair(arguments)?))?;
    define(lua, &i2c, "i2c.read", |arguments| read(arguments, &Target::of_register(arguments)?))?;
    Ok(i2c)
}

fn setup(arguments: &Arguments<'_>) -> Result<i64> {
    let bus = bus(arguments)?;
    let speed = arguments.integer(2, "speed")?;
    let address = if arguments.value(3).is_nil() { None } else { Some(arguments.integer(3, "address")?) };
    Runtime::of(arguments.lua)?.board.borrow_mut().buses.set_up_i2c(bus, address);
    Ok(speed)
}

/// What the values of a call before its last one mean.
struct Target {
    bus: i64,
    address: i64,
    /// The number of a register of the other side, if the call names one.
    register: Option<u8>,
    /// Position of the last value.
    last: usize,
}

impl Target {
    /// Bus and address.
    fn of_pair(arguments: &Arguments<'_>) -> Result<Self> {
        let bus = bus(arguments)?;
        Ok(Target { bus, address: arguments.integer(2, "address")?, register: None, last: 3 })
    }

    /// Bus, perhaps an address, and register.
    fn of_register(arguments: &Arguments<'_>) -> Result<Self> {
        let bus = bus(arguments)?;
        // With four values the second is the address.
        let has_address = !arguments.rest(4).is_empty();
        let address = if has_address {
            arguments.integer(2, "address")?
        } else {
            Runtime::of(arguments.lua)?.board.borrow().buses.i2c_address(bus)
        };
        let position = if has_address { 3 } else { 2 };
        let register = arguments.integer(position, "register")? as u8;
        Ok(Target { bus, address, register: Some(register), last: position + 1 })
    }
}

fn write(arguments: &Arguments<'_>, target: &Target) -> Result<usize> {
    let Target { bus, address, register, last } = *target;
    let data = data(arguments, last)?;
    let count = data.len();
    let sent: Vec<u8> = register.into_iter().chain(data).collect();
    Runtime::of(arguments.lua)?.emit(&Change::Bus(Transfer::I2cWrite { bus, address, sent: sent.clone() }));
    let is_acknowledged = models::on_i2c(arguments.lua, bus, address, &sent, 0)?.is_some();
    Ok(if is_acknowledged { count } else { 0 })
}

fn read(arguments: &Arguments<'_>, target: &Target) -> Result<Variadic<LuaString>> {
    let Target { bus, address, register, last } = *target;
    let count = arguments.integer(last, "count")?;
    if count == 0 {
        return Ok(Variadic::new());
    }
    let length = usize::try_from(count).ok().filter(|length| *length <= MAX_TRANSFER);
    let expected = || arguments.wrong("count", &format!("0 to {MAX_TRANSFER} bytes expected, got {count}"));
    let length = length.ok_or_else(expected)?;
    let lua = arguments.lua;
    let runtime = Runtime::of(lua)?;
    let written: Vec<u8> = register.into_iter().collect();
    if register.is_some() {
        runtime.emit(&Change::Bus(Transfer::I2cWrite { bus, address, sent: written.clone() }));
    }
    runtime.emit(&Change::Bus(Transfer::I2cRead { bus, address, count }));
    let answer = models::on_i2c(lua, bus, address, &written, length)?.unwrap_or_default();
    Ok(std::iter::once(lua.create_string(answer)?).collect())
}

/// Bytes to send: a number, a string or a list of numbers.
fn data(arguments: &Arguments<'_>, position: usize) -> Result<Vec<u8>> {
    match arguments.value(position) {
        Value::String(text) => Ok(text.as_bytes().to_vec()),
        Value::Integer(_) | Value::Number(_) => Ok(vec![arguments.integer(position, "data")? as u8]),
        Value::Table(list) => {
            let byte = |value: Result<Value>| Ok(integer(arguments.lua, &arguments.names("data"), &value?)? as u8);
            list.sequence_values::<Value>().map(byte).collect()
        }
        other => Err(arguments.wrong("data", &format!("byte, string or list of bytes expected, got {}", show(other)))),
    }
}

fn bus(arguments: &Arguments<'_>) -> Result<i64> {
    let id = arguments.integer(1, "id")?;
    if (0..=I2C_BUSES).contains(&id) {
        return Ok(id);
    }
    Err(arguments.wrong("id", &format!("1 to {I2C_BUSES} expected, got {id}")))
}
