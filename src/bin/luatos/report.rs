//! What the runner itself says on standard error.

use std::{
    io::Write,
    sync::{Arc, OnceLock},
};

use websocket::output::{Level, Output};

static OUTPUT: OnceLock<Arc<Output>> = OnceLock::new();

/// From now on reports look as the other lines of the run do.
pub fn set_output(output: Arc<Output>) {
    // There is one run in a process.
    let _ = OUTPUT.set(output);
}

/// Says why the program fails.
pub fn error(problem: &str) {
    report(Some(Level::Error), &format!("luatos: {problem}"));
}

/// Says a line that is no error.
pub fn say(line: &str) {
    report(None, line);
}

/// Prints what a command answers.
///
/// # Errors
/// Standard output does not take it.
pub fn answer(text: &str) -> Result<(), String> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| format!("standard output takes nothing: {error}"))
}

fn report(level: Option<Level>, line: &str) {
    match OUTPUT.get() {
        Some(output) => output.report(level, line),
        // Where standard error takes nothing there is nowhere to say so.
        None => drop(writeln!(std::io::stderr(), "{line}")),
    }
}
