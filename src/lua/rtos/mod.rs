//! `rtos`: the firmware's runtime, which LuatOS's `sys` stands on. Facts: module `rtos` of
//! LuatOS-Air.

pub(super) mod clock;
mod dog;
mod files;
mod fota;
pub(super) mod numbers;
mod system;

use std::time::Duration;

use mlua::{Error, IntoLua, Lua, Result, Table, Value};

use self::numbers::{INF_TIMEOUT, NUMBERS};
pub(super) use self::numbers::{MSG_TIMER, MSG_UART_RXDATA, MSG_UART_TX_DONE, MSG_WEBSOCKET, WAIT_MSG_TIMEOUT};
use super::{
    convert::{integer, number},
    modem,
    raw::{self, Arguments, Call, Out, Reply},
    runtime::Runtime,
};
use crate::reactor::{Body, Field, Message, Received};

/// Longest timer in milliseconds, as on the device.
const MAX_TIMER_MS: u64 = 0x7fff_ffff;

/// Makes the table.
///
/// - `timer_start(id, ms)` → 1; restarting an id replaces it. `timer_stop(id)` → 1, also for an unknown id.
/// - `poweron_reason()`, and the constants of [`numbers`].
/// - the functions of [`clock`], [`dog`], [`fota`], [`files`] and [`system`].
/// - `nap(ms)` (ours): blocks everything; the Lua half makes `rtos.sleep` of it.
pub fn table(lua: &Lua) -> Result<Table> {
    let rtos = lua.create_table()?;
    for (name, value) in NUMBERS {
        rtos.set(*name, *value)?;
    }

    let runtime = Runtime::of(lua)?;
    let timer_start = move |lua: &Lua, (id, ms): (Value, Value)| {
        let id = integer(lua, "rtos.timer_start: id", &id)?;
        let ms = number(lua, "rtos.timer_start: ms", &ms)?;
        if ms.is_nan() || ms < 0.0 {
            return Err(Error::runtime(format!("rtos.timer_start: {ms} is no time in milliseconds")));
        }
        runtime.reactor.borrow_mut().timer_start(id, milliseconds(ms));
        Ok(1)
    };
    rtos.set("timer_start", raw::function::<RawTimerStart>(lua, lua.create_function(timer_start)?)?)?;

    let runtime = Runtime::of(lua)?;
    let timer_stop = move |lua: &Lua, id: Value| {
        let id = integer(lua, "rtos.timer_stop: id", &id)?;
        runtime.reactor.borrow_mut().timer_stop(id);
        Ok(1)
    };
    rtos.set("timer_stop", raw::function::<RawTimerStop>(lua, lua.create_function(timer_stop)?)?)?;

    let runtime = Runtime::of(lua)?;
    rtos.set("poweron_reason", lua.create_function(move |_, ()| Ok(runtime.power_on_reason.get()))?)?;

    let time = Runtime::of(lua)?.time.clone();
    let nap = move |_: &Lua, ms: f64| {
        // Not a number is not above 0 either.
        let part = if ms > 0.0 { time.sleep_for_a_part(milliseconds(ms)) } else { Duration::ZERO };
        Ok(part.as_secs_f64() * 1000.0)
    };
    rtos.set("nap", lua.create_function(nap)?)?;
    clock::extend(lua, &rtos)?;
    dog::extend(lua, &rtos)?;
    fota::extend(lua, &rtos)?;
    system::extend(lua, &rtos)?;
    modem::extend_rtos(lua, &rtos)?;
    files::extend(lua, &rtos)?;
    Ok(rtos)
}

/// The [raw] form of `timer_start`.
struct RawTimerStart;

impl Call for RawTimerStart {
    fn call(runtime: &Runtime, arguments: &Arguments, _: &mut Vec<u8>) -> Reply {
        let (Some(id), Some(ms)) = (arguments.integer(1), arguments.number(2)) else { return Reply::Slow };
        if ms.is_nan() || ms < 0.0 {
            return Reply::Slow;
        }
        runtime.reactor.borrow_mut().timer_start(id, milliseconds(ms));
        Reply::One(Out::Integer(1))
    }
}

/// The [raw] form of `timer_stop`.
struct RawTimerStop;

impl Call for RawTimerStop {
    fn call(runtime: &Runtime, arguments: &Arguments, _: &mut Vec<u8>) -> Reply {
        let Some(id) = arguments.integer(1) else { return Reply::Slow };
        runtime.reactor.borrow_mut().timer_stop(id);
        Reply::One(Out::Integer(1))
    }
}

/// A time of a script, which is not negative. It is rounded up: whoever waits again for what is left of a wait must
/// come to its end, also where time stands still meanwhile.
pub(super) fn milliseconds(ms: f64) -> Duration {
    Duration::from_nanos((ms.min(MAX_TIMER_MS as f64) * 1e6).ceil() as u64)
}

/// Waits for the next message, at most `timeout` milliseconds; without one, or with `rtos.INF_TIMEOUT`, as long
/// as a message can come.
///
/// Returns message id and parameter, or one table with the field `id`; `rtos.WAIT_MSG_TIMEOUT` when the time is
/// up. Where no message can come (no timer, no connection), `nil, "exhausted"`; after the run was ended from
/// outside, `nil, "stopped"`.
///
/// # Errors
/// The wait itself failed.
pub(super) fn receive(lua: &Lua, runtime: &Runtime, timeout: Option<f64>) -> Result<(Value, Value)> {
    let timeout = timeout.filter(|ms| *ms >= 0.0 && *ms < INF_TIMEOUT as f64).map(milliseconds);
    runtime.begin_wait();
    let give_up = timeout.map(|timeout| runtime.time.now() + timeout);
    let mut left = timeout;
    loop {
        let received = runtime.reactor.borrow_mut().receive(left).map_err(Error::external)?;
        if let Some(message) = message(lua, runtime, received)? {
            return Ok(message);
        }
        left = give_up.map(|give_up| give_up.saturating_duration_since(runtime.time.now()));
    }
}

/// What [`receive`] returns for an answer of the reactor; `None` if that was about nothing.
pub(super) fn message(lua: &Lua, runtime: &Runtime, received: Received) -> Result<Option<(Value, Value)>> {
    let numbers = |id: i64, parameter: i64| (Value::Integer(id), Value::Integer(parameter));
    Ok(Some(match received {
        Received::Message(Message::Timer(id)) => numbers(MSG_TIMER, id),
        Received::Message(Message::Source(id)) => match runtime.announcer(id) {
            None => numbers(MSG_WEBSOCKET, id.cast_signed() as i64),
            Some(announcer) => return announcer.message(lua, runtime),
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
    }))
}
