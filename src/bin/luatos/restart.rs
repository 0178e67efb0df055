//! `rtos.restart`: the same command line in this process's place. What a run has to know of those before it
//! travels in environment variables.

use std::{
    process::Command,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use websocket::{Pace, Time, lua::Runtime};

use super::{command_line::RunOptions, handover, report};

/// When `--timeout` ends the run, in milliseconds since 1970.
const END_AT: &str = "LUATOS_END_AT";
/// The date, where that is not the computer's, in milliseconds since 1970.
const DATE: &str = "LUATOS_DATE";
/// How often the script has restarted.
const RESTARTS: &str = "LUATOS_RESTARTS";
/// How many tasks and callbacks have failed before the restart.
const FAILURES: &str = "LUATOS_FAILURES";

/// What a restart needs of the present run.
struct Present {
    time: Time,
    is_simulated: bool,
    /// When `--timeout` ends the run, since 1970.
    end: Option<Duration>,
    restarts: u32,
    failures: Arc<AtomicU32>,
    is_strict: bool,
}

static PRESENT: OnceLock<Present> = OnceLock::new();

/// How often the script has restarted before this run.
pub fn count() -> u32 {
    variable(RESTARTS).unwrap_or(0)
}

/// The date at which a time that is not the computer's goes on.
pub fn date() -> Option<SystemTime> {
    variable(DATE).and_then(|ms| UNIX_EPOCH.checked_add(Duration::from_millis(ms)))
}

/// Waits for the programs that the script had started before a restart and that have ended: this process is their parent
/// still, and nobody else in it knows of them.
#[cfg(unix)]
pub fn bury_children() {
    // SAFETY: takes the status of a child that has ended, if there is one; this process has started none yet.
    while count() > 0 && unsafe { libc::waitpid(-1, std::ptr::null_mut(), libc::WNOHANG) } > 0 {}
}

/// Notes what a restart needs, and takes over what the run before has left.
///
/// Returns how long this run may last.
pub fn prepare(runtime: &Runtime, options: &RunOptions, pace: &Pace) -> Option<Duration> {
    let (time, failures) = (runtime.time.clone(), runtime.failures.clone());
    let now = since_1970(&time);
    let end = options.timeout.map(|timeout| variable(END_AT).map_or(now + timeout, Duration::from_millis));
    failures.fetch_add(variable(FAILURES).unwrap_or(0), Ordering::SeqCst);
    let present = Present {
        time,
        is_simulated: pace.is_simulated(),
        end,
        restarts: count(),
        failures,
        is_strict: options.strict,
    };
    // A second run in this process does not exist.
    let _ = PRESENT.set(present);
    end.map(|end| end.saturating_sub(now))
}

/// Starts the script anew, with that power-on reason and with what the device keeps; once the time of `--timeout` is
/// up, ends the run instead. Returns only why it could not be done.
pub fn restart(reason: u8, kept: &str) -> String {
    let Some(present) = PRESENT.get() else { return "the run has not begun".into() };
    let restarts = present.restarts + 1;
    super::console::close();
    let failures = present.failures.load(Ordering::SeqCst);
    let now = since_1970(&present.time);
    if present.end.is_some_and(|end| end <= now) {
        report::say(&websocket::lua::restarted(restarts));
        super::board::close(None);
        std::process::exit(i32::from(present.is_strict && failures > 0));
    }
    let executable = match std::env::current_exe() {
        Ok(executable) => executable,
        Err(error) => return error.to_string(),
    };
    let mut command = Command::new(executable);
    command.args(std::env::args_os().skip(1)).env("LUATOS_POWER_ON_REASON", reason.to_string());
    command.env(RESTARTS, restarts.to_string()).env(FAILURES, failures.to_string());
    if let Some(end) = present.end {
        command.env(END_AT, end.as_millis().to_string());
    }
    if present.is_simulated {
        command.env(DATE, now.as_millis().to_string());
    }
    super::board::close(Some(&mut command));
    let handover = handover::give(kept, &mut command);
    websocket::give_stdout_back();
    let problem = replace_process(&mut command);
    drop(handover);
    problem
}

/// `rtos.restart` of a script from standard input.
pub fn refuse(_: u8, _: &str) -> String {
    "the script came from standard input, which can be read only once".into()
}

fn since_1970(time: &Time) -> Duration {
    time.date().duration_since(UNIX_EPOCH).unwrap_or_default()
}

fn variable<T: std::str::FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok()?.parse().ok()
}

/// Puts another program in this process's place. Returns only why that could not be done.
#[cfg(unix)]
pub fn replace_process(command: &mut Command) -> String {
    use std::os::unix::process::CommandExt;
    command.exec().to_string()
}

/// Runs another program and ends with its status. Returns only why that could not be done.
#[cfg(not(unix))]
pub fn replace_process(command: &mut Command) -> String {
    match command.status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(error) => error.to_string(),
    }
}
