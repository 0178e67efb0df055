//! `host`: what the Lua half needs of the machine it runs on, and no LuatOS script sees.

use mlua::{Error, Lua, LuaString, Result, Table};

use super::{
    raw::{self, Arguments, Call, Out, Reply},
    runtime::Runtime,
    settings::LibVersion,
};
use crate::{
    device::{change::Change, topic::Topics},
    net::redirect,
    project::library,
    spelling,
};

/// Makes the table.
///
/// - `version`: of this package.
/// - `failed()`: counts an error in a task or callback, for `--strict`.
/// - `tracing([topic])` → boolean: whether `--trace` shows the topic, or anything; `trace(topic, text)`: one line of it.
/// - `log_tail()` → list: the last lines that were printed, where they are kept; the oldest first.
/// - `is_project()` → boolean: whether the runner runs a project, rather than another program our modules.
/// - `restart()`: runs the script anew; returns only a text, why that cannot be done.
/// - `power_off()`: the device is about to be switched off → when its alarm would switch it on, or nil.
/// - `meant(name, names)` → the one of the names that was probably meant, or nil.
/// - `is_of_the_library(name)` → boolean: whether only LuatOS-Air's own library has a module of that name; `how_to_give_it`:
///   what to type then.
/// - `scenario()` → the path of the scenario to begin with, or nil.
/// - `restarts()` → what to say about how often the script has restarted, or nil if it has not.
/// - `modem_is_on()` → boolean: whether the script has switched the modem on.
/// - `may_reach(host, port)` → boolean: whether a module may reach a host of LuatOS-Air's maker: `--online`, or a
///   redirection leads elsewhere.
/// - `lib_version()` → string, nil if nothing is said: the library version that the project is written for.
/// - `stopped()` → boolean: the run was ended from outside (`--timeout`).
/// - `is_simulated()` → boolean: time passes otherwise than the computer's.
/// - `interrupted()` → boolean: Ctrl-C was pressed, under the `lua5.3` program; see [`interruption`](super::interruption).
/// - `sources()` → integer: connections that are connecting, open or closing.
/// - `receive()` → message id and parameter; see [`receive`](super::rtos::receive). `receive_within([ms])` is the same
///   with a time limit: what scripts have as `rtos.receive` is made of it by the Lua half.
/// - `poll()`: likewise, but only looks and does not wait for what may come.
/// - `milliseconds()` → number: time since the device was switched on.
/// - `timer_start_in_background(id, ms)`: like `rtos.timer_start`, but a script that has nothing else to wait for is
///   at its end.
pub fn table(lua: &Lua) -> Result<Table> {
    let host = lua.create_table()?;
    host.set("version", env!("CARGO_PKG_VERSION"))?;
    let runtime = Runtime::of(lua)?;
    host.set(
        "failed",
        lua.create_function(move |_, ()| {
            runtime.failures.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            Ok(())
        })?,
    )?;
    let runtime = Runtime::of(lua)?;
    host.set(
        "tracing",
        lua.create_function(move |_, name: Option<String>| tracing(runtime.traced.get(), name.as_deref()))?,
    )?;
    let runtime = Runtime::of(lua)?;
    host.set(
        "trace",
        lua.create_function(move |_, (topic, text): (String, LuaString)| {
            runtime.trace(topic.parse().map_err(Error::runtime)?, &text.to_string_lossy());
            Ok(())
        })?,
    )?;
    let output = Runtime::of(lua)?.output.clone();
    host.set("log_tail", lua.create_function(move |_, ()| Ok(output.tail()))?)?;
    let runtime = Runtime::of(lua)?;
    host.set("is_project", lua.create_function(move |_, ()| Ok(runtime.is_project.get()))?)?;
    let runtime = Runtime::of(lua)?;
    host.set("restart", lua.create_function(move |_, ()| Ok(runtime.restart()))?)?;
    let runtime = Runtime::of(lua)?;
    let power_off = move |_: &Lua, ()| {
        let until = runtime.clock.alarm(runtime.clock.computer());
        runtime.emit(&Change::PowerOff { until });
        Ok(until.map(|time| time.to_string()))
    };
    host.set("power_off", lua.create_function(power_off)?)?;
    let meant = |_: &Lua, (name, names): (String, Vec<String>)| {
        Ok(spelling::meant(&name, names.iter().map(String::as_str)).map(str::to_owned))
    };
    host.set("meant", lua.create_function(meant)?)?;
    host.set("is_of_the_library", lua.create_function(|_, name: String| Ok(library::has(&name)))?)?;
    host.set("how_to_give_it", library::HOW_TO_GIVE)?;
    let runtime = Runtime::of(lua)?;
    let scenario = move |lua: &Lua, ()| {
        let path = runtime.scenario.borrow_mut().take();
        path.map(|path| lua.create_string(path.as_os_str().as_encoded_bytes())).transpose()
    };
    host.set("scenario", lua.create_function(scenario)?)?;
    let runtime = Runtime::of(lua)?;
    let restarts = move |_: &Lua, ()| {
        let count = runtime.restarts.get();
        Ok((count > 0).then(|| super::restarted(count)))
    };
    host.set("restarts", lua.create_function(restarts)?)?;
    let runtime = Runtime::of(lua)?;
    let modem_is_on = move |_: &Lua, ()| Ok(runtime.with_modem(|modem, _| modem.is_on()));
    host.set("modem_is_on", lua.create_function(modem_is_on)?)?;
    let runtime = Runtime::of(lua)?;
    let may_reach = move |_: &Lua, (host, port): (String, u16)| {
        let network = runtime.network.borrow();
        Ok(runtime.online.get() || redirect::apply(&network.redirects, &host, port) != (host.as_str(), port))
    };
    host.set("may_reach", lua.create_function(may_reach)?)?;
    let runtime = Runtime::of(lua)?;
    host.set("lib_version", lua.create_function(move |_, ()| Ok(runtime.lib_version.get().map(LibVersion::name)))?)?;
    let stopper = Runtime::of(lua)?.reactor.borrow().stopper();
    host.set("stopped", lua.create_function(move |_, ()| Ok(stopper.is_stopped()))?)?;
    let runtime = Runtime::of(lua)?;
    let time = Runtime::of(lua)?.time.clone();
    host.set("is_simulated", lua.create_function(move |_, ()| Ok(time.is_simulated()))?)?;
    host.set("interrupted", lua.create_function(move |_, ()| Ok(runtime.interruption.has_happened()))?)?;
    let runtime = Runtime::of(lua)?;
    let sources = move |_: &Lua, ()| {
        let reactor = runtime.reactor.borrow();
        // A search for the network ends by itself.
        let searches = reactor.is_registered(runtime.modem.borrow().id);
        Ok(reactor.source_count() - usize::from(searches))
    };
    host.set("sources", lua.create_function(sources)?)?;
    let runtime = Runtime::of(lua)?;
    // Apart from the other, because no argument is faster than an absent one.
    let receive = move |lua: &Lua, ()| super::rtos::receive(lua, &runtime, None);
    host.set("receive", lua.create_function(receive)?)?;
    let runtime = Runtime::of(lua)?;
    let receive_within = move |lua: &Lua, timeout: Option<f64>| super::rtos::receive(lua, &runtime, timeout);
    host.set("receive_within", lua.create_function(receive_within)?)?;
    let runtime = Runtime::of(lua)?;
    let milliseconds = lua.create_function(move |_, ()| Ok(runtime.uptime().as_secs_f64() * 1000.0))?;
    host.set("milliseconds", raw::function::<RawMilliseconds>(lua, milliseconds)?)?;
    let runtime = Runtime::of(lua)?;
    let timer_start_in_background = move |_: &Lua, (id, ms): (i64, f64)| {
        let after = super::rtos::milliseconds(ms);
        runtime.reactor.borrow_mut().timer_start_in_background(id, after);
        Ok(())
    };
    host.set("timer_start_in_background", lua.create_function(timer_start_in_background)?)?;
    let runtime = Runtime::of(lua)?;
    let poll = move |lua: &Lua, ()| super::rtos::receive(lua, &runtime, Some(0.0));
    host.set("poll", lua.create_function(poll)?)?;
    Ok(host)
}

/// The [raw] form of `milliseconds`.
struct RawMilliseconds;

impl Call for RawMilliseconds {
    fn call(runtime: &Runtime, _: &Arguments, _: &mut Vec<u8>) -> Reply {
        Reply::One(Out::Number(runtime.uptime().as_secs_f64() * 1000.0))
    }
}

/// Whether a topic of this name, or without a name any, is traced.
fn tracing(traced: Topics, name: Option<&str>) -> Result<bool> {
    name.map_or(Ok(!traced.is_empty()), |name| name.parse().map(|topic| traced.has(topic)).map_err(Error::runtime))
}
