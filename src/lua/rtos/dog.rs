//! `rtos.openSoftDog`, `eatSoftDog`, `closeSoftDog`: the watchdog of a script. Facts: module `rtos` of LuatOS-Air.

use std::{
    rc::Rc,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use mlua::{Error, IntoLua, Lua, Result, Table, Value};

use super::numbers::{MSG_DOG, POWERON_WATCHDOG};
use crate::{
    lua::{
        convert::integer,
        runtime::{Announce, Restart, Runtime},
    },
    output::{Level, Output},
    reactor::Bell,
};

/// Exit status where the program cannot restart the script after all, as for `rtos.restart`.
const RESTART_STATUS: i32 = 3;

/// Longest period in milliseconds.
const MOST: i64 = 0x7fff_ffff;

/// What the device keeps over a restart, as of the last meal: the dog's thread cannot ask the modem.
type Kept = Arc<Mutex<String>>;

/// The period of a dog that has bitten, in milliseconds.
type Bitten = Arc<AtomicU64>;

/// Tells the Lua half of a bite.
struct Announcer(Bitten);

impl Announce for Announcer {
    fn message(&self, lua: &Lua, _: &Runtime) -> Result<Option<(Value, Value)>> {
        Ok(Some((Value::Integer(MSG_DOG), self.0.load(Ordering::Relaxed).into_lua(lua)?)))
    }
}

/// Adds:
///
/// - `openSoftDog(ms)` → true: if `eatSoftDog()` is not called for that time, the device restarts with reason
///   `POWERON_WATCHDOG`, also while the script never waits. A run that has nothing left to wait for ends
///   nevertheless. In another program than the runner, such as a test, the dog only warns, and a message `MSG_DOG` with
///   the period comes.
/// - `eatSoftDog()`, `closeSoftDog()`.
pub fn extend(lua: &Lua, rtos: &Table) -> Result<()> {
    let kept = Kept::default();
    let at_meals = kept.clone();
    let bitten = Bitten::default();
    let runtime = Runtime::of(lua)?;
    let id = runtime.reactor.borrow_mut().new_id();
    runtime.announce(id, Rc::new(Announcer(bitten.clone())));
    let open = move |lua: &Lua, ms: Value| {
        let ms = integer(lua, "rtos.openSoftDog: ms", &ms)?;
        let wrong = || Error::runtime(format!("rtos.openSoftDog: ms: above 0 expected, got {ms}"));
        let period = u64::try_from(ms.min(MOST)).ok().filter(|ms| *ms > 0).ok_or_else(wrong)?;
        let (restart, output) = (runtime.restarter(), runtime.output.clone());
        note(&kept, &runtime);
        let (kept, bitten, bell) = (kept.clone(), bitten.clone(), runtime.reactor.borrow().notifier(id));
        let bite = move |period: Duration| match restart {
            Some(restart) => bite(period, restart, &kept, &output),
            None => bark(period, &bitten, &bell, &output),
        };
        let opened = runtime.dog.open(Duration::from_millis(period), bite);
        opened.map_err(|error| Error::runtime(format!("rtos.openSoftDog: {error}")))?;
        Ok(true)
    };
    rtos.set("openSoftDog", lua.create_function(open)?)?;
    let runtime = Runtime::of(lua)?;
    let eat = move |_: &Lua, _: Value| {
        note(&at_meals, &runtime);
        runtime.dog.eat();
        Ok(())
    };
    rtos.set("eatSoftDog", lua.create_function(eat)?)?;
    let runtime = Runtime::of(lua)?;
    let close = move |_: &Lua, _: Value| {
        runtime.dog.close();
        Ok(())
    };
    rtos.set("closeSoftDog", lua.create_function(close)?)
}

/// Notes what the device would keep if it restarted now.
fn note(kept: &Kept, runtime: &Runtime) {
    *kept.lock().unwrap_or_else(PoisonError::into_inner) = runtime.kept();
}

/// Says that a device would restart.
fn bark(period: Duration, bitten: &Bitten, bell: &Bell, output: &Output) {
    warn(period, "a device would restart now", output);
    bitten.store(period.as_millis() as u64, Ordering::Relaxed);
    bell.ring();
}

/// Restarts the device. It may be called on the dog's thread: the script's may be busy for ever.
fn bite(period: Duration, restart: Restart, kept: &Kept, output: &Output) {
    warn(period, "the device restarts", output);
    let kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    output.report(Some(Level::Error), &format!("luatos: rtos.restart: {}", restart(POWERON_WATCHDOG as u8, &kept)));
    std::process::exit(RESTART_STATUS);
}

fn warn(period: Duration, what: &str, output: &Output) {
    output.report(None, &format!("[W]-[rtos.openSoftDog] not fed for {} ms: {what}", period.as_millis()));
}
