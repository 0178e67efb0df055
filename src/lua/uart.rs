//! `uart`: the AT port leads to the virtual modem, a port of `--uart` to a terminal; nothing is attached
//! to the others. Facts: module `uart` of LuatOS-Air.

use std::collections::VecDeque;

use mlua::{Error, IntoLua, Lua, Result, Table, Value, Variadic};

use super::{
    convert::{bytes, integer, show},
    diagnostics, rtos,
    runtime::{Announce, Runtime},
};
use crate::{
    device::{
        change::Change,
        modem::Modem,
        uart::{Format, Mode, number},
    },
    reactor::Body,
    serial::{Attached, Line, Parity},
};

/// Id of the virtual AT port.
pub(super) const ATC: i64 = 0x7f;

/// Ids of the port for traces and of the USB port.
const DEBUG: i64 = 0x80;
const USB: i64 = 0x81;

const EVEN: i64 = 0;
const ODD: i64 = 1;
const TWO_STOP_BITS: i64 = 2;

const CONSTANTS: [(&str, i64); 12] = [
    ("ATC", ATC),
    ("USB", USB),
    ("PAR_EVEN", EVEN),
    ("PAR_ODD", ODD),
    ("PAR_NONE", 2),
    ("STOP_1", 0),
    ("STOP_1_5", 1),
    ("STOP_2", TWO_STOP_BITS),
    ("NO_TIMEOUT", 0),
    ("INF_TIMEOUT", INFINITE),
    ("FLOW_RTS", 1),
    ("FLOW_CTS", 2),
];

/// A timeout without an end.
const INFINITE: i64 = -1;

/// Makes the table. Ids are 0 to 3, `ATC` and `USB`; another one raises.
///
/// - `setup(id, baud, data_bits, parity, stop_bits [, polled [, reports_sent …]])` → baud rate. With `polled` 1 no
///   message announces bytes; with `reports_sent` 1 each `write` is followed by `MSG_UART_TX_DONE`.
/// - `read(id, format [, timeout])`: `"*l"` up to and including a line feed, else all; `"*s"` up to white space;
///   `"*n"` an integer, or 0 without one; a number: at most this many bytes, 0 for all; any other format raises. `""`
///   if there is nothing: it does not wait, whatever the timeout, and the device does not either.
/// - `write(id, …)`: strings, or numbers as bytes → count of bytes accepted.
/// - `getchar(id [, timeout])` → one byte as a string, or `""`. `close(id)` → 1.
/// - `set_rs485_oe(id, pin [, level [, delay]])` → 1: the pin that would switch the direction.
/// - the constants `ATC`, `USB`, `PAR_*`, `STOP_*`, `FLOW_*`, `NO_TIMEOUT`, `INF_TIMEOUT`.
pub fn table(lua: &Lua) -> Result<Table> {
    let uart = lua.create_table_from(CONSTANTS)?;
    uart.set("setup", lua.create_function(setup)?)?;
    uart.set("write", lua.create_function(write)?)?;
    uart.set("read", lua.create_function(read)?)?;
    uart.set("getchar", lua.create_function(getchar)?)?;
    uart.set("close", lua.create_function(close)?)?;
    uart.set("set_rs485_oe", lua.create_function(set_rs485_oe)?)?;
    Ok(uart)
}

/// The id of a port, if there is such a port.
fn port_id(lua: &Lua, function: &str, id: &Value) -> Result<i64> {
    let id = integer(lua, &format!("uart.{function}: id"), id)?;
    if matches!(id, 0..=3 | ATC | DEBUG | USB) {
        return Ok(id);
    }
    Err(Error::runtime(format!("uart.{function}: id: 1 to 3, uart.ATC or uart.USB expected, got {id}")))
}

fn setup(lua: &Lua, (id, rest): (Value, Variadic<Value>)) -> Result<i64> {
    let id = port_id(lua, "setup", &id)?;
    let field =
        |index: usize, name: &str| integer(lua, &format!("uart.setup: {name}"), rest.get(index).unwrap_or(&Value::Nil));
    let baud = field(0, "baud rate")?;
    let line = Line {
        baud: u32::try_from(baud).unwrap_or(0),
        has_seven_bits: field(1, "data bits")? == 7,
        parity: match field(2, "parity")? {
            EVEN => Parity::Even,
            ODD => Parity::Odd,
            _ => Parity::None,
        },
        has_two_stop_bits: field(3, "stop bits")? == TWO_STOP_BITS,
    };
    let is_one = |index: usize| rest.get(index).is_some_and(|flag| flag.as_i64() == Some(1));
    let mode = Mode { is_polled: is_one(4), reports_sent: is_one(5) };
    let runtime = Runtime::of(lua)?;
    if id == ATC {
        runtime.with_modem(Modem::power_on);
    } else if let Some(attached) = runtime.serial_port(id) {
        set_up(&runtime, &attached, line, mode)?;
    } else {
        let why = match id {
            1..=3 => format!("nothing is attached to it (--uart {id}=pty attaches a pseudo terminal)"),
            _ => "nothing is attached to it".to_owned(),
        };
        diagnostics::unsupported(lua, &format!("uart {id}"), Some(&why))?;
    }
    runtime.board.borrow_mut().uarts.set_up(id, mode);
    Ok(baud)
}

/// Opens a serial port for the script.
fn set_up(runtime: &Runtime, attached: &Attached, line: Line, mode: Mode) -> Result<()> {
    let mut reactor = runtime.reactor.borrow_mut();
    reactor
        .with_context(attached.id, |context| attached.port.borrow_mut().set_up(line, mode.reports_sent, context))
        .map_err(|error| Error::runtime(format!("uart.setup: uart {}: {error}", attached.number)))?;
    reactor.register(attached.id, attached.port.clone());
    // What arrived before this is announced by no further event.
    reactor.resume(attached.id);
    Ok(())
}

fn write(lua: &Lua, (id, values): (Value, Variadic<Value>)) -> Result<usize> {
    let id = port_id(lua, "write", &id)?;
    let mut bytes = Vec::new();
    for value in values.iter() {
        match value {
            Value::String(text) => bytes.extend_from_slice(&text.as_bytes()),
            Value::Integer(_) | Value::Number(_) => {
                let number = integer(lua, "uart.write: data", value)?;
                let byte = u8::try_from(number);
                let wrong = || Error::runtime(format!("uart.write: data: bytes of 0 to 255 expected, got {number}"));
                bytes.push(byte.map_err(|_| wrong())?);
            }
            other => {
                let text = format!("uart.write: data: strings and byte numbers expected, got {}", show(other));
                return Err(Error::runtime(text));
            }
        }
    }
    let runtime = Runtime::of(lua)?;
    if id == ATC {
        runtime.emit(&Change::AtSent(String::from_utf8_lossy(&bytes).trim().to_owned()));
        runtime.with_modem(|modem, now| modem.feed(&bytes, now));
        return Ok(bytes.len());
    }
    let accepted = match runtime.serial_port(id) {
        Some(attached) => {
            let accepted = attached.port.borrow_mut().write(&bytes);
            runtime.reactor.borrow_mut().write_soon(attached.id);
            accepted
        }
        None => {
            if runtime.board.borrow().uarts.mode(id).reports_sent {
                runtime.reactor.borrow_mut().post(rtos::MSG_UART_TX_DONE, Body::Number(id));
            }
            bytes.len()
        }
    };
    bytes.truncate(accepted);
    runtime.emit(&Change::Uart { id, sent: bytes });
    Ok(accepted)
}

fn read(lua: &Lua, (id, format, timeout): (Value, Value, Value)) -> Result<Value> {
    let id = port_id(lua, "read", &id)?;
    let format = read_format(lua, &format)?;
    check_timeout(lua, "read", &timeout)?;
    let piece = with_received(&*Runtime::of(lua)?, id, |received| format.take(received));
    if format == Format::Number { number(&piece).into_lua(lua) } else { bytes(lua, &piece) }
}

fn read_format(lua: &Lua, format: &Value) -> Result<Format> {
    let name = format.as_string().and_then(|name| Format::parse(&name.as_bytes()));
    if let Some(format) = name {
        return Ok(format);
    }
    let count = lua.coerce_number(format.clone())?.map(|_| integer(lua, "uart.read: count", format)).transpose()?;
    count.and_then(|count| usize::try_from(count).ok()).map(Format::Count).ok_or_else(|| {
        let expected = "\"*l\", \"*n\", \"*s\" or a count from 0 expected";
        Error::runtime(format!("uart.read: format: {expected}, got {}", show(format)))
    })
}

fn getchar(lua: &Lua, (id, timeout): (Value, Value)) -> Result<Value> {
    let id = port_id(lua, "getchar", &id)?;
    check_timeout(lua, "getchar", &timeout)?;
    let byte = with_received(&*Runtime::of(lua)?, id, VecDeque::pop_front);
    bytes(lua, byte.as_slice())
}

fn check_timeout(lua: &Lua, function: &str, timeout: &Value) -> Result<()> {
    if !timeout.is_nil() {
        let ms = integer(lua, &format!("uart.{function}: timeout"), timeout)?;
        if ms < 0 && ms != INFINITE {
            let expected = "milliseconds or uart.INF_TIMEOUT expected";
            return Err(Error::runtime(format!("uart.{function}: timeout: {expected}, got {ms}")));
        }
    }
    Ok(())
}

fn close(lua: &Lua, id: Value) -> Result<i64> {
    let id = port_id(lua, "close", &id)?;
    let runtime = Runtime::of(lua)?;
    runtime.board.borrow_mut().uarts.close(id);
    if let Some(attached) = runtime.serial_port(id) {
        attached.port.borrow_mut().shut();
        runtime.reactor.borrow_mut().forget(attached.id);
    }
    Ok(1)
}

fn set_rs485_oe(lua: &Lua, (id, pin, level): (Value, Value, Value)) -> Result<i64> {
    port_id(lua, "set_rs485_oe", &id)?;
    integer(lua, "uart.set_rs485_oe: pin", &pin)?;
    let level = if level.is_nil() { 1 } else { integer(lua, "uart.set_rs485_oe: level", &level)? };
    if matches!(level, 0 | 1) {
        return Ok(1);
    }
    Err(Error::runtime(format!("uart.set_rs485_oe: level: 0 or 1 expected, got {level}")))
}

/// Calls `take` with the bytes that a port has received: none for one that is not open.
fn with_received<T>(runtime: &Runtime, id: i64, take: impl FnOnce(&mut VecDeque<u8>) -> T) -> T {
    if id == ATC {
        return take(runtime.modem.borrow().port.borrow_mut().received());
    }
    let Some(attached) = runtime.serial_port(id) else {
        return take(runtime.board.borrow_mut().uarts.received(id).unwrap_or(&mut VecDeque::new()));
    };
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
            diagnostics::warn(lua, &format!("uart {}", self.number), &failure)?;
        }
        let number = self.number;
        let received = news.received && !runtime.board.borrow().uarts.mode(number).is_polled;
        if received && news.sent {
            runtime.reactor.borrow_mut().post(rtos::MSG_UART_TX_DONE, Body::Number(number));
        }
        let id = match (received, news.sent) {
            (true, _) => rtos::MSG_UART_RXDATA,
            (false, true) => rtos::MSG_UART_TX_DONE,
            (false, false) => return Ok(None),
        };
        Ok(Some((Value::Integer(id), Value::Integer(number))))
    }
}
