//! `uart`: the AT port leads to the virtual modem, a port of `--uart` to something real; nothing is attached
//! to the others. Facts: module `uart` of LuatOS-Air.

use std::collections::VecDeque;

use mlua::{IntoLua, Lua, Result, Table, Value};

use super::{
    arguments::{Arguments, define},
    convert::{bytes, show},
    diagnostics, modem, rtos,
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
    define(lua, &uart, "uart.setup", setup)?;
    define(lua, &uart, "uart.write", write)?;
    define(lua, &uart, "uart.read", read)?;
    define(lua, &uart, "uart.getchar", getchar)?;
    define(lua, &uart, "uart.close", close)?;
    define(lua, &uart, "uart.set_rs485_oe", set_rs485_oe)?;
    Ok(uart)
}

/// The id of a port, if there is such a port.
fn port_id(arguments: &Arguments<'_>) -> Result<i64> {
    let id = arguments.integer(1, "id")?;
    if matches!(id, 0..=3 | ATC | DEBUG | USB) {
        return Ok(id);
    }
    Err(arguments.wrong("id", &format!("1 to 3, uart.ATC or uart.USB expected, got {id}")))
}

fn setup(arguments: &Arguments<'_>) -> Result<i64> {
    let id = port_id(arguments)?;
    let baud = arguments.integer(2, "baud rate")?;
    let line = Line {
        baud: u32::try_from(baud).unwrap_or(0),
        has_seven_bits: arguments.integer(3, "data bits")? == 7,
        parity: match arguments.integer(4, "parity")? {
            EVEN => Parity::Even,
            ODD => Parity::Odd,
            _ => Parity::None,
        },
        has_two_stop_bits: arguments.integer(5, "stop bits")? == TWO_STOP_BITS,
    };
    let is_one = |position| arguments.value(position).as_i64() == Some(1);
    let mode = Mode { is_polled: is_one(6), reports_sent: is_one(7) };
    let runtime = Runtime::of(arguments.lua)?;
    if id == ATC {
        runtime.with_modem(Modem::power_on);
    } else if let Some(attached) = runtime.serial_port(id) {
        set_up(&runtime, &attached, line, mode).map_err(|error| arguments.failed(&error))?;
    } else if !runtime.board.borrow().uarts.is_played(id) {
        let how = match id {
            1..=3 => format!(": --uart {id}=pty attaches a pseudo terminal"),
            _ => String::new(),
        };
        diagnostics::warn_once(arguments.lua, "luatos", &format!("nothing is attached to uart {id}{how}"))?;
    }
    let uarts = &mut runtime.board.borrow_mut().uarts;
    uarts.set_up(id, mode);
    uarts.set_baud(id, baud);
    Ok(baud)
}

/// Opens a serial port for the script.
fn set_up(runtime: &Runtime, attached: &Attached, line: Line, mode: Mode) -> std::result::Result<(), String> {
    let mut reactor = runtime.reactor.borrow_mut();
    reactor
        .with_context(attached.id, |context| attached.port.borrow_mut().set_up(line, mode.reports_sent, context))
        .map_err(|error| format!("uart {}: {error}", attached.number))?;
    reactor.register(attached.id, attached.port.clone());
    // What arrived before this is announced by no further event.
    reactor.resume(attached.id);
    Ok(())
}

fn write(arguments: &Arguments<'_>) -> Result<usize> {
    let id = port_id(arguments)?;
    let mut bytes = Vec::new();
    for (value, position) in arguments.rest(2).iter().zip(2..) {
        match value {
            Value::String(text) => bytes.extend_from_slice(&text.as_bytes()),
            Value::Integer(_) | Value::Number(_) => {
                let number = arguments.integer(position, "data")?;
                let wrong = |_| arguments.wrong("data", &format!("bytes of 0 to 255 expected, got {number}"));
                bytes.push(u8::try_from(number).map_err(wrong)?);
            }
            other => {
                let text = format!("strings and byte numbers expected, got {}", show(other));
                return Err(arguments.wrong("data", &text));
            }
        }
    }
    let runtime = Runtime::of(arguments.lua)?;
    if id == ATC {
        runtime.emit(&Change::AtSent(String::from_utf8_lossy(&bytes).trim().to_owned()));
        modem::write(arguments.lua, &runtime, &bytes)?;
        return Ok(bytes.len());
    }
    if !runtime.board.borrow().uarts.is_set_up(id) {
        diagnostics::warn_once(
            arguments.lua,
            "uart.write",
            &format!("uart {id} is not set up: uart.setup comes first"),
        )?;
    }
    let accepted = match runtime.serial_port(id) {
        Some(attached) => send(&runtime, &attached, &bytes),
        None => {
            if runtime.board.borrow().uarts.mode(id).reports_sent {
                runtime.reactor.borrow_mut().post(rtos::MSG_UART_TX_DONE, Body::Number(id));
            }
            bytes.len()
        }
    };
    bytes.truncate(accepted);
    runtime.board.borrow_mut().uarts.note_sent(id, &bytes);
    runtime.emit(&Change::Uart { id, sent: bytes });
    Ok(accepted)
}

/// Sends at a port that leads to something real; returns how many bytes it has accepted.
fn send(runtime: &Runtime, attached: &Attached, bytes: &[u8]) -> usize {
    let mut port = attached.port.borrow_mut();
    let accepted = port.write(bytes);
    let mut reactor = runtime.reactor.borrow_mut();
    if port.is_set_up() {
        // Its other end may have told that it sends nothing more.
        reactor.register(attached.id, attached.port.clone());
    }
    reactor.update(attached.id, &mut *port);
    accepted
}

fn read(arguments: &Arguments<'_>) -> Result<Value> {
    let lua = arguments.lua;
    let id = port_id(arguments)?;
    let format = read_format(arguments)?;
    check_timeout(arguments, 3)?;
    let piece = with_received(&*Runtime::of(lua)?, id, |received| format.take(received));
    if format == Format::Number { number(&piece).into_lua(lua) } else { bytes(lua, &piece) }
}

fn read_format(arguments: &Arguments<'_>) -> Result<Format> {
    let format = arguments.value(2);
    let name = format.as_string().and_then(|name| Format::parse(&name.as_bytes()));
    if let Some(format) = name {
        return Ok(format);
    }
    let count = arguments.lua.coerce_number(format.clone())?.map(|_| arguments.integer(2, "count")).transpose()?;
    count.and_then(|count| usize::try_from(count).ok()).map(Format::Count).ok_or_else(|| {
        let expected = "\"*l\", \"*n\", \"*s\" or a count from 0 expected";
        arguments.wrong("format", &format!("{expected}, got {}", show(format)))
    })
}

fn getchar(arguments: &Arguments<'_>) -> Result<Value> {
    let id = port_id(arguments)?;
    check_timeout(arguments, 2)?;
    let byte = with_received(&*Runtime::of(arguments.lua)?, id, VecDeque::pop_front);
    bytes(arguments.lua, byte.as_slice())
}

fn check_timeout(arguments: &Arguments<'_>, position: usize) -> Result<()> {
    let ms = arguments.integer_or(position, "timeout", 0)?;
    if ms >= 0 || ms == INFINITE {
        return Ok(());
    }
    Err(arguments.wrong("timeout", &format!("milliseconds or uart.INF_TIMEOUT expected, got {ms}")))
}

fn close(arguments: &Arguments<'_>) -> Result<i64> {
    let id = port_id(arguments)?;
    let runtime = Runtime::of(arguments.lua)?;
    runtime.board.borrow_mut().uarts.close(id);
    if let Some(attached) = runtime.serial_port(id) {
        attached.port.borrow_mut().shut();
        runtime.reactor.borrow_mut().forget(attached.id);
    }
    Ok(1)
}

fn set_rs485_oe(arguments: &Arguments<'_>) -> Result<i64> {
    port_id(arguments)?;
    arguments.integer(2, "pin")?;
    match arguments.integer_or(3, "level", 1)? {
        0 | 1 => Ok(1),
        level => Err(arguments.wrong("level", &format!("0 or 1 expected, got {level}"))),
    }
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
        for text in [news.problem, news.failure].into_iter().flatten() {
            diagnostics::warn(lua, &format!("uart {}", self.number), &text)?;
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
