//! `uart`: the AT port leads to the virtual modem, a port of `--uart` to a terminal; nothing is attached
//! to the others. Facts: module `uart` of LuatOS-Air.

use std::{
    cell::RefCell,
    collections::{HashSet, VecDeque},
    rc::Rc,
};

use mlua::{Error, Function, IntoLua, Lua, Result, Table, Value, Variadic};

use super::{
    convert::{bytes, integer, show},
    rtos, rtos_system,
    runtime::{Announce, Runtime},
};
use crate::{
    device::{change::Change, modem::Modem},
    reactor::Body,
    serial::{Attached, Line, Parity},
};

/// Id of the virtual AT port.
pub(super) const ATC: i64 = 100;

/// Id of the USB port, as on the device.
const USB: i64 = 0x81;

const CONSTANTS: [(&str, i64); 7] =
    [("ATC", ATC), ("USB", USB), ("PAR_NONE", 0), ("PAR_EVEN", 1), ("PAR_ODD", 2), ("STOP_1", 1), ("STOP_2", 2)];

/// Ports whose script wants a message after each write.
type ReportSent = Rc<RefCell<HashSet<i64>>>;

/// Makes the table.
///
/// - `setup(id, baud, databits, parity, stopbits [, polled [, reports_sent …]])` → baud rate. With
///   `reports_sent` 1 each `write` is followed by `MSG_UART_TX_DONE`.
/// - `read(id, format)`: `"*l"` up to and including a line feed, else all; a number: at most so many
///   bytes; `"*n"` a number, or 0 without one; anything else: all. `""` if there is nothing.
/// - `write(id, ...)`: strings, or numbers as bytes → count of bytes accepted.
/// - `close(id)`, `getchar(id)` → one byte as a string; `set_rs485_oe` is accepted.
/// - the constants `ATC`, `USB`, `PAR_*`, `STOP_*`.
pub fn table(lua: &Lua) -> Result<Table> {
    let uart = lua.create_table_from(CONSTANTS)?;
    let report_sent = ReportSent::default();

    let runtime = Runtime::of(lua)?;
    let setup_reports = report_sent.clone();
    let setup = move |lua: &Lua, (id, baud, rest): (Value, Value, Variadic<Value>)| {
        let id = integer(lua, "uart.setup: id", &id)?;
        let baud = if baud.is_nil() { 0 } else { integer(lua, "uart.setup: baud rate", &baud)? };
        // Data bits, parity, stop bits and whether it is polled come before it.
        let reports_sent = rest.get(4).is_some_and(|flag| flag.as_i64() == Some(1));
        if id == ATC {
            runtime.with_modem(Modem::power_on);
        } else if let Some(attached) = runtime.serial_port(id) {
            set_up(&runtime, &attached, baud, &rest, reports_sent)?;
        } else {
            rtos_system::unsupported(lua, &format!("uart {id}"), Some("nothing is attached to it"))?;
        }
        if reports_sent {
            setup_reports.borrow_mut().insert(id);
        } else {
            setup_reports.borrow_mut().remove(&id);
        }
        Ok(baud)
    };
    uart.set("setup", lua.create_function(setup)?)?;

    let runtime = Runtime::of(lua)?;
    let write_reports = report_sent.clone();
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
            runtime.emit(&Change::AtSent(String::from_utf8_lossy(&bytes).trim().to_owned()));
            runtime.with_modem(|modem, now| modem.feed(&bytes, now));
        }
        if let Some(attached) = runtime.serial_port(id) {
            let accepted = attached.port.borrow_mut().write(&bytes);
            runtime.reactor.borrow_mut().write_soon(attached.id);
            return Ok(accepted);
        }
        if write_reports.borrow().contains(&id) {
            runtime.reactor.borrow_mut().post(rtos::MSG_UART_TX_DONE, Body::Number(id));
        }
        Ok(bytes.len())
    };
    uart.set("write", lua.create_function(write)?)?;

    let runtime = Runtime::of(lua)?;
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
        let taken: Vec<u8> = with_received(&runtime, id, |received| {
            let count = if by_line {
                received.iter().position(|byte| *byte == b'\n').map_or(limit, |at| at + 1)
            } else if is_number {
                received.iter().position(|byte| !b"+-.0123456789 \r\n".contains(byte)).unwrap_or(limit)
            } else {
                limit
            };
            received.drain(..count.min(received.len())).collect()
        });
        if is_number {
            let number = String::from_utf8_lossy(&taken).trim().parse::<f64>().unwrap_or(0.0);
            return if number.fract() == 0.0 { (number as i64).into_lua(lua) } else { number.into_lua(lua) };
        }
        bytes(lua, &taken)
    };
    uart.set("read", lua.create_function(read)?)?;

    let runtime = Runtime::of(lua)?;
    let getchar = move |lua: &Lua, id: Value| {
        let id = integer(lua, "uart.getchar: id", &id)?;
        let byte = with_received(&runtime, id, VecDeque::pop_front);
        bytes(lua, byte.as_slice())
    };
    uart.set("getchar", lua.create_function(getchar)?)?;

    let runtime = Runtime::of(lua)?;
    let close = move |lua: &Lua, id: Value| {
        let id = integer(lua, "uart.close: id", &id)?;
        report_sent.borrow_mut().remove(&id);
        if let Some(attached) = runtime.serial_port(id) {
            attached.port.borrow_mut().shut();
            runtime.reactor.borrow_mut().forget(attached.id);
        }
        Ok(())
    };
    uart.set("close", lua.create_function(close)?)?;
    uart.set("set_rs485_oe", lua.create_function(|_, _: Variadic<Value>| Ok(()))?)?;
    Ok(uart)
}

/// Opens a serial port for the script.
fn set_up(runtime: &Runtime, attached: &Attached, baud: i64, rest: &[Value], reports_sent: bool) -> Result<()> {
    let number = |index: usize| rest.get(index).and_then(Value::as_i64);
    let line = Line {
        baud: u32::try_from(baud).unwrap_or(0),
        has_seven_bits: number(0) == Some(7),
        parity: match number(1) {
            Some(1) => Parity::Even,
            Some(2) => Parity::Odd,
            _ => Parity::None,
        },
        has_two_stop_bits: number(2) == Some(2),
    };
    let mut reactor = runtime.reactor.borrow_mut();
    reactor
        .with_context(attached.id, |context| attached.port.borrow_mut().set_up(line, reports_sent, context))
        .map_err(|error| Error::runtime(format!("uart.setup: uart {}: {error}", attached.number)))?;
    reactor.register(attached.id, attached.port.clone());
    // What arrived before this is announced by no further event.
    reactor.resume(attached.id);
    Ok(())
}

/// Calls `take` with the bytes that a port has received: none for a port with nothing attached.
fn with_received<T>(runtime: &Runtime, id: i64, take: impl FnOnce(&mut VecDeque<u8>) -> T) -> T {
    if id == ATC {
        return take(runtime.modem.borrow().port.borrow_mut().received());
    }
    let Some(attached) = runtime.serial_port(id) else { return take(&mut VecDeque::new()) };
    let mut port = attached.port.borrow_mut();
    let was_paused = port.is_paused();
    let taken = take(port.received());
    if was_paused {
        runtime.reactor.borrow_mut().resume(attached.id);
    }
    taken
}

impl Announce for Attached {
    fn message(&self, lua: &Lua, runtime: &Runtime) -> Result<Option<(Value, Value)>> {
        let news = self.port.borrow_mut().take_news();
        if let Some(failure) = news.failure {
            let diagnostics: Table = lua.unpack(super::use_module(lua, "runtime.diagnostics")?)?;
            diagnostics.get::<Function>("warn")?.call::<()>((format!("uart {}", self.number), failure))?;
        }
        let number = self.number;
        if news.received && news.sent {
            runtime.reactor.borrow_mut().post(rtos::MSG_UART_TX_DONE, Body::Number(number));
        }
        let id = match (news.received, news.sent) {
            (true, _) => rtos::MSG_UART_RXDATA,
            (false, true) => rtos::MSG_UART_TX_DONE,
            (false, false) => return Ok(None),
        };
        Ok(Some((Value::Integer(id), Value::Integer(number))))
    }
}
