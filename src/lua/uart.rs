//! `uart`: the AT port leads to the virtual modem; to the others nothing is attached. Facts: module
//! `uart` of LuatOS-Air.

use std::{
    cell::RefCell,
    collections::{HashSet, VecDeque},
    rc::Rc,
};

use mlua::{Error, IntoLua, Lua, Result, Table, Value, Variadic};

use super::{
    convert::{bytes, integer, show},
    rtos, rtos_system,
    runtime::Runtime,
};
use crate::{device::modem::Modem, reactor::Body};

/// Id of the virtual AT port.
const ATC: i64 = 100;

/// Id of the USB port, as on the device.
const USB: i64 = 0x81;

const CONSTANTS: [(&str, i64); 7] =
    [("ATC", ATC), ("USB", USB), ("PAR_NONE", 0), ("PAR_EVEN", 1), ("PAR_ODD", 2), ("STOP_1", 1), ("STOP_2", 2)];

/// The ports of one Lua state.
#[derive(Default)]
struct Ports {
    modem: Modem,
    /// From the modem, not read yet.
    received: VecDeque<u8>,
    /// Ports whose script asked to be told when all is sent.
    reports_sent: HashSet<i64>,
}

/// Makes the table.
///
/// - `setup(id, baud, databits, parity, stopbits [, polled [, reports_sent …]])` → baud rate. With
///   `reports_sent` 1 each `write` is followed by `MSG_UART_TX_DONE`.
/// - `read(id, format)`: `"*l"` up to and including a line feed, else all; a number: at most so many
///   bytes; `"*n"` a number, 0 if there is none; anything else: all. `""` if there is nothing.
/// - `write(id, ...)`: strings, or numbers as bytes → count of bytes.
/// - `close(id)`, `getchar(id)` → one byte as a string; `set_rs485_oe` is accepted.
/// - the constants `ATC`, `USB`, `PAR_*`, `STOP_*`.
pub fn table(lua: &Lua) -> Result<Table> {
    let uart = lua.create_table_from(CONSTANTS)?;
    let ports = Rc::new(RefCell::new(Ports::default()));

    let runtime = Runtime::of(lua)?;
    let setup_ports = ports.clone();
    let setup = move |lua: &Lua, (id, baud, rest): (Value, Value, Variadic<Value>)| {
        let id = integer(lua, "uart.setup: id", &id)?;
        let baud = if baud.is_nil() { 0 } else { integer(lua, "uart.setup: baud rate", &baud)? };
        // Data bits, parity, stop bits and whether it is polled come before it.
        let reports_sent = rest.get(4).is_some_and(|flag| flag.as_i64() == Some(1));
        if id == ATC {
            let said = setup_ports.borrow_mut().modem.power_on();
            receive(&runtime, &setup_ports, &said);
        } else {
            rtos_system::unsupported(lua, &format!("uart {id}"), Some("nothing is attached to it"))?;
        }
        let mut ports = setup_ports.borrow_mut();
        if reports_sent {
            ports.reports_sent.insert(id);
        } else {
            ports.reports_sent.remove(&id);
        }
        Ok(baud)
    };
    uart.set("setup", lua.create_function(setup)?)?;

    let runtime = Runtime::of(lua)?;
    let write_ports = ports.clone();
    let write = move |lua: &Lua, (id, values): (Value, Variadic<Value>)| {
        let id = integer(lua, "uart.write: id", &id)?;
        let mut bytes = Vec::new();
        for value in values.iter() {
            match value {
                Value::String(text) => bytes.extend_from_slice(&text.as_bytes()),
                Value::Integer(_) | Value::Number(_) => bytes.push(integer(lua, "uart.write: data", value)? as u8),
                other => {
                    let text = format!("uart.write: data: strings and byte numbers expected, got {}", show(other));
                    return Err(Error::runtime(text));
                }
            }
        }
        if id == ATC {
            runtime.trace("AT >", String::from_utf8_lossy(&bytes).trim());
            let answer = write_ports.borrow_mut().modem.feed(&bytes);
            receive(&runtime, &write_ports, &answer);
        }
        if write_ports.borrow().reports_sent.contains(&id) {
            runtime.reactor.borrow_mut().post(rtos::MSG_UART_TX_DONE, Body::Number(id));
        }
        Ok(bytes.len())
    };
    uart.set("write", lua.create_function(write)?)?;

    let read_ports = ports.clone();
    let read = move |lua: &Lua, (id, format): (Value, Value)| {
        let id = integer(lua, "uart.read: id", &id)?;
        let is_format = |name: &[u8]| matches!(&format, Value::String(text) if *text.as_bytes() == *name);
        let (by_line, is_number) = (is_format(b"*l"), is_format(b"*n"));
        let limit = match &format {
            Value::Integer(_) | Value::Number(_) => {
                usize::try_from(integer(lua, "uart.read: length", &format)?).unwrap_or(0)
            }
            _ => usize::MAX,
        };
        let taken: Vec<u8> = {
            let mut ports = read_ports.borrow_mut();
            let received = if id == ATC { &mut ports.received } else { &mut VecDeque::new() };
            let count = if by_line {
                received.iter().position(|byte| *byte == b'\n').map_or(limit, |at| at + 1)
            } else if is_number {
                received.iter().position(|byte| !b"+-.0123456789 \r\n".contains(byte)).unwrap_or(limit)
            } else {
                limit
            };
            received.drain(..count.min(received.len())).collect()
        };
        if is_number {
            let number = String::from_utf8_lossy(&taken).trim().parse::<f64>().unwrap_or(0.0);
            return if number.fract() == 0.0 { (number as i64).into_lua(lua) } else { number.into_lua(lua) };
        }
        bytes(lua, &taken)
    };
    uart.set("read", lua.create_function(read)?)?;

    let char_ports = ports.clone();
    let getchar = move |lua: &Lua, id: Value| {
        let id = integer(lua, "uart.getchar: id", &id)?;
        let byte = if id == ATC { char_ports.borrow_mut().received.pop_front() } else { None };
        bytes(lua, byte.as_slice())
    };
    uart.set("getchar", lua.create_function(getchar)?)?;

    let close = move |lua: &Lua, id: Value| {
        let id = integer(lua, "uart.close: id", &id)?;
        ports.borrow_mut().reports_sent.remove(&id);
        Ok(())
    };
    uart.set("close", lua.create_function(close)?)?;
    uart.set("set_rs485_oe", lua.create_function(|_, _: Variadic<Value>| Ok(()))?)?;
    Ok(uart)
}

/// Puts what the modem says into the port's buffer; the script is told when that was empty.
fn receive(runtime: &Runtime, ports: &RefCell<Ports>, text: &str) {
    for line in text.lines().filter(|line| !line.is_empty()) {
        runtime.trace("AT <", line);
    }
    let mut ports = ports.borrow_mut();
    if ports.received.is_empty() && !text.is_empty() {
        runtime.reactor.borrow_mut().post(rtos::MSG_UART_RXDATA, Body::Number(ATC));
    }
    ports.received.extend(text.as_bytes());
}
