//! What one Lua state shares among its native modules.

use std::{
    cell::{Cell, RefCell},
    fmt::Display,
    rc::Rc,
    str::FromStr,
    sync::{Arc, atomic::AtomicU32},
    time::Instant,
};

use log::{Level, Log, Metadata, Record};
use mlua::{Error, Lua, Result};
use rustc_hash::FxHashMap;

use crate::{
    net::{connect::Network, redirect::Redirect},
    reactor::{Reactor, SourceId},
    serial::{Attached, Attachment, Place, Port},
    websocket::{client::SharedClient, deflate::SharedPool},
};

/// What the runner, or the environment, asks of the runtime.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// `--connect-to` / `LUATOS_CONNECT_TO`.
    pub redirects: Vec<Redirect>,
    /// `--trace` / `LUATOS_TRACE`: pins, LEDs, AT traffic and messages on stderr.
    pub trace: bool,
    /// `rtos.poweron_reason()`: 0 key, 3 restart.
    pub power_on_reason: u8,
    /// `--uart` / `LUATOS_UART`; the first for a port counts.
    pub uarts: Vec<Attachment>,
}

/// One Lua state's event loop and settings; native modules reach it through [`Runtime::of`].
pub struct Runtime {
    /// The event loop.
    pub reactor: RefCell<Reactor>,
    /// What connection attempts share.
    pub(super) network: RefCell<Arc<Network>>,
    /// DEFLATE states of all WebSocket objects.
    pub(super) compression: SharedPool,
    /// When this state's device was "switched on".
    pub started: Instant,
    /// Whether [`Runtime::trace`] prints.
    pub trace: Cell<bool>,
    /// `rtos.poweron_reason()`.
    pub power_on_reason: Cell<u8>,
    /// Errors in tasks and callbacks so far, for `--strict`.
    pub failures: Arc<AtomicU32>,
    /// The WebSocket objects by the address of their userdata, for the raw functions: an address that
    /// is in here is an object of ours, and alive.
    pub(super) objects: RefCell<FxHashMap<usize, SharedClient>>,
    /// The serial ports that lead to something real; empty for most scripts.
    pub(super) serial_ports: RefCell<Vec<Attached>>,
    restart: Cell<Option<fn() -> String>>,
}

impl Runtime {
    /// The runtime of this Lua state.
    ///
    /// # Errors
    /// None of our modules was opened in it.
    pub fn of(lua: &Lua) -> Result<Rc<Runtime>> {
        lua.app_data_ref::<Rc<Runtime>>()
            .map(|runtime| runtime.clone())
            .ok_or_else(|| Error::runtime("no LuatOS module was opened in this Lua state"))
    }

    /// Makes the runtime of this Lua state, if there is none, with settings from the environment.
    ///
    /// # Errors
    /// See [`install_with`](Self::install_with); or a setting cannot be parsed.
    pub(super) fn install(lua: &Lua) -> Result<()> {
        if lua.app_data_ref::<Rc<Runtime>>().is_some() {
            return Ok(());
        }
        Self::install_with(lua, Settings::from_environment().map_err(Error::runtime)?)
    }

    /// Makes the runtime of this Lua state, if there is none.
    ///
    /// # Errors
    /// The event loop cannot be made, or a serial port cannot be opened.
    pub(super) fn install_with(lua: &Lua, settings: Settings) -> Result<()> {
        if lua.app_data_ref::<Rc<Runtime>>().is_some() {
            return Ok(());
        }
        start_logging();
        let reactor = Reactor::new().map_err(Error::external)?;
        let runtime = Runtime {
            reactor: RefCell::new(reactor),
            network: RefCell::default(),
            compression: SharedPool::default(),
            started: Instant::now(),
            trace: Cell::new(false),
            power_on_reason: Cell::new(0),
            failures: Arc::default(),
            objects: RefCell::default(),
            serial_ports: RefCell::default(),
            restart: Cell::new(None),
        };
        runtime.apply(settings).map_err(Error::runtime)?;
        lua.set_app_data(Rc::new(runtime));
        Ok(())
    }

    /// Sets what `rtos.restart` does: it does not return, or returns why it could not be done.
    pub fn on_restart(&self, restart: fn() -> String) {
        self.restart.set(Some(restart));
    }

    /// Restarts the script, where the program can; else says why not.
    pub(super) fn restart(&self) -> String {
        match self.restart.get() {
            Some(restart) => restart(),
            None => "this program cannot restart the script; the runner luatos can".into(),
        }
    }

    fn apply(&self, settings: Settings) -> std::result::Result<(), String> {
        *self.network.borrow_mut() = Arc::new(Network { redirects: settings.redirects, ..Network::default() });
        self.trace.set(settings.trace);
        self.power_on_reason.set(settings.power_on_reason);
        settings.uarts.iter().try_for_each(|attachment| self.attach(attachment))
    }

    /// Opens a serial port and prints the name of its pseudo terminal on stderr.
    fn attach(&self, attachment: &Attachment) -> std::result::Result<(), String> {
        let number = attachment.port;
        if self.serial_port(number).is_some() {
            return Ok(());
        }
        let port =
            Port::open(&attachment.place).map_err(|error| format!("uart {number}: {}: {error}", attachment.place))?;
        if attachment.place == Place::Pty {
            eprintln!("uart {number}: {}", port.name());
        }
        let id = self.reactor.borrow_mut().new_id();
        self.serial_ports.borrow_mut().push(Attached { number, id, port: Rc::new(RefCell::new(port)) });
        Ok(())
    }

    /// The serial port of this number, if it leads to something real.
    pub(super) fn serial_port(&self, number: i64) -> Option<Attached> {
        self.serial_ports.borrow().iter().find(|attached| attached.number == number).cloned()
    }

    /// The serial port that is this source.
    pub(super) fn serial_source(&self, id: SourceId) -> Option<Attached> {
        self.serial_ports.borrow().iter().find(|attached| attached.id == id).cloned()
    }

    /// Prints one line of `--trace`.
    pub fn trace(&self, topic: &str, text: &str) {
        if self.trace.get() {
            let seconds = self.started.elapsed().as_secs_f64();
            // One line whatever is in it, and no control sequences for the terminal.
            let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            eprintln!("trace {seconds:9.3} {topic}: {line}");
        }
    }
}

impl Settings {
    /// `LUATOS_CONNECT_TO` and `LUATOS_UART` (comma-separated), `LUATOS_TRACE` (1: on) and, set by the
    /// runner when it restarts a script, `LUATOS_POWER_ON_REASON`.
    ///
    /// # Errors
    /// A redirection or port that cannot be parsed; the text quotes it.
    pub fn from_environment() -> std::result::Result<Self, String> {
        let variable = |name: &str| std::env::var(name).unwrap_or_default();
        Ok(Settings {
            redirects: list("LUATOS_CONNECT_TO", variable)?,
            uarts: list("LUATOS_UART", variable)?,
            trace: !matches!(variable("LUATOS_TRACE").as_str(), "" | "0"),
            power_on_reason: variable("LUATOS_POWER_ON_REASON").parse().unwrap_or(0),
        })
    }
}

/// Parses the comma-separated elements of an environment variable.
fn list<T: FromStr<Err: Display>>(
    name: &str,
    variable: impl Fn(&str) -> String,
) -> std::result::Result<Vec<T>, String> {
    let elements = variable(name);
    let elements = elements.split(',').map(str::trim).filter(|element| !element.is_empty());
    elements.map(|element| element.parse().map_err(|error| format!("{name}: {error}"))).collect()
}

/// The `log` crate's output, if `LUATOS_LOG` asks for it (`debug`, `websocket::reactor=trace` …).
///
/// `error` to `debug` carry no payloads and no secrets; `trace` carries payloads.
fn start_logging() {
    if std::env::var_os("LUATOS_LOG").is_some() {
        let logger = Logger(env_logger::Builder::new().parse_env("LUATOS_LOG").build());
        let level = logger.0.filter();
        // A second Lua state in this process finds the logger in place.
        if log::set_boxed_logger(Box::new(logger)).is_ok() {
            log::set_max_level(level);
        }
    }
}

/// What other crates log may hold anything a peer sends, such as the reason of a close frame: it is
/// shown only where it is asked for at the level `trace`.
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
