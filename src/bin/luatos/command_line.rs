//! The command line of the runner.

use std::{ffi::OsString, path::PathBuf, time::Duration};

use lexopt::prelude::*;
use websocket::{
    Attachment, Pace, Place, Redirect, Topics,
    lua::{self, LibVersion, Property},
    output::Colour,
    project::Ours,
};

/// The word before the project that asks for a check.
const CHECK: &str = "check";

/// What `--help` prints.
pub const HELP: &str = "\
Runs a LuatOS-Air (Air724UG) project on this computer.

Usage: luatos [OPTION]... PROJECT [ARGUMENT]...
       luatos [OPTION]... check PROJECT
       luatos [OPTION]... test [PATH]... [-- OPTION OF BUSTED]...
       luatos --echo[=PORT]

PROJECT is a script, a folder with main.lua, or a project file of LuaTools (.ini); -
is a script from standard input, which else is read by --console only. check runs nothing: it
lists the modules and core functions that the project uses, with file, line and
whether each runs here, is simulated or absent; status 1 if something is absent.
test runs the specs of busted in PATH, or else in the folder spec, tests or test, which
may require luatos.test: a fresh device for each test. Options set how it is made.

Options:
  --color WHEN        colour lines by their level: auto (on a terminal, unless NO_COLOR is
                      set), always or never
  --connect-to HOST:PORT:HOST2:PORT2
                      connect to HOST2:PORT2 where the script asks for HOST:PORT; the
                      script's own address stays in Host, SNI and certificate checks;
                      an empty HOST or PORT matches any, an empty HOST2 or PORT2 keeps
                      the script's; may be repeated, the first match counts
  --console           read Lua at a prompt while the project runs, each input as a task
                      with the table device, with sys and the project's globals; an
                      expression shows its values. Tab completes names, an incomplete
                      input goes on in the next line. Ctrl-C leaves an input that waits,
                      clears what is typed, and on an empty line ends the run (status
                      130 for a shell); Ctrl-D ends it as a script's end does. Without a
                      terminal, inputs are read from standard input without a prompt,
                      and at its end the run goes on
  --data DIR          keep the device's files in DIR; without it in .luatos beside the
                      script. They stay from run to run, as in flash
  --echo[=PORT]       start a WebSocket echo server on 127.0.0.1, on PORT or a free
                      port, and send every connection there; without PROJECT only the
                      server runs, until Ctrl-C
  --erase             remove the device's files first
  --instant[=MS]      pass over waits: a timer that is next fires at once. While a
                      connection is being made, or bytes are not sent, time takes its
                      course; where somebody outside could send something, a wait ends
                      after MS (default 50) of silence
  --lib DIR           add the files in DIR and below to the flash image, after the
                      project's own; may be repeated
  --lib-version VERSION
                      what the modules do where versions of LuatOS-Air's library differ:
                      2.4.0, or 2.4.3, in which text messages are UTF-8; without it
                      that of the sys.lua of project or library, else 2.4.0
  --ours NAME,...     use this program's module of that name where the project or a
                      library has one too, which goes first otherwise; all: every module
  --online            let errDump, update and the like reach the hosts of LuatOS-Air's
                      maker; without it they find them unreachable, unless
                      --connect-to leads elsewhere
  --modem KEY=VALUE   set a property of the device: flash (size of its flash in KiB,
                      default 1500), sdcard and usbdisk (likewise); register_after (ms
                      until it is in the network, default 2000), imei, signal (0 to
                      31, or 99), operator (such as 46000), cell (AREA:CELL in
                      hexadecimal), battery (mV), temperature; iccid, imsi, number,
                      pin, puk of its card, and with a 2, such as iccid2, of a card in
                      its second slot; ring_every (ms from one RING to the next,
                      default 5000); may be repeated
  --speed NUMBER      let time pass so many times faster than the computer's
  --start DATE        begin at that date, in the device's time zone (UTC+8), such as
                      2026-11-26T08:30:00
  --time              begin every line that is printed, the script's too, with date and
                      time, as LuaTools does: [2026-11-24 01:50:00.123] [I]-[tag] text
  --timeout SECONDS   end the run after SECONDS, with status 0, or 124 if the script blocks
                      the message loop, because it never waits. The device's seconds
                      count, with --speed and --instant too
  --debug[=MODULE]    load and start a debugger first, such as mobdebug (the default) or
                      lldebugger, found by LUA_PATH; it gets LuaSocket as \"socket\"
  --scenario FILE     run the Lua file FILE as a task beside the project, with the table
                      device, which plays the outside, and with sys; when it returns,
                      the run ends with status 0, after an error in it with 1
  --strict            status 1 if any task or callback failed, or if the script did what
                      works here and fails on the device, which is warned of
  --trace[=TOPIC,...] show on stderr what the device does, all of it or these topics: at,
                      sms, call, sim, net, socket, ws, pin, led, pwm, key, adc, uart,
                      i2c, spi, audio, lcd, power, clock, bluetooth, wifi, fota, publish
  --uart N=PLACE      connect serial port N (1 to 3) to something real; may be repeated.
                      PLACE is pty (a new pseudo terminal, whose name is printed at the
                      start), the path of a terminal device such as /dev/ttyUSB0,
                      tcp:HOST:PORT (connects there, and again when that ends),
                      listen:PORT (waits for connections at 127.0.0.1, one at a time; 0:
                      a free port, which is printed at the start), file:PATH (its bytes
                      come in; what goes out is in PATH.out) or stdio (standard input and
                      output are the wire; what the script prints goes to stderr)
  -h, --help          show this help
  -V, --version       show the version

The script ends by itself when nothing can ever happen again: no timer runs, no
connection is open, no port of --uart that can bring anything is set up. Ctrl-C ends it
at once.

Environment:
  LUATOS_CONNECT_TO   further redirections, separated by commas
  LUATOS_DATA         like --data
  LUATOS_INSTANT      1: like --instant
  LUATOS_LIB          further folders for the flash image, separated as in PATH
  LUATOS_LOG          what the program itself reports on stderr: error, warn, info,
                      debug or trace (trace shows payloads)
  LUATOS_MODEM        further properties of the device, separated by commas
  LUATOS_LIB_VERSION  like --lib-version
  LUATOS_ONLINE       1: like --online
  LUATOS_OURS         further modules for --ours, separated by commas
  LUATOS_COLOR        like --color
  LUATOS_TIME         1: like --time
  LUATOS_SCENARIO     like --scenario
  LUATOS_SPEED        like --speed
  LUATOS_START        like --start
  LUATOS_TRACE        1, or the topics: like --trace
  LUATOS_UART         further serial ports, separated by commas

Status: 0 the script ended, 1 it failed, 2 the command line is wrong, 124 --timeout expired
while the script blocked the message loop.
";

/// The word before the paths of tests.
const TEST: &str = "test";

/// The debugger of `--debug` without a module.
const DEBUGGER: &str = "mobdebug";

/// What the command line asks for.
#[derive(Debug)]
pub enum Command {
    /// Run a project.
    Run(Box<Options>),
    /// Check a project.
    Check(Box<Options>),
    /// Run tests.
    Test(Box<Options>),
    /// Run the echo server alone.
    Echo {
        /// Where it listens; 0: any free port.
        port: u16,
        /// `--timeout`
        timeout: Option<Duration>,
    },
    /// Print the help.
    Help,
    /// Print the version.
    Version,
}

/// How to run a project.
#[derive(Debug, Default)]
pub struct Options {
    /// The project's path; `-`: a script from standard input.
    pub project: OsString,
    /// Its arguments, or those of busted.
    pub arguments: Vec<OsString>,
    /// Files and folders with tests.
    pub tests: Vec<OsString>,
    /// `--connect-to`
    pub redirects: Vec<Redirect>,
    /// `--echo`: the server's port, 0 for any free one.
    pub echo: Option<u16>,
    /// `--debug`: the module of the debugger.
    pub debugger: Option<String>,
    /// `--timeout`
    pub timeout: Option<Duration>,
    /// `--strict`
    pub strict: bool,
    /// `--trace`
    pub trace: Option<Topics>,
    /// `--time`
    pub time: bool,
    /// `--instant`, `--speed`, `--start`
    pub pace: Pace,
    /// `--color`
    pub colour: Option<Colour>,
    /// `--uart`
    pub uarts: Vec<Attachment>,
    /// `--scenario`
    pub scenario: Option<OsString>,
    /// `--console`
    pub console: bool,
    /// `--data`
    pub data: Option<PathBuf>,
    /// `--erase`
    pub erase: bool,
    /// `--lib`
    pub libs: Vec<PathBuf>,
    /// `--lib-version`
    pub lib_version: Option<LibVersion>,
    /// `--online`
    pub online: bool,
    /// `--ours`
    pub ours: Ours,
    /// `--modem`
    pub modem: Vec<Property>,
}

/// Reads the command line.
///
/// # Errors
/// A text that names the option or value and what was expected.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, String> {
    read(&mut lexopt::Parser::from_iter(arguments)).map_err(|error| error.to_string())
}

fn read(parser: &mut lexopt::Parser) -> Result<Command, lexopt::Error> {
    let mut options = Options::default();
    let mut is_check = false;
    while let Some(argument) = parser.next()? {
        match argument {
            Long("connect-to") => {
                let rule = parser.value()?;
                let rule = rule.to_str().ok_or("--connect-to: not UTF-8")?;
                options.redirects.push(rule.parse().map_err(|error| format!("--connect-to: {error}"))?);
            }
            Long("echo") => options.echo = Some(parser.optional_value().as_ref().map_or(Ok(0), port)?),
            Long("timeout") => options.timeout = Some(seconds(&parser.value()?)?),
            Long("uart") => {
                let port = parser.value()?;
                let port = port.to_str().ok_or("--uart: not UTF-8")?;
                options.uarts.push(port.parse().map_err(|error| format!("--uart: {error}"))?);
            }
            Long("data") => options.data = Some(folder("--data", parser.value()?)?),
            Long("erase") => options.erase = true,
            Long("lib") => {
                let lib = folder("--lib", parser.value()?)?;
                if !lib.is_dir() {
                    return Err(format!("--lib: a folder expected, got {lib:?}").into());
                }
                options.libs.push(lib);
            }
            Long("lib-version") => {
                let version = parser.value()?;
                let version = version.to_str().ok_or("--lib-version: not UTF-8")?;
                options.lib_version = Some(version.parse().map_err(|error| format!("--lib-version: {error}"))?);
            }
            Long("online") => options.online = true,
            Long("ours") => {
                let names = parser.value()?;
                let names = names.to_str().ok_or("--ours: not UTF-8")?;
                let ours = Ours::parse(names, lua::has_module).map_err(|error| format!("--ours: {error}"))?;
                options.ours.add(&ours);
            }
            Long("modem") => {
                let property = parser.value()?;
                let property = property.to_str().ok_or("--modem: not UTF-8")?;
                options.modem.push(property.parse().map_err(|error| format!("--modem: {error}"))?);
            }
            Long("debug") => {
                let module = parser.optional_value();
                let module = module.as_deref().map_or(Some(DEBUGGER), |module| module.to_str());
                options.debugger = Some(module.ok_or("--debug: not UTF-8")?.to_owned());
            }
            Long("scenario") => options.scenario = Some(parser.value()?),
            Long("console") => options.console = true,
            Long("strict") => options.strict = true,
            Long("time") => options.time = true,
            Long("instant") => {
                let settling = parser.optional_value();
                let settling =
                    settling.as_deref().map(|text| text.to_str().ok_or("--instant: not UTF-8")).transpose()?;
                options.pace.set_instant(settling).map_err(|error| format!("--instant: {error}"))?;
            }
            Long("speed") => {
                let speed = parser.value()?;
                let speed = speed.to_str().ok_or("--speed: not UTF-8")?;
                options.pace.set_speed(speed).map_err(|error| format!("--speed: {error}"))?;
            }
            Long("start") => {
                let start = parser.value()?;
                let start = start.to_str().ok_or("--start: not UTF-8")?;
                options.pace.set_start(start).map_err(|error| format!("--start: {error}"))?;
            }
            Long("color") => {
                let colour = parser.value()?;
                let colour = colour.to_str().ok_or("--color: not UTF-8")?;
                options.colour = Some(colour.parse().map_err(|error| format!("--color: {error}"))?);
            }
            Long("trace") => options.trace = Some(topics(parser.optional_value())?),
            Short('h') | Long("help") => return Ok(Command::Help),
            Short('V') | Long("version") => return Ok(Command::Version),
            Value(word) if word == CHECK && !is_check => is_check = true,
            Value(word) if word == TEST => return read_tests(parser, options),
            Value(project) if is_check => {
                options.project = project;
                return match parser.next()? {
                    None => Ok(Command::Check(Box::new(options))),
                    Some(other) => Err(other.unexpected()),
                };
            }
            Value(project) => {
                options.project = project;
                // Everything after the script's name belongs to the script, options too.
                options.arguments = parser.raw_args()?.collect();
                check_standard_input(&options)?;
                return Ok(Command::Run(Box::new(options)));
            }
            other => return Err(other.unexpected()),
        }
    }
    if is_check {
        return Err("which project? For example: luatos check main.lua (a script named check: luatos ./check)".into());
    }
    match options.echo {
        Some(port) => Ok(Command::Echo { port, timeout: options.timeout }),
        None => Err("which script? Give its path or that of a project's folder, for example: luatos main.lua (- for standard input)".into()),
    }
}

/// Reads what follows the word `test`: paths, and behind `--` the options of busted.
fn read_tests(parser: &mut lexopt::Parser, mut options: Options) -> Result<Command, lexopt::Error> {
    let ends = |parser: &mut lexopt::Parser| {
        parser.try_raw_args().is_some_and(|arguments| arguments.peek().is_some_and(|next| next == "--"))
    };
    loop {
        if ends(parser) {
            options.arguments = parser.raw_args()?.skip(1).collect();
            break;
        }
        match parser.next()? {
            None => break,
            Some(Value(path)) => options.tests.push(path),
            Some(other) => {
                let name = match &other {
                    Long(name) => format!("--{name}"),
                    Short(letter) => format!("-{letter}"),
                    Value(_) => String::new(),
                };
                return Err(format!("{name}: options stand before the word test, and those of busted behind --").into());
            }
        }
    }
    let unfit = [
        (options.console, "--console"),
        (options.scenario.is_some(), "--scenario"),
        (options.echo.is_some(), "--echo"),
        (options.debugger.is_some(), "--debug"),
        (options.timeout.is_some(), "--timeout"),
        (options.data.is_some(), "--data"),
        (options.erase, "--erase"),
        (options.strict, "--strict"),
        (options.time, "--time"),
    ];
    match unfit.iter().find(|(is_given, _)| *is_given) {
        Some((_, name)) => Err(format!("{name}: not for tests, each of which has a device of its own").into()),
        None => Ok(Command::Test(Box::new(options))),
    }
}

/// What is wrong with a command line that wants standard input for both.
pub const CONSOLE_OR_STDIO: &str = "--console: standard input is a serial port (--uart N=stdio)";

/// Standard input serves one purpose.
fn check_standard_input(options: &Options) -> Result<(), String> {
    if options.console && options.project == "-" {
        return Err("--console: the script comes from standard input; give it as a file".into());
    }
    if options.console && options.uarts.iter().any(|attachment| attachment.place == Place::Stdio) {
        return Err(CONSOLE_OR_STDIO.into());
    }
    Ok(())
}

/// The path of a folder that need not exist.
fn folder(option: &str, value: OsString) -> Result<PathBuf, String> {
    let path = PathBuf::from(value);
    if path.as_os_str().is_empty() || path.is_file() {
        return Err(format!("{option}: a folder expected, got {path:?}"));
    }
    Ok(path)
}

/// The topics of `--trace`; without any, all.
fn topics(names: Option<OsString>) -> Result<Topics, String> {
    let Some(names) = names else { return Ok(Topics::ALL) };
    let names = names.to_str().ok_or("--trace: not UTF-8")?;
    lua::topics(names).map_err(|error| format!("--trace: {error}"))
}

fn port(value: &OsString) -> Result<u16, String> {
    let number = value.to_str().and_then(|text| text.parse().ok());
    number.ok_or_else(|| format!("--echo: port 0 to 65535 expected, got {value:?}"))
}

fn seconds(value: &OsString) -> Result<Duration, String> {
    let wrong = || format!("--timeout: seconds above 0 expected, got {value:?}");
    let number: f64 = value.to_str().and_then(|text| text.parse().ok()).ok_or_else(wrong)?;
    if number > 0.0 { Duration::try_from_secs_f64(number).map_err(|_| wrong()) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(arguments: &[&str]) -> Options {
        match parse(std::iter::once(&"luatos").chain(arguments).map(OsString::from)) {
            Ok(Command::Run(options)) => *options,
            other => panic!("{other:?}"),
        }
    }

    fn problem(arguments: &[&str]) -> String {
        parse(std::iter::once(&"luatos").chain(arguments).map(OsString::from)).unwrap_err()
    }

    #[test]
    fn options_before_the_script_are_ours_and_those_behind_it_the_scripts() {
        let options = run(&["--strict", "--timeout=1.5", "--connect-to", "a:1:b:2", "main.lua", "--trace", "-x", "y"]);
        assert!(options.strict && options.trace.is_none() && options.echo.is_none());
        assert_eq!(options.timeout, Some(Duration::from_millis(1500)));
        assert_eq!(options.redirects.len(), 1);
        assert_eq!(options.arguments, ["--trace", "-x", "y"]);
    }

    #[test]
    fn echo_has_a_port_if_one_is_joined_to_it() {
        assert_eq!(run(&["--echo", "1234"]).echo, Some(0));
        assert_eq!(run(&["--echo", "1234"]).project, "1234");
        assert_eq!(run(&["--echo=1234", "-"]).echo, Some(1234));
        assert_eq!(run(&["--echo=1234", "-"]).project, "-");
        assert!(problem(&["--echo=65536", "m.lua"]).contains("\"65536\""));
    }

    #[test]
    fn folders_and_properties_of_the_device() {
        let options = run(&["--lib", "src", "--lib=lua", "--data", "d", "--erase", "--modem", "flash=23", "m.lua"]);
        assert_eq!(options.libs, [PathBuf::from("src"), PathBuf::from("lua")]);
        assert_eq!(options.data, Some(PathBuf::from("d")));
        assert!(options.erase);
        assert_eq!(options.modem, [Property("flash".into(), "23".into())]);
    }

    #[test]
    fn trace_without_topics_shows_all() {
        assert_eq!(run(&["--trace", "at"]).trace, Some(Topics::ALL));
        assert_eq!(run(&["--trace=at,pin", "m.lua"]).trace, Some("pin,at".parse().unwrap()));
    }

    #[test]
    fn errors_name_the_value() {
        assert!(problem(&["--timeout", "soon", "m.lua"]).contains("\"soon\""));
        assert!(problem(&["--timeout", "0", "m.lua"]).contains("\"0\""));
        assert!(problem(&["--connect-to", "a:b", "m.lua"]).contains("\"a:b\""));
        assert!(problem(&["--modem", "flash", "m.lua"]).contains("\"flash\""));
        assert!(problem(&["--modem", "flush=1", "m.lua"]).contains("\"flush\""));
        assert!(problem(&["--modem", "signal=32", "m.lua"]).contains("signal: 0 to 31, or 99 expected, got \"32\""));
        assert!(problem(&["--lib", "/nonexistent", "m.lua"]).contains("\"/nonexistent\""));
        assert!(problem(&["--data", file!(), "m.lua"]).contains(file!()));
        assert!(problem(&["--trace=at,smz", "m.lua"]).contains("got \"smz\""));
        assert!(problem(&["--console", "-"]).contains("standard input"));
        assert!(problem(&["--console", "--uart", "1=stdio", "m.lua"]).contains("--uart N=stdio"));
        assert!(problem(&["--frobnicate"]).contains("--frobnicate"));
        assert!(problem(&[]).contains("which script"));
    }
}
