//! `uart`: the AT port leads to the virtual modem; to the others nothing is attached. Facts: module
//! `uart` of LuatOS-Air.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use mlua::{Lua, LuaString, Result, Table, Value, Variadic};

use super::{convert::show, core::Core, rtos};
use crate::{device::modem::Modem, reactor::Body};

/// Id of the virtual AT port.
const ATC: i64 = 100;

/// Id of the USB port, as on the device.
const USB: i64 = 0x81;

/// The AT port.
#[derive(Default)]
struct AtPort {
    modem: Modem,
    /// From the modem, not read yet.
    received: VecDeque<u8>,
}

/// Makes the table.
///
/// - `setup(id, baud, databits, parity, stopbits …)` → baud rate.
/// - `read(id, format)`: `"*l"` up to and including a line feed, else all; a number: at most so many
///   bytes. `""` if there is nothing.
/// - `write(id, ...)`: strings, or numbers as bytes → count of bytes.
/// - `close(id)`, `getchar(id)` → one byte as a string.
/// - the constants `ATC`, `USB`, `PAR_*`, `STOP_*`.
/// - `attached(id)` (ours) → whether anything is at the other end.
pub fn table(lua: &Lua) -> Result<Table> {
    let uart = lua.create_table()?;
    for (name, value) in
        [("ATC", ATC), ("USB", USB), ("PAR_NONE", 0), ("PAR_EVEN", 1), ("PAR_ODD", 2), ("STOP_1", 1), ("STOP_2", 2)]
    {
        uart.set(name, value)?;
    }
    uart.set("attached", lua.create_function(|_, id: i64| Ok(id == ATC))?)?;

    let port = Rc::new(RefCell::new(AtPort::default()));
    let core = Core::of(lua)?;
    let setup_port = port.clone();
    let setup = move |_: &Lua, (id, baud): (i64, Option<f64>)| {
        if id == ATC {
            let said = setup_port.borrow_mut().modem.power_on();
            receive(&core, &setup_port, &said);
        }
        Ok(baud.unwrap_or(0.0) as i64)
    };
    uart.set("setup", lua.create_function(setup)?)?;

    let core = Core::of(lua)?;
    let write_port = port.clone();
    let write = move |lua: &Lua, (id, values): (i64, Variadic<Value>)| {
        let mut bytes = Vec::new();
        for value in values.iter() {
            match value {
                Value::String(text) => bytes.extend_from_slice(&text.as_bytes()),
                Value::Integer(_) | Value::Number(_) => {
                    let number = lua.coerce_number(value.clone())?.unwrap_or(0.0);
                    bytes.push(number as i64 as u8);
                }
                other => {
                    let text = format!("uart.write: strings and byte numbers expected, got {}", show(other));
                    return Err(mlua::Error::runtime(text));
                }
            }
        }
        if id == ATC {
            core.trace("AT >", String::from_utf8_lossy(&bytes).trim());
            let answer = write_port.borrow_mut().modem.feed(&bytes);
            receive(&core, &write_port, &answer);
        }
        Ok(bytes.len())
    };
    uart.set("write", lua.create_function(write)?)?;

    let read_port = port.clone();
    let read = move |lua: &Lua, (id, format): (i64, Value)| {
        let limit = match &format {
            Value::Integer(count) => usize::try_from(*count).unwrap_or(0),
            Value::Number(count) => *count as usize,
            _ => usize::MAX,
        };
        let by_line = matches!(&format, Value::String(text) if &*text.as_bytes() == b"*l");
        let taken: Vec<u8> = {
            let mut port = read_port.borrow_mut();
            let available = if id == ATC { port.received.len() } else { 0 };
            let line = port.received.iter().position(|byte| *byte == b'\n').filter(|_| by_line);
            let count = line.map_or(limit, |at| at + 1).min(available);
            port.received.drain(..count).collect()
        };
        lua.create_string(taken)
    };
    uart.set("read", lua.create_function(read)?)?;
    let getchar = move |lua: &Lua, id: i64| -> Result<LuaString> {
        let byte = if id == ATC { port.borrow_mut().received.pop_front() } else { None };
        lua.create_string(byte.as_slice())
    };
    uart.set("getchar", lua.create_function(getchar)?)?;
    uart.set("close", lua.create_function(|_, _: Variadic<Value>| Ok(()))?)?;
    Ok(uart)
}

/// Puts what the modem says into the port's buffer; the script is told when that was empty.
fn receive(core: &Core, port: &RefCell<AtPort>, text: &str) {
    for line in text.lines().filter(|line| !line.is_empty()) {
        core.trace("AT <", line);
    }
    let mut port = port.borrow_mut();
    if port.received.is_empty() && !text.is_empty() {
        core.reactor.borrow_mut().post(rtos::MSG_UART_RXDATA, Body::Number(ATC));
    }
    port.received.extend(text.as_bytes());
}
