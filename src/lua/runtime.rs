//! What one Lua state shares among its native modules.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    rc::Rc,
    sync::{Arc, atomic::AtomicU32},
    time::{Duration, Instant},
};

use mlua::{Error, Lua, LuaString, Result, Table, Value};
use rustc_hash::FxHashMap;
use tempfile::TempDir;

use super::{
    audio::Audio,
    board::{Board as Remote, Watched},
    console::Console,
    device::{Heard, HeardAnnouncer},
    interruption::Interruption,
    io::SharedFile,
    logging,
    rtos::clock::Alarm,
    rtos::numbers::POWERON_RESTART,
    settings::{LibVersion, Part, Settings},
    socketcore::Sockets,
};
use crate::{
    device::{
        audio::{SoundFile, Speaker},
        board::Board,
        change::Change,
        clock::Clock,
        files::{Files, host_path},
        labels::Labels,
        modem::{Kept, Modem, Profile},
        pins::Blinks,
        topic::{Topic, Topics},
    },
    io_error::in_words,
    log_lines::Level,
    modem::AttachedModem,
    net::{connect::Network, link::Link},
    output::Output,
    project::Ours,
    reactor::{Reactor, SourceId},
    serial::{Attached, Attachment, Place, Port},
    soft_dog::SoftDog,
    time::Time,
    websocket::{client::SharedClient, deflate::SharedPool},
};

/// What makes a message for the script of a source's news.
pub(super) trait Announce {
    /// What `rtos.receive` returns; `None` if nothing has happened after all. To announce more than one
    /// thing, notify the source again.
    fn message(&self, lua: &Lua, runtime: &Runtime) -> Result<Option<(Value, Value)>>;
}

/// Runs the script anew, with a power-on reason of the device, and with what the device keeps
/// ([`Kept`]) as a text. It does not return, or returns why it could not be done.
pub type Restart = fn(u8, &str) -> String;

/// One Lua state's event loop and settings; native modules reach it through [`Runtime::of`].
pub struct Runtime {
    /// The event loop.
    pub reactor: RefCell<Reactor>,
    /// What connection attempts share.
    pub(super) network: RefCell<Arc<Network>>,
    /// DEFLATE states of all WebSocket objects.
    pub(super) compression: SharedPool,
    /// What time it is.
    pub time: Time,
    /// When this state's device was "switched on".
    started: Instant,
    /// Where lines go.
    pub output: Arc<Output>,
    /// The pins that blink, for whoever wants to know.
    pub(super) blinks: RefCell<Blinks>,
    /// What `--trace` shows.
    pub(super) traced: Cell<Topics>,
    /// Changes for those who listen in Lua.
    pub(super) heard: Heard,
    /// Changes and actions for who watches, with `--board`.
    pub(super) watched: Watched,
    /// What is asked of the device, with `--board`.
    pub(super) remote: RefCell<Option<Rc<RefCell<Remote>>>>,
    /// Whether modules may reach the hosts of LuatOS-Air's maker.
    pub online: Cell<bool>,
    /// The library version that the project is written for, if that is said.
    pub lib_version: Cell<Option<LibVersion>>,
    /// `rtos.poweron_reason()`.
    pub power_on_reason: Cell<u8>,
    /// How often the script has restarted before.
    pub(super) restarts: Cell<u32>,
    /// The file that plays the outside, for the Lua half to begin with.
    pub(super) scenario: RefCell<Option<PathBuf>>,
    /// Parts to attach, until they are.
    pub(super) parts: RefCell<Vec<Part>>,
    /// Errors in tasks and callbacks so far, for `--strict`.
    pub failures: Arc<AtomicU32>,
    /// The WebSocket objects by the address of their userdata, for the raw functions: an address that
    /// is in here is an object of ours, and alive.
    pub(super) objects: RefCell<FxHashMap<usize, SharedClient>>,
    /// The serial ports that lead to something real; empty for most scripts.
    pub(super) serial_ports: RefCell<Vec<Attached>>,
    /// The modem behind the AT port.
    pub(super) modem: RefCell<AttachedModem>,
    /// The sockets of `socketcore`.
    pub(super) sockets: RefCell<Sockets>,
    /// The network was lost, which has ended the connections of that time. The script hears of it later, and then
    /// must not end those that were made since.
    pub(super) is_loss_known: Cell<bool>,
    /// Who announces the news of sources other than WebSocket objects.
    announcers: RefCell<FxHashMap<SourceId, Rc<dyn Announce>>>,
    /// Recognises Ctrl-C.
    pub(super) interruption: Interruption,
    /// What the project calls its pins and keys.
    pub(super) labels: RefCell<Labels>,
    /// Which files the script's paths mean.
    pub(super) files: RefCell<Files>,
    /// Modules of which ours goes before the project's.
    pub(super) ours: RefCell<Ours>,
    /// Pins, keys, analogue inputs, power.
    pub(super) board: RefCell<Board>,
    /// The open files by the address of their userdata, likewise for the raw functions.
    pub(super) open_files: RefCell<FxHashMap<usize, SharedFile>>,
    /// The watchdog.
    pub(super) dog: SoftDog,
    /// The device's clock.
    pub(super) clock: Clock,
    /// The alarm of that clock, as the script hears of it.
    pub(super) alarm: Alarm,
    /// What is typed, with `--console`.
    pub(super) console: RefCell<Option<Rc<RefCell<Console>>>>,
    /// Loudspeaker and microphone.
    pub(super) audio: Audio,
    /// Whether this is the runner with a project, in which what fails on the device is a failure.
    pub(super) is_project: Cell<bool>,
    restart: Cell<Option<Restart>>,
    /// The folder of the device's files, where it goes with the device.
    folder: RefCell<Option<TempDir>>,
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
        let mut settings = Settings::from_environment().map_err(Error::runtime)?;
        // The `lua5.3` program names its main script so.
        let script = lua.globals().get::<Option<Table>>("arg").ok().flatten();
        let script = script.and_then(|arg| arg.raw_get::<Option<LuaString>>(0).ok().flatten());
        if let Some(script) = script {
            settings.add_configuration_beside(&host_path(&script.as_bytes())).map_err(Error::runtime)?;
        }
        Self::install_with(lua, settings)
    }

    /// Makes the runtime of this Lua state, if there is none.
    ///
    /// # Errors
    /// The event loop cannot be made, or a serial port cannot be opened.
    pub(super) fn install_with(lua: &Lua, settings: Settings) -> Result<()> {
        if lua.app_data_ref::<Rc<Runtime>>().is_none() {
            lua.set_app_data(Rc::new(Self::make(settings)?));
        }
        Ok(())
    }

    /// Puts a new runtime in the place of the one that this Lua state has. The connections of that one break, and its
    /// other sources are gone. `folder` is removed with the new one.
    ///
    /// # Errors
    /// As of [`install_with`](Self::install_with); then the one before is still there.
    pub(super) fn renew(lua: &Lua, settings: Settings, folder: TempDir) -> Result<()> {
        let new = Self::make(settings)?;
        new.folder.replace(Some(folder));
        let old = Self::of(lua)?;
        lua.set_app_data(Rc::new(new));
        old.shut_down().map_err(Error::external)
    }

    /// Ends what is under way. Natives that keep this runtime find nothing to do in it.
    fn shut_down(&self) -> io::Result<()> {
        self.cut_connections();
        self.flush_files();
        self.dog.close();
        self.serial_ports.borrow_mut().clear();
        *self.reactor.borrow_mut() = Reactor::new(self.time.clone())?;
        self.folder.take().map_or(Ok(()), TempDir::close)
    }

    /// Takes the folder of the device's files, with all that was written, where it goes with the device: another device
    /// gets it.
    pub(super) fn take_folder(&self) -> Option<TempDir> {
        self.flush_files();
        self.folder.take()
    }

    /// Removes the folder of the device's files, where it goes with the device.
    pub(super) fn remove_folder(&self) -> Result<()> {
        self.flush_files();
        self.folder.take().map_or(Ok(()), TempDir::close).map_err(Error::external)
    }

    fn make(settings: Settings) -> Result<Runtime> {
        let time = Time::new(settings.pace);
        let output = Arc::new(Output::new(settings.output, time.clone()));
        logging::start(&output);
        let mut reactor = Reactor::new(time.clone()).map_err(Error::external)?;
        let clock = Clock::new(time.clone());
        let modem = AttachedModem::new(reactor.new_id(), Profile::default(), clock.clone());
        let heard = Heard::new(reactor.new_id());
        let runtime = Runtime {
            reactor: RefCell::new(reactor),
            network: RefCell::default(),
            compression: SharedPool::default(),
            started: time.now(),
            output,
            time: time.clone(),
            blinks: RefCell::default(),
            traced: Cell::default(),
            heard,
            watched: Watched::default(),
            remote: RefCell::default(),
            online: Cell::default(),
            lib_version: Cell::default(),
            power_on_reason: Cell::new(0),
            restarts: Cell::new(0),
            scenario: RefCell::default(),
            parts: RefCell::default(),
            failures: Arc::default(),
            objects: RefCell::default(),
            serial_ports: RefCell::default(),
            modem: RefCell::new(modem),
            sockets: RefCell::default(),
            is_loss_known: Cell::new(false),
            announcers: RefCell::default(),
            interruption: Interruption::watch(),
            labels: RefCell::default(),
            files: RefCell::default(),
            ours: RefCell::default(),
            board: RefCell::default(),
            open_files: RefCell::default(),
            dog: SoftDog::new(time),
            clock,
            alarm: Alarm::default(),
            console: RefCell::default(),
            audio: Audio::default(),
            is_project: Cell::new(false),
            restart: Cell::new(None),
            folder: RefCell::default(),
        };
        runtime.announce(runtime.heard.id, Rc::new(HeardAnnouncer));
        runtime.apply(settings).map_err(Error::runtime)?;
        Ok(runtime)
    }

    /// How long the device has been on.
    pub fn uptime(&self) -> Duration {
        self.since_start(self.time.now())
    }

    /// How long the device had been on at a time.
    pub(super) fn since_start(&self, at: Instant) -> Duration {
        at.saturating_duration_since(self.started)
    }

    /// Sets what restarts the script.
    pub fn on_restart(&self, restart: Restart) {
        self.restart.set(Some(restart));
    }

    /// Whether parts are asked for that are not attached yet.
    pub fn has_parts_to_attach(&self) -> bool {
        !self.parts.borrow().is_empty()
    }

    /// How often the script has restarted before.
    pub fn restart_count(&self) -> u32 {
        self.restarts.get()
    }

    /// What restarts the script, where the program can.
    pub(super) fn restarter(&self) -> Option<Restart> {
        self.restart.get()
    }

    /// Restarts the script, where the program can; else says why not.
    pub(super) fn restart(&self) -> String {
        self.flush_files();
        self.audio.fill(self);
        match self.restart.get() {
            Some(restart) => restart(POWERON_RESTART as u8, &self.kept()),
            None => "this program cannot restart the script; the runner luatos can".into(),
        }
    }

    /// What the device keeps over a restart, as a text.
    pub(super) fn kept(&self) -> String {
        self.modem.borrow().port.borrow().keep().to_text()
    }

    /// Hands what was written to open files to the system, before the program ends without closing them.
    pub(super) fn flush_files(&self) {
        self.audio.write(self);
        for file in self.open_files.borrow().values() {
            // As for a file that is never closed, a failure is lost.
            let _ = file.borrow_mut().flush();
        }
    }

    fn apply(&self, settings: Settings) -> std::result::Result<(), String> {
        let files = settings.files()?;
        if settings.erase {
            files.data().erase()?;
        }
        *self.files.borrow_mut() = files;
        *self.network.borrow_mut() = Arc::new(Network {
            redirects: settings.redirects,
            link: Arc::new(Link::new(self.time.clone())),
            ..Network::default()
        });
        self.traced.set(settings.trace);
        self.is_project.set(settings.script.is_some());
        self.power_on_reason.set(settings.power_on_reason);
        self.online.set(settings.online);
        self.lib_version.set(settings.lib_version);
        *self.ours.borrow_mut() = settings.ours;
        *self.labels.borrow_mut() = settings.labels;
        self.make_modem(&settings.modem, settings.kept.as_deref())?;
        self.restarts.set(settings.restarts);
        *self.scenario.borrow_mut() = settings.scenario;
        *self.parts.borrow_mut() = settings.parts;
        self.connect_sound(settings.speaker.as_deref(), settings.microphone.as_deref())?;
        if let Some(path) = &settings.camera {
            self.see_file(Some(path)).map_err(|problem| format!("--camera: {problem}"))?;
        }
        settings.uarts.iter().try_for_each(|attachment| self.attach(attachment))
    }

    /// Has what sounds written to a file, and the microphone hear one.
    fn connect_sound(&self, speaker: Option<&Path>, microphone: Option<&Path>) -> std::result::Result<(), String> {
        if let Some(path) = speaker {
            let speaker = Speaker::open(path, self.restarts.get() > 0, self.time.now());
            self.audio.open_speaker(self, speaker.map_err(|problem| format!("--speaker: {problem}"))?);
        }
        if let Some(path) = microphone {
            let file = SoundFile::open(path).map_err(|problem| format!("--microphone: {problem}"))?;
            self.board.borrow_mut().microphone = Some(file);
        }
        Ok(())
    }

    /// Puts the modem in that the settings describe, with what it has kept over a restart.
    fn make_modem(&self, properties: &BTreeMap<String, String>, kept: Option<&str>) -> std::result::Result<(), String> {
        let mut profile = Profile::default();
        for (key, value) in properties {
            // Other properties of the device are for its other parts.
            profile.set(key, value).map_err(|problem| format!("--modem: {problem}"))?;
        }
        self.board.borrow_mut().power.set_battery(profile.battery.into());
        let modem = AttachedModem::new(self.reactor.borrow_mut().new_id(), profile, self.clock.clone());
        match kept.map(Kept::parse) {
            Some(Ok(kept)) => modem.port.borrow_mut().go_on(kept),
            Some(Err(problem)) => {
                let line = format!("[W]-[luatos] the device has forgotten all over the restart: {problem}");
                self.output.report(None, &line);
            }
            None => {}
        }
        self.announce(modem.id, Rc::new(modem.clone()));
        *self.modem.borrow_mut() = modem;
        Ok(())
    }

    /// Does something to the modem. If it leaves the network, all connections end.
    pub(super) fn with_modem<T>(&self, act: impl FnOnce(&mut Modem, Instant) -> T) -> T {
        let modem = self.modem.borrow().clone();
        let had_network = modem.has_network();
        let (result, has_set_clock, has_lost_card) = modem.with(&mut self.reactor.borrow_mut(), |modem, now| {
            let result = act(modem, now);
            (result, modem.take_clock_change(), modem.take_card_change())
        });
        if has_set_clock {
            self.clock_was_set();
        }
        if had_network && (has_lost_card || !modem.has_network()) {
            self.cut_connections();
        }
        result
    }

    /// Opens a serial port, and prints on stderr what the other end needs to know to get there.
    fn attach(&self, attachment: &Attachment) -> std::result::Result<(), String> {
        let Attachment { port: number, place } = attachment;
        if self.serial_port(*number).is_some() {
            return Ok(());
        }
        let wrong = |why: String| format!("uart {number}: {place}: {why}");
        let other = self.serial_ports.borrow().iter().find(|attached| attached.is_stdio).map(|other| other.number);
        if let (Place::Stdio, Some(other)) = (place, other) {
            return Err(wrong(format!("uart {other} leads there")));
        }
        let port = Port::open(place, self.restarts.get() > 0, &self.time)
            .map_err(|error| wrong(in_words(&error) + what_to_do(place, &error)))?;
        if let Some(name) = port.name() {
            self.output.report(None, &format!("uart {number}: {name}"));
        }
        let id = self.reactor.borrow_mut().new_id();
        let is_stdio = *place == Place::Stdio;
        let attached = Attached { number: *number, id, is_stdio, port: Rc::new(RefCell::new(port)) };
        self.announce(id, Rc::new(attached.clone()));
        self.serial_ports.borrow_mut().push(attached);
        Ok(())
    }

    /// The serial port of this number, if it leads to something real.
    pub(super) fn serial_port(&self, number: i64) -> Option<Attached> {
        self.serial_ports.borrow().iter().find(|attached| attached.number == number).cloned()
    }

    /// Sets who announces the news of a source.
    pub(super) fn announce(&self, id: SourceId, announcer: Rc<dyn Announce>) {
        self.announcers.borrow_mut().insert(id, announcer);
    }

    /// The source is gone.
    pub(super) fn end_announcing(&self, id: SourceId) {
        self.announcers.borrow_mut().remove(&id);
    }

    /// Who announces the news of this source; none for a WebSocket object.
    pub(super) fn announcer(&self, id: SourceId) -> Option<Rc<dyn Announce>> {
        self.announcers.borrow().get(&id).cloned()
    }

    /// Whether anybody wants to know of changes of that topic. Where changes are frequent, ask before one is made.
    pub(super) fn is_heard(&self, topic: Topic) -> bool {
        self.traced.get().and(self.heard.topics.get()).and(self.watched.topics()).has(topic)
    }

    /// Tells of a change of the device: `--trace`, those who listen in Lua, and those who watch.
    pub(super) fn emit(&self, change: &Change) {
        let topic = change.topic();
        if self.traced.get().has(topic) {
            self.trace(topic, &change.to_string());
        }
        self.tell(change);
    }

    /// Tells of a change those who listen in Lua and those who watch, and shows it nowhere.
    pub(super) fn tell(&self, change: &Change) {
        let topic = change.topic();
        if self.heard.topics.get().has(topic) {
            self.heard.push(change);
            self.reactor.borrow_mut().notify(self.heard.id);
        }
        if self.watched.topics().has(topic) {
            self.watched.change(self.uptime(), change);
        }
    }

    /// Prints one line of `--trace`, if that shows the topic.
    pub(super) fn trace(&self, topic: Topic, text: &str) {
        if self.traced.get().has(topic) {
            let seconds = self.uptime().as_secs_f64();
            // One line whatever is in it, and no control sequences for the terminal.
            let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            self.output.report(Some(Level::Trace), &format!("trace {seconds:9.3} {topic}: {line}"));
        }
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        self.audio.write(self);
    }
}

/// What helps where a serial port cannot be opened.
fn what_to_do(place: &Place, error: &std::io::Error) -> &'static str {
    use std::io::ErrorKind;
    match (place, error.kind()) {
        (Place::Device(_), ErrorKind::PermissionDenied) => "; sudo usermod -aG dialout $USER and a new login permit it",
        (Place::Device(_), ErrorKind::NotFound) => "; is it plugged in? 'luatos doctor' lists the ports that are there",
        (Place::File(_), ErrorKind::NotFound) => "; make the file, whose bytes come in",
        (Place::Listen(_), ErrorKind::AddrInUse) => "; listen:0 takes a free port",
        _ => "",
    }
}
