//! `i2c`: buses with nothing attached. Facts: module `i2c` of LuatOS-Air.

use mlua::{Error, Lua, LuaString, Result, Table, Value, Variadic};

use super::{
    convert::{integer, show},
    diagnostics,
    runtime::Runtime,
};
use crate::device::{
    buses::{I2C_BUSES, Transfer},
    change::Change,
};

/// Makes the table.
///
/// - `setup(id, speed [, address])` → speed. `close(id)` → 1.
/// - `send(id, address, data)`, `write(id [, address], register, data)` → count of bytes that were acknowledged:
///   0. Data: a byte as a number, a string, or a list of bytes.
/// - `recv(id, address, count)`, `read(id [, address], register, count)` → string; "", because nobody answers.
///   For a count of 0 no value.
/// - the constants `SLOW` and `FAST`, speeds in Hz.
///
/// A bus that does not exist raises. Addresses have 7 bits; without one, that of `setup` is meant.
pub fn table(lua: &Lua) -> Result<Table> {
    let i2c = lua.create_table_from([("SLOW", 100_000), ("FAST", 400_000)])?;
    i2c.set("setup", lua.create_function(setup)?)?;
    i2c.set("close", lua.create_function(|lua, id: Value| bus(lua, "close", &id).map(|_| 1))?)?;
    for (name, takes_register) in [("send", false), ("write", true)] {
        let write = move |lua: &Lua, values: Variadic<Value>| write(lua, name, takes_register, &values);
        i2c.set(name, lua.create_function(write)?)?;
    }
    for (name, takes_register) in [("recv", false), ("read", true)] {
        let read = move |lua: &Lua, values: Variadic<Value>| read(lua, name, takes_register, &values);
        i2c.set(name, lua.create_function(read)?)?;
    }
    Ok(i2c)
}

fn setup(lua: &Lua, (id, speed, address): (Value, Value, Value)) -> Result<i64> {
    let bus = bus(lua, "setup", &id)?;
    let speed = integer(lua, "i2c.setup: speed", &speed)?;
    let address = if address.is_nil() { None } else { Some(integer(lua, "i2c.setup: address", &address)?) };
    Runtime::of(lua)?.board.borrow_mut().buses.set_up_i2c(bus, address);
    diagnostics::unsupported(lua, &format!("i2c {bus}"), Some("nothing is attached to it"))?;
    Ok(speed)
}

/// What the values of a call before its last one mean.
struct Target {
    bus: i64,
    address: i64,
    /// The number of a register of the other side, if the call names one.
    register: Option<u8>,
}

fn target(lua: &Lua, function: &str, takes_register: bool, values: &[Value]) -> Result<Target> {
    let value = |index: usize| values.get(index).unwrap_or(&Value::Nil);
    let number = |index: usize, name: &str| integer(lua, &format!("i2c.{function}: {name}"), value(index));
    let bus = bus(lua, function, value(0))?;
    if !takes_register {
        return Ok(Target { bus, address: number(1, "address")?, register: None });
    }
    // With four values the second is the address.
    let has_address = values.len() >= 4;
    let address =
        if has_address { number(1, "address")? } else { Runtime::of(lua)?.board.borrow().buses.i2c_address(bus) };
    Ok(Target { bus, address, register: Some(number(if has_address { 2 } else { 1 }, "register")? as u8) })
}

/// The last value of a call that takes three, or four where the second is an address.
fn last(takes_register: bool, values: &[Value]) -> &Value {
    let index = if takes_register && values.len() >= 4 { 3 } else { 2 };
    values.get(index).unwrap_or(&Value::Nil)
}

fn write(lua: &Lua, function: &str, takes_register: bool, values: &[Value]) -> Result<i64> {
    let Target { bus, address, register } = target(lua, function, takes_register, values)?;
    let mut sent: Vec<u8> = register.into_iter().collect();
    sent.extend(data(lua, function, last(takes_register, values))?);
    Runtime::of(lua)?.emit(&Change::Bus(Transfer::I2cWrite { bus, address, sent }));
    Ok(0)
}

fn read(lua: &Lua, function: &str, takes_register: bool, values: &[Value]) -> Result<Variadic<LuaString>> {
    let Target { bus, address, register } = target(lua, function, takes_register, values)?;
    let count = integer(lua, &format!("i2c.{function}: count"), last(takes_register, values))?;
    if count == 0 {
        return Ok(Variadic::new());
    }
    let runtime = Runtime::of(lua)?;
    if let Some(register) = register {
        runtime.emit(&Change::Bus(Transfer::I2cWrite { bus, address, sent: vec![register] }));
    }
    runtime.emit(&Change::Bus(Transfer::I2cRead { bus, address, count }));
    Ok(std::iter::once(lua.create_string("")?).collect())
}

/// Bytes to send: a number, a string or a list of numbers.
fn data(lua: &Lua, function: &str, value: &Value) -> Result<Vec<u8>> {
    let what = format!("i2c.{function}: data");
    match value {
        Value::String(text) => Ok(text.as_bytes().to_vec()),
        Value::Integer(_) | Value::Number(_) => Ok(vec![integer(lua, &what, value)? as u8]),
        Value::Table(list) => {
            let byte = |value: Result<Value>| Ok(integer(lua, &what, &value?)? as u8);
            list.sequence_values::<Value>().map(byte).collect()
        }
        other => Err(Error::runtime(format!("{what}: byte, string or list of bytes expected, got {}", show(other)))),
    }
}

fn bus(lua: &Lua, function: &str, id: &Value) -> Result<i64> {
    let id = integer(lua, &format!("i2c.{function}: id"), id)?;
    if (0..=I2C_BUSES).contains(&id) {
        return Ok(id);
    }
    Err(Error::runtime(format!("i2c.{function}: id: 1 to {I2C_BUSES} expected, got {id}")))
}
