//! The output of the `log` crate.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError, Weak},
};

use env_logger::Target;
use log::{Level, Log, Metadata, Record};

use crate::output::Output;

/// Where lines go: to the output of the Lua state that was made last.
static OUTPUT: Mutex<Weak<Output>> = Mutex::new(Weak::new());

/// Starts the output if `LUATOS_LOG` asks for it (`debug`, `websocket::reactor=trace` …).
///
/// `error` to `debug` carry no payloads and no secrets; `trace` carries payloads.
pub fn start(output: &Arc<Output>) {
    if std::env::var_os("LUATOS_LOG").is_some() {
        *OUTPUT.lock().unwrap_or_else(PoisonError::into_inner) = Arc::downgrade(output);
        let target = Target::Pipe(Box::new(Lines));
        let logger = Logger(env_logger::Builder::new().parse_env("LUATOS_LOG").target(target).build());
        let level = logger.0.filter();
        // Fails for a second Lua state of this process, which uses the first one's logger.
        if log::set_boxed_logger(Box::new(logger)).is_ok() {
            log::set_max_level(level);
        }
    }
}

/// Gives lines to the writer of all that is printed on standard error, so that none lands within another.
struct Lines;

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        let line = text.trim_end_matches('\n');
        let output = OUTPUT.lock().unwrap_or_else(PoisonError::into_inner).upgrade();
        match output {
            Some(output) => output.report(None, line),
            None => drop(writeln!(io::stderr(), "{line}")),
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Shows what other crates log only at the level `trace`: it may contain anything that a peer sends,
/// such as the reason of a close frame.
struct Logger(env_logger::Logger);

impl Log for Logger {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let target = metadata.target();
        let is_ours = [env!("CARGO_CRATE_NAME"), "luatos"].contains(&target.split("::").next().unwrap_or_default());
        let trace = Metadata::builder().target(target).level(Level::Trace).build();
        self.0.enabled(if is_ours { metadata } else { &trace })
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            self.0.log(record);
        }
    }

    fn flush(&self) {
        self.0.flush();
    }
}
