//! The output of the `log` crate.

use log::{Level, Log, Metadata, Record};

/// Starts the output if `LUATOS_LOG` asks for it (`debug`, `websocket::reactor=trace` …).
///
/// `error` to `debug` carry no payloads and no secrets; `trace` carries payloads.
pub fn start() {
    if std::env::var_os("LUATOS_LOG").is_some() {
        let logger = Logger(env_logger::Builder::new().parse_env("LUATOS_LOG").build());
        let level = logger.0.filter();
        // Fails for a second Lua state of this process, which uses the first one's logger.
        if log::set_boxed_logger(Box::new(logger)).is_ok() {
            log::set_max_level(level);
        }
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
