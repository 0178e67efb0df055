//! `--console`: what is typed runs beside the project.
//!
//! A thread reads it, at a prompt or plainly from a pipe, and puts it to the script's thread, one input after the other:
//! the next is read when the one before has come to its end or was left.

#[cfg(unix)]
mod descriptors;
#[cfg(unix)]
mod editor;
#[cfg(unix)]
mod history;
#[cfg(unix)]
mod names;
mod plain;
#[cfg(unix)]
mod screen;
#[cfg(unix)]
mod signals;
#[cfg(unix)]
mod terminal;
mod turns;

use mlua::Lua;
use websocket::lua::console;

/// Whether there is a prompt: somebody types, and sees what is printed.
#[cfg(unix)]
pub fn has_prompt() -> bool {
    use std::io::{IsTerminal, stdin, stdout};
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    stdin().is_terminal() && stdout().is_terminal() && !is_dumb
}

/// Without a terminal of Unix there is none.
#[cfg(not(unix))]
pub fn has_prompt() -> bool {
    false
}

/// Begins to read. To be called when the runtime is switched on, before the project starts.
///
/// # Errors
/// No thread or pipe could be had.
pub fn start(lua: &Lua) -> Result<(), String> {
    let problem = |error: &dyn std::fmt::Display| format!("--console: {error}");
    let (turns, ender) = turns::new().map_err(|error| problem(&error))?;
    #[cfg(unix)]
    let interrupter = ender.try_clone().map_err(|error| problem(&error))?;
    let asker = console::open(lua, move || ender.done()).map_err(|error| problem(&error))?;
    #[cfg(unix)]
    if has_prompt() {
        let output = websocket::lua::Runtime::of(lua).map_err(|error| problem(&error))?.output.clone();
        return terminal::start(asker, turns, interrupter, &output).map_err(|error| problem(&error));
    }
    plain::start(asker, turns).map_err(|error| problem(&error))
}

/// Gives the terminal back, and shows what has not been shown. To be called before the process ends or is replaced; a
/// further call does nothing.
pub fn close() {
    #[cfg(unix)]
    terminal::close();
}
