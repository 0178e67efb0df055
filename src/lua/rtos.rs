//! `rtos`: the firmware's runtime, which LuatOS's `sys` stands on. Facts: module `rtos` of
//! LuatOS-Air.

use std::time::Duration;

use mlua::{Error, IntoLua, Lua, Result, Table, Value};

use super::runtime::Runtime;
use crate::reactor::{Body, Field, Message, Received};

/// `rtos.receive` without a time limit.
const INF_TIMEOUT: i64 = 0;

/// What `rtos.receive` returns when its time is up.
pub(super) const WAIT_MSG_TIMEOUT: i64 = 0;

/// Message id of an expired timer.
const MSG_TIMER: i64 = 1;

/// Message id of bytes that came in at a uart.
pub const MSG_UART_RXDATA: i64 = 2;

/// Message id of a uart that has sent all.
pub const MSG_UART_TX_DONE: i64 = 3;

/// Message id of WebSocket objects (ours).
const MSG_WEBSOCKET: i64 = 100;

/// Ids of the device's messages. Scripts only compare them, so any distinct numbers do.
pub const MESSAGES: &[(&str, i64)] = &[
    ("MSG_TIMER", MSG_TIMER),
    ("MSG_UART_RXDATA", MSG_UART_RXDATA),
    ("MSG_UART_TX_DONE", MSG_UART_TX_DONE),
    ("MSG_INT", 4),
    ("MSG_KEYPAD", 5),
    ("MSG_ALARM", 6),
    ("MSG_PMD", 7),
    ("MSG_PDP_DEACT_IND", 8),
    ("MSG_SOCK_CONN_CNF", 9),
    ("MSG_SOCK_SEND_CNF", 10),
    ("MSG_SOCK_CLOSE_CNF", 11),
    ("MSG_SOCK_CLOSE_IND", 12),
    ("MSG_SOCK_RECV_IND", 13),
    ("MSG_WIFI", 14),
    ("MSG_ZBAR", 15),
    ("MSG_AUDIO", 16),
    ("MSG_RECORD", 17),
    ("MSG_STREAM_RECORD", 18),
    ("MSG_TTSPLY_STATUS", 19),
    ("MSG_TTSPLY_ERROR", 20),
    ("MSG_HEADSET", 21),
    ("MSG_BLUETOOTH", 22),
    ("MSG_RTMP", 23),
    ("MSG_WEBSOCKET", MSG_WEBSOCKET),
];

/// Frequency of `rtos.tick`: the device's own 16 kHz clock.
const TICKS_PER_SECOND: u128 = 16_384;

/// Longest timer in milliseconds, as on the device.
const MAX_TIMER_MS: f64 = 0x7fff_ffff as f64;

/// Makes the table.
///
/// - `timer_start(id, ms)` → 1; restarting an id replaces it. `timer_stop(id)`.
/// - `receive(timeout_ms)` → message id, parameter, or one table with field `id`;
///   `rtos.WAIT_MSG_TIMEOUT` when the time is up. `rtos.INF_TIMEOUT`, or nothing, waits as long as a
///   message can come, and where none can (no timer, no connection) returns `nil, "exhausted"`; after the run
///   was ended from outside `nil, "stopped"`.
/// - `tick()` → integer, 16 384 a second, monotonic.
/// - `poweron_reason()`, the constants `POWERON_*`, `MSG_*`.
/// - `nap(ms)` (ours): blocks everything; the Lua half makes `rtos.sleep` of it.
pub fn table(lua: &Lua) -> Result<Table> {
    let rtos = lua.create_table()?;
    for (name, id) in MESSAGES {
        rtos.set(*name, *id)?;
    }
    rtos.set("INF_TIMEOUT", INF_TIMEOUT)?;
    rtos.set("WAIT_MSG_TIMEOUT", WAIT_MSG_TIMEOUT)?;
    for (number, name) in ["KEY", "CHARGER", "ALARM", "RESTART", "EXCEPTION"].into_iter().enumerate() {
        rtos.set(format!("POWERON_{name}"), number)?;
    }

    let runtime = Runtime::of(lua)?;
    let timer_start = move |_: &Lua, (id, ms): (i64, f64)| {
        if ms.is_nan() || ms < 0.0 {
            return Err(Error::runtime(format!("rtos.timer_start: {ms} is no time in milliseconds")));
        }
        let after = Duration::from_secs_f64(ms.min(MAX_TIMER_MS) / 1000.0);
        runtime.reactor.borrow_mut().timer_start(id, after);
        Ok(1)
    };
    rtos.set("timer_start", lua.create_function(timer_start)?)?;

    let runtime = Runtime::of(lua)?;
    let timer_stop = move |_: &Lua, id: i64| {
        runtime.reactor.borrow_mut().timer_stop(id);
        Ok(())
    };
    rtos.set("timer_stop", lua.create_function(timer_stop)?)?;

    let runtime = Runtime::of(lua)?;
    let receive = move |lua: &Lua, timeout: Option<f64>| {
        let timeout = timeout.filter(|ms| *ms > 0.0).map(|ms| Duration::from_secs_f64(ms.min(MAX_TIMER_MS) / 1000.0));
        let received = runtime.reactor.borrow_mut().receive(timeout).map_err(Error::external)?;
        message(lua, &runtime, received)
    };
    rtos.set("receive", lua.create_function(receive)?)?;

    let started = Runtime::of(lua)?.started;
    let tick = move |_: &Lua, ()| {
        let ticks = started.elapsed().as_nanos() * TICKS_PER_SECOND / 1_000_000_000;
        Ok(i64::try_from(ticks).unwrap_or(i64::MAX))
    };
    rtos.set("tick", lua.create_function(tick)?)?;

    let runtime = Runtime::of(lua)?;
    rtos.set("poweron_reason", lua.create_function(move |_, ()| Ok(runtime.power_on_reason.get()))?)?;

    let nap = |_: &Lua, ms: f64| {
        // Not a number is not above 0 either.
        if ms > 0.0 {
            std::thread::sleep(Duration::from_secs_f64(ms.min(MAX_TIMER_MS) / 1000.0));
        }
        Ok(())
    };
    rtos.set("nap", lua.create_function(nap)?)?;
    super::rtos_system::extend(lua, &rtos)?;
    Ok(rtos)
}

/// What `rtos.receive` returns for an answer of the reactor.
pub(super) fn message(lua: &Lua, runtime: &Runtime, received: Received) -> Result<(Value, Value)> {
    let numbers = |id: i64, parameter: i64| (Value::Integer(id), Value::Integer(parameter));
    Ok(match received {
        Received::Message(Message::Timer(id)) => numbers(MSG_TIMER, id),
        Received::Message(Message::Source(id)) => match runtime.announcer(id) {
            None => numbers(MSG_WEBSOCKET, id.cast_signed() as i64),
            Some(announcer) => announcer.message(lua, runtime)?,
        },
        Received::Message(Message::Device { id, body: Body::Nothing }) => (Value::Integer(id), Value::Nil),
        Received::Message(Message::Device { id, body: Body::Number(number) }) => numbers(id, number),
        Received::Message(Message::Device { id, body: Body::Fields(fields) }) => {
            let table = lua.create_table()?;
            for (name, field) in fields {
                match field {
                    Field::Boolean(flag) => table.raw_set(name, flag)?,
                    Field::Integer(number) => table.raw_set(name, number)?,
                    Field::Bytes(text) => table.raw_set(name, lua.create_string(text)?)?,
                }
            }
            table.raw_set("id", id)?;
            (Value::Table(table), Value::Nil)
        }
        // An interruption looks like an expired wait: the caller asks again, and on the way back
        // through the Lua machine the handler of the signal gets its turn.
        Received::TimedOut | Received::Interrupted => (Value::Integer(WAIT_MSG_TIMEOUT), Value::Nil),
        Received::Exhausted => (Value::Nil, "exhausted".into_lua(lua)?),
        Received::Stopped => (Value::Nil, "stopped".into_lua(lua)?),
    })
}
