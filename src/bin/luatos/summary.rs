//! The line at the end of a run, for somebody who reads along: how long it took, and what went wrong.

use std::sync::atomic::{AtomicBool, Ordering};

use mlua::{Function, Lua, Table};
use websocket::lua::{self, Runtime};

use super::report;

static IS_SAID: AtomicBool = AtomicBool::new(false);

/// Says it, once, on a terminal or among lines with stamps.
pub fn say(lua: &Lua, runtime: &Runtime) {
    if !runtime.output.is_for_people() || IS_SAID.swap(true, Ordering::SeqCst) {
        return;
    }
    let counts = [
        (runtime.failures.load(Ordering::SeqCst) as usize, "error"),
        (runtime.restart_count() as usize, "restart"),
        (tasks_left(lua).unwrap_or(0), "task"),
    ];
    let [errors, restarts, tasks] = counts.map(|(count, what)| counted(count, what));
    let seconds = runtime.uptime().as_secs_f64();
    report::say(&format!("luatos: ended after {seconds:.1} s: {errors}, {restarts}, {tasks} left"));
}

/// How many tasks of the script wait.
fn tasks_left(lua: &Lua) -> mlua::Result<usize> {
    let waiting: Table = lua.unpack(lua::use_module(lua, "runtime.waiting")?)?;
    Ok(waiting.get::<Function>("tasks")?.call::<Table>(())?.raw_len())
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_no_plural() {
        assert_eq!([0, 1, 2].map(|count| counted(count, "task")), ["0 tasks", "1 task", "2 tasks"]);
    }
}
