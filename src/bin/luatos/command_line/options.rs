//! The options: what they are called, what their values are, and what `--help` says of them.

use std::{ffi::OsString, path::PathBuf, time::Duration};

use clap::{Args, ValueHint};
use websocket::{
    Attachment, Pace, Redirect, Topics,
    lua::{self, LibVersion, Part, Property, Settings, Vm},
    output::Colour,
    project::Ours,
};

use super::super::board;
use super::values::{existing_folder, folder, one_of, parsed, seconds, text};

/// The debugger of `--debug` without a module.
const DEBUGGER: &str = "mobdebug";

/// How the device is made, in a run as in tests.
#[derive(Args, Clone, Debug, Default)]
pub struct DeviceOptions {
    /// Add a folder of Lua files, such as a library
    ///
    /// The files in DIR and below are in the flash image, after the project's own. Repeatable.
    #[arg(long = "lib", value_name = "DIR", help_heading = "Project", value_parser = existing_folder(), value_hint = ValueHint::DirPath)]
    pub libs: Vec<PathBuf>,
    /// Use our module of that name, not the project's
    ///
    /// Otherwise the module of the project or of a library goes first. all: every module of ours. Repeatable.
    #[arg(long, value_name = "NAME,...", help_heading = "Project", hide_short_help = true,
        value_parser = text(|names| Ours::parse(names, lua::has_module)))]
    pub ours: Vec<Ours>,
    /// Do as this version of LuatOS-Air's library does
    ///
    /// VERSION is 2.4.0, or 2.4.3, in which text messages are UTF-8. Without it: that of the sys.lua of project or
    /// library, else 2.4.0.
    #[arg(long, value_name = "VERSION", help_heading = "Project", hide_short_help = true,
        hide_possible_values = true,
        value_parser = one_of::<LibVersion>(&["2.4.0", "2.4.3"]))]
    pub lib_version: Option<LibVersion>,
    /// Run on this Lua: 5.3, or 5.1 as the device does
    ///
    /// On 5.1 what fails on the device fails here: //, goto, utf8, a wait inside pcall. Its runner is luatos-lua51, beside
    /// this one.
    #[arg(long, value_name = "VERSION", help_heading = "Project", hide_possible_values = true,
        value_parser = one_of::<Vm>(&["5.1", "5.3"]))]
    pub vm: Option<Vm>,
    /// Connect elsewhere than the script asks for
    ///
    /// Where the script asks for HOST:PORT, the connection goes to HOST2:PORT2. The script's own address stays in Host,
    /// SNI and certificate checks. An empty HOST or PORT matches any, an empty HOST2 or PORT2 keeps the script's. Repeatable,
    /// the first match counts.
    #[arg(long = "connect-to", value_name = "HOST:PORT:HOST2:PORT2", help_heading = "Network",
        value_parser = parsed::<Redirect>())]
    pub redirects: Vec<Redirect>,
    /// Let modules reach the hosts of LuatOS-Air's maker
    ///
    /// Without it errDump, update and the like find these hosts unreachable, unless --connect-to leads elsewhere.
    #[arg(long, help_heading = "Network", hide_short_help = true)]
    pub online: bool,
    /// Have the microphone hear a sound file
    ///
    /// FILE is WAV or MP3. Each recording hears it from its beginning, and silence after its end; those in PCM and WAV have
    /// it, others are silent.
    #[arg(long, value_name = "FILE", help_heading = "Device", value_parser = clap::value_parser!(PathBuf), value_hint = ValueHint::FilePath)]
    pub microphone: Option<PathBuf>,
    /// Set a property of the device, such as imei or signal
    ///
    /// KEY is flash (size of its flash in KiB, default 1500), sdcard or usbdisk (likewise);
    /// register_after (ms until it is in the network, default 2000), imei, signal (0 to 31, or 99), operator (such as
    /// 46000), cell (AREA:CELL in hexadecimal), battery (mV), temperature; iccid, imsi, number, pin, puk of its card,
    /// and with a 2, such as iccid2, of a card in its second slot; ring_every (ms from one RING to the next, default
    /// 5000). Repeatable.
    #[arg(long, value_name = "KEY=VALUE", help_heading = "Device", value_parser = parsed::<Property>())]
    pub modem: Vec<Property>,
    /// Connect serial port N (1 to 3) to something real
    ///
    /// PLACE is pty (a new pseudo terminal, whose name is printed at
    /// the start), the path of a terminal device such as /dev/ttyUSB0, tcp:HOST:PORT (connects there, and again when
    /// that ends), listen:PORT (waits for connections at 127.0.0.1, one at a time; 0: a free port, which is printed at
    /// the start), file:PATH (its bytes come in; what goes out is in PATH.out) or stdio (standard input and output are
    /// the wire; what the script prints goes to stderr). Repeatable.
    #[arg(long = "uart", value_name = "N=PLACE", help_heading = "Device", value_parser = parsed::<Attachment>())]
    pub uarts: Vec<Attachment>,
    /// Attach a part, such as a sensor
    ///
    /// MODEL is the name of one of ours, such as am2320, or the path of a Lua file. Settings are those of the model, such
    /// as bus and address, name, and what its values are at the start. Repeatable.
    #[arg(long = "part", value_name = "MODEL[,KEY=VALUE]...", help_heading = "Device", value_parser = parsed::<Part>())]
    pub parts: Vec<Part>,
    /// Have the camera see a picture
    ///
    /// A PNG, JPEG or BMP file, which its preview shows, of which its photos are, and whose QR codes it reads. Without it
    /// there is no camera.
    #[arg(long, value_name = "FILE", help_heading = "Device", value_hint = ValueHint::FilePath)]
    pub camera: Option<PathBuf>,
    /// Pass over waits: a timer that is next fires at once
    ///
    /// While a connection is being made, or bytes are not sent,
    /// time takes its course; where somebody outside could send something, a wait ends after MS (default 50) of
    /// silence.
    #[arg(long, value_name = "MS", help_heading = "Time", num_args = 0..=1, require_equals = true,
        default_missing_value = "50", value_parser = pace(|pace, text| pace.set_instant(Some(text))))]
    pub instant: Option<Pace>,
    /// Let time pass so many times faster
    ///
    /// NUMBER times faster than the computer's, from 0.000001 to 1000000.
    #[arg(long, value_name = "NUMBER", help_heading = "Time", hide_short_help = true,
        value_parser = pace(Pace::set_speed))]
    pub speed: Option<Pace>,
    /// Begin at that date
    ///
    /// DATE is in the device's time zone (UTC+8), such as 2026-11-26T08:30:00.
    #[arg(long, value_name = "DATE", help_heading = "Time", hide_short_help = true,
        value_parser = pace(Pace::set_start))]
    pub start: Option<Pace>,
    /// Show what the device does, all of it or some topics
    ///
    /// It goes to stderr. The topics are at, sms, call, sim, net, socket, ws, pin, led,
    /// pwm, key, adc, uart, i2c, spi, part, audio, lcd, power, clock, bluetooth, wifi, fota, publish.
    #[arg(long, value_name = "TOPIC,...", help_heading = "Output", num_args = 0..=1, require_equals = true,
        default_missing_value = "1", value_parser = text(lua::topics))]
    pub trace: Option<Topics>,
    /// Start again when a file of the project is saved
    ///
    /// Files of the project are those in its folder and below, in the folders of --lib, luatos.toml and the scenario, but no
    /// hidden ones, none in target or node_modules, and none that the script itself writes. It also waits where the run has
    /// ended or failed, until Ctrl-C. Each start is a power cycle: the device's files stay.
    #[arg(long, help_heading = "Running")]
    pub watch: bool,
    /// Colour lines by level: auto, always or never
    ///
    /// auto: on a terminal, unless NO_COLOR is set.
    #[arg(long = "color", value_name = "WHEN", help_heading = "Output", hide_short_help = true,
        hide_possible_values = true,
        value_parser = one_of::<Colour>(&["auto", "always", "never"]))]
    pub colour: Option<Colour>,
}

/// A debugger, for a run as for tests.
#[derive(Args, Clone, Debug, Default)]
pub struct Debugger {
    /// Load and start a debugger first
    ///
    /// MODULE is mobdebug (the default), lldebugger or the like, found by LUA_PATH; it gets LuaSocket as "socket".
    #[arg(long = "debug", value_name = "MODULE", help_heading = "Running", num_args = 0..=1, require_equals = true,
        default_missing_value = DEBUGGER, value_parser = text(|name| Ok(name.to_owned())))]
    pub module: Option<String>,
}

/// How a project is run.
#[derive(Args, Clone, Debug, Default)]
pub struct RunOptions {
    #[command(flatten)]
    pub device: DeviceOptions,
    /// Keep the device's files in DIR, not in .luatos
    ///
    /// .luatos is beside the script. The files stay from run to run, as in flash.
    #[arg(long, value_name = "DIR", help_heading = "Project", value_parser = folder(), value_hint = ValueHint::DirPath)]
    pub data: Option<PathBuf>,
    /// Write what the device plays to a WAV file
    ///
    /// It is there in time, with silence between, at the volume that the script sets. Of speech, AMR and Speex there is
    /// silence of their length.
    #[arg(long, value_name = "FILE", help_heading = "Device", value_parser = clap::value_parser!(PathBuf), value_hint = ValueHint::FilePath)]
    pub speaker: Option<PathBuf>,
    /// Remove the device's files first
    #[arg(long, help_heading = "Project")]
    pub erase: bool,
    /// Send every connection to a WebSocket echo server
    ///
    /// The server is started on 127.0.0.1, on PORT or a free port. Without PROJECT only the server runs, until Ctrl-C.
    #[arg(long, value_name = "PORT", help_heading = "Network", num_args = 0..=1, require_equals = true,
        default_missing_value = "0", value_parser = text(super::values::port))]
    pub echo: Option<u16>,
    /// End the run then, with status 0
    ///
    /// The status is 124 if the script blocks the message loop, because it never waits. The device's seconds count, with --speed and --instant too.
    #[arg(long, value_name = "SECONDS", help_heading = "Time", value_parser = text(seconds))]
    pub timeout: Option<Duration>,
    /// Read Lua at a prompt while the project runs
    ///
    /// Each input is a task with the table device, with sys and the project's globals; an expression shows its values. Tab completes names, an incomplete input goes on in the next
    /// line. Ctrl-C leaves an input that waits, clears what is typed, and on an empty line ends the run (status 130 for
    /// a shell); Ctrl-D ends it as a script's end does. Without a terminal, inputs are read from standard input without
    /// a prompt, and at its end the run goes on.
    #[arg(long, help_heading = "Running")]
    pub console: bool,
    /// Show the device in a browser, and let programs drive it
    ///
    /// A page at the address that is printed shows the device and acts on it, as does an API over HTTP and WebSocket.
    /// The server listens at PORT of 127.0.0.1, a free one without it, or at HOST:PORT. Whoever has the token of the
    /// address has the device: LUATOS_BOARD_TOKEN sets it. The run does not end by itself.
    #[arg(long, value_name = "[HOST:]PORT", help_heading = "Running", num_args = 0..=1, require_equals = true,
        default_missing_value = "0", value_parser = parsed::<board::Address>())]
    pub board: Option<board::Address>,
    #[command(flatten)]
    pub debugger: Debugger,
    /// Run a Lua file beside the project that plays the outside
    ///
    /// FILE runs as a task with the table device and with sys. When it returns, the run ends with status 0, after an
    /// error in it with 1.
    #[arg(long, value_name = "FILE", help_heading = "Running", value_hint = ValueHint::FilePath)]
    pub scenario: Option<OsString>,
    /// Status 1 if any task or callback failed
    ///
    /// Likewise if the script did what works here and fails on the device, which is warned of.
    #[arg(long, help_heading = "Running")]
    pub strict: bool,
    /// Begin every line with date and time
    ///
    /// The script's lines too, as LuaTools does, in UTC+8: date, time and milliseconds.
    #[arg(long, help_heading = "Output")]
    pub time: bool,
}

impl DeviceOptions {
    /// How time passes.
    pub fn pace(&self) -> Pace {
        [self.instant, self.speed, self.start].into_iter().flatten().fold(Pace::default(), Pace::or)
    }

    /// The settings by the options and the environment, which comes after them.
    ///
    /// # Errors
    /// A variable that cannot be used; the text names it.
    pub fn settings(&self) -> Result<Settings, String> {
        let mut settings = Settings::from_environment()?;
        settings.redirects.splice(0..0, self.redirects.iter().cloned());
        settings.trace = self.trace.unwrap_or(settings.trace);
        settings.output.colour = self.colour.unwrap_or(settings.output.colour);
        settings.uarts.splice(0..0, self.uarts.iter().cloned());
        settings.camera = self.camera.clone().or(settings.camera.take());
        settings.parts.splice(0..0, self.parts.iter().cloned());
        settings.libs.splice(0..0, self.libs.iter().cloned());
        for ours in &self.ours {
            settings.ours.add(ours);
        }
        settings.modem.extend(self.modem.iter().cloned().map(|Property(key, value)| (key, value)));
        settings.microphone = self.microphone.clone().or(settings.microphone);
        settings.online |= self.online;
        settings.lib_version = self.lib_version.or(settings.lib_version);
        settings.vm = self.vm.or(settings.vm);
        settings.pace = self.pace().or(settings.pace);
        Ok(settings)
    }
}

impl RunOptions {
    /// The settings by the options and the environment, which comes after them.
    ///
    /// # Errors
    /// A variable that cannot be used; the text names it.
    pub fn settings(&self) -> Result<Settings, String> {
        let mut settings = self.device.settings()?;
        settings.scenario = self.scenario.clone().map(PathBuf::from).or(settings.scenario);
        settings.output.tail = settings.scenario.is_some();
        settings.output.told = self.board.is_some();
        settings.output.time |= self.time;
        settings.data = self.data.clone().or(settings.data);
        settings.speaker = self.speaker.clone().or(settings.speaker);
        settings.erase = self.erase;
        Ok(settings)
    }
}

/// Reads a value by one of the setters of [`Pace`].
fn pace(
    set: impl Fn(&mut Pace, &str) -> Result<(), String> + Clone + Send + Sync + 'static,
) -> impl clap::builder::TypedValueParser<Value = Pace> {
    text(move |value| {
        let mut pace = Pace::default();
        set(&mut pace, value)?;
        Ok(pace)
    })
}
