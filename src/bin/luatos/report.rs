//! What the runner itself says on standard error.

use std::sync::{Arc, OnceLock};

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

fn report(level: Option<Level>, line: &str) {
    match OUTPUT.get() {
        Some(output) => output.report(level, line),
        None => eprintln!("{line}"),
    }
}
