//! The clock: the members of `rtos` about time, the alarm, and `native.clock` for the Lua half. Facts: module
//! `rtos` of LuatOS-Air.

use std::cell::Cell;

use mlua::{Error, Lua, Result, Table, Value, Variadic};

use super::numbers::MSG_ALARM;
use crate::{
    device::{
        change::Change,
        clock::{Civil, ClockChange, tick},
    },
    lua::{convert::integer, runtime::Runtime},
    reactor::{Body, Posting},
};

/// What the script hears of the alarm.
#[derive(Default)]
pub(in crate::lua) struct Alarm {
    /// The script has initialised the module of alarms.
    is_reported: Cell<bool>,
    /// The message that is under way.
    posting: Cell<Option<Posting>>,
}

impl Alarm {
    /// From now on the alarm sends a message.
    pub(in crate::lua) fn report(&self, runtime: &Runtime) {
        self.is_reported.set(true);
        self.rearm(runtime);
    }

    /// Clock or alarm have been set: the message is due at another time, or not at all. While it is due, the run
    /// goes on.
    pub(in crate::lua) fn rearm(&self, runtime: &Runtime) {
        let mut reactor = runtime.reactor.borrow_mut();
        if let Some(posting) = self.posting.take() {
            reactor.take_back(posting);
        }
        if self.is_reported.get()
            && let Some(after) = runtime.clock.alarm_after(runtime.clock.computer())
        {
            self.posting.set(Some(reactor.post_after(after, MSG_ALARM, Body::Nothing)));
        }
    }
}

impl Runtime {
    /// The clock has been set.
    pub(in crate::lua) fn clock_was_set(&self) {
        self.alarm.rearm(self);
        self.emit(&Change::Clock(ClockChange::Set(self.clock.local(self.clock.computer()))));
    }
}

/// Adds to `rtos`:
///
/// - `tick()` → integer, 5 ms each since the start; see [`tick`].
/// - `set_time(seconds)`, since 1970 (UTC), or `set_time(year, month, day, hour, min, sec)`, local time: the
///   computer's own clock is not changed.
/// - `set_alarm(on, year, month, day, hour, min, sec)`: local time; `MSG_ALARM` follows then if
///   `init_module(rtos.MOD_ALARM)` was called. A time in the past gives none.
pub fn extend(lua: &Lua, rtos: &Table) -> Result<()> {
    let runtime = Runtime::of(lua)?;
    let uptime = move |_: &Lua, ()| {
        runtime.time.asked();
        Ok(tick(runtime.uptime()))
    };
    rtos.set("tick", lua.create_function(uptime)?)?;

    let runtime = Runtime::of(lua)?;
    let set_time = move |lua: &Lua, values: Variadic<Value>| {
        let now = runtime.clock.computer();
        if values.len() > 1 {
            let time = civil(lua, "rtos.set_time", &values)?;
            if !runtime.clock.set_local(&time, now) {
                return Err(Error::runtime(format!("rtos.set_time: {time} is no time that can be counted")));
            }
        } else {
            let seconds = integer(lua, "rtos.set_time: seconds", values.first().unwrap_or(&Value::Nil))?;
            runtime.clock.set_seconds(seconds, now);
        }
        runtime.clock_was_set();
        Ok(())
    };
    rtos.set("set_time", lua.create_function(set_time)?)?;

    let runtime = Runtime::of(lua)?;
    let set_alarm = move |lua: &Lua, (on, fields): (Value, Variadic<Value>)| {
        let is_on = integer(lua, "rtos.set_alarm: on", &on)? != 0;
        let time = civil(lua, "rtos.set_alarm", &fields)?;
        runtime.clock.set_alarm(runtime.clock.utc(&time).filter(|_| is_on));
        runtime.alarm.rearm(&runtime);
        runtime.emit(&Change::Clock(if is_on { ClockChange::Alarm(time) } else { ClockChange::AlarmOff }));
        Ok(())
    };
    rtos.set("set_alarm", lua.create_function(set_alarm)?)
}

/// Reads six numbers, from the year to the second.
fn civil(lua: &Lua, function: &str, fields: &[Value]) -> Result<Civil> {
    let field = |index: usize, name: &str| {
        integer(lua, &format!("{function}: {name}"), fields.get(index).unwrap_or(&Value::Nil))
    };
    Ok(Civil {
        year: field(0, "year")?,
        month: field(1, "month")?,
        day: field(2, "day")?,
        hour: field(3, "hour")?,
        minute: field(4, "min")?,
        second: field(5, "sec")?,
    })
}

/// Makes `native.clock` (ours), of which `os.time` and `os.date` are made:
///
/// - `now()` → seconds since 1970 (UTC) by the device's clock. `zone()` → seconds that local time is ahead.
/// - `seconds(year, month, day, hour, min, sec)` → seconds since 1970 (UTC) of a local time; nil if they are too
///   many to count.
pub fn table(lua: &Lua) -> Result<Table> {
    let clock = lua.create_table()?;
    let runtime = Runtime::of(lua)?;
    let now = move |_: &Lua, ()| {
        runtime.time.asked();
        Ok(runtime.clock.seconds(runtime.clock.computer()))
    };
    clock.set("now", lua.create_function(now)?)?;
    let runtime = Runtime::of(lua)?;
    clock.set("zone", lua.create_function(move |_, ()| Ok(runtime.clock.zone_seconds()))?)?;
    let runtime = Runtime::of(lua)?;
    let seconds = move |lua: &Lua, fields: Variadic<Value>| Ok(runtime.clock.utc(&civil(lua, "os.time", &fields)?));
    clock.set("seconds", lua.create_function(seconds)?)?;
    Ok(clock)
}
