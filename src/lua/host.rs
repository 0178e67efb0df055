//! `host`: what the Lua half needs of the machine it runs on, and no LuatOS script sees.

use std::time::Duration;

use mlua::{Error, Lua, LuaString, Result, Table};

use super::runtime::Runtime;

/// Makes the table.
///
/// - `version`: of this package.
/// - `failed()`: counts an error in a task or callback, for `--strict`.
/// - `tracing()` → boolean; `trace(topic, text)`: one line of `--trace`.
/// - `restart()`: runs the script anew; returns only a text, why that cannot be done.
/// - `stopped()` → boolean: the run was ended from outside (`--timeout`).
/// - `interrupted()` → boolean: Ctrl-C was pressed, under the `lua5.3` program; see [`sigint`].
/// - `sources()` → integer: connections that are connecting, open or closing.
/// - `poll()`: like `rtos.receive`, but only looks and does not wait for what may come.
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
    host.set("tracing", lua.create_function(move |_, ()| Ok(runtime.trace.get()))?)?;
    let runtime = Runtime::of(lua)?;
    host.set(
        "trace",
        lua.create_function(move |_, (topic, text): (LuaString, LuaString)| {
            runtime.trace(&topic.to_string_lossy(), &text.to_string_lossy());
            Ok(())
        })?,
    )?;
    let runtime = Runtime::of(lua)?;
    host.set("restart", lua.create_function(move |_, ()| Ok(runtime.restart()))?)?;
    let stopper = Runtime::of(lua)?.reactor.borrow().stopper();
    host.set("stopped", lua.create_function(move |_, ()| Ok(stopper.is_stopped()))?)?;
    let was_handled = sigint::is_handled();
    host.set("interrupted", lua.create_function(move |_, ()| Ok(was_handled && sigint::is_reset()))?)?;
    let runtime = Runtime::of(lua)?;
    host.set("sources", lua.create_function(move |_, ()| Ok(runtime.reactor.borrow().source_count()))?)?;
    let runtime = Runtime::of(lua)?;
    let poll = move |lua: &Lua, ()| {
        let received = runtime.reactor.borrow_mut().receive(Some(Duration::ZERO)).map_err(Error::external)?;
        super::rtos::message(lua, &runtime, received)
    };
    host.set("poll", lua.create_function(poll)?)?;
    Ok(host)
}

/// How Ctrl-C is told from an error text that reads the same.
///
/// The stand-alone interpreter's handler (`laction` in Lua 5.3's `lua.c`) sets the disposition of
/// SIGINT back to the default and has the main thread raise "interrupted!". So Ctrl-C was pressed
/// where there was a handler when this module was loaded and there is none now. The runner has no
/// handler: Ctrl-C ends it without an error.
mod sigint {
    /// The disposition of SIGINT.
    #[cfg(unix)]
    fn disposition() -> Option<libc::sighandler_t> {
        let mut action = std::mem::MaybeUninit::<libc::sigaction>::uninit();
        // SAFETY: without a new action sigaction changes nothing and writes the whole of `action`,
        // which is valid for that write; it is read only where the call has succeeded.
        unsafe {
            (libc::sigaction(libc::SIGINT, std::ptr::null(), action.as_mut_ptr()) == 0)
                .then(|| action.assume_init().sa_sigaction)
        }
    }

    #[cfg(not(unix))]
    fn disposition() -> Option<usize> {
        None
    }

    #[cfg(unix)]
    use libc::{SIG_DFL, SIG_IGN};
    #[cfg(not(unix))]
    const SIG_DFL: usize = 0;
    #[cfg(not(unix))]
    const SIG_IGN: usize = 1;

    /// Whether some function of the program handles the signal.
    pub fn is_handled() -> bool {
        disposition().is_some_and(|handler| handler != SIG_DFL && handler != SIG_IGN)
    }

    /// Whether the signal ends the process now.
    pub fn is_reset() -> bool {
        disposition() == Some(SIG_DFL)
    }
}
