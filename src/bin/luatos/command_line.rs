//! The command line of the runner.

use std::{ffi::OsString, fmt::Display, path::PathBuf, time::Duration};

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
pub const HELP: &str = include_str!("help.txt");

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

/// The value of an option, as `read` understands it.
fn value<T, E: Display>(
    parser: &mut lexopt::Parser,
    option: &str,
    read: impl FnOnce(&str) -> Result<T, E>,
) -> Result<T, lexopt::Error> {
    let value = parser.value()?;
    let text = value.to_str().ok_or_else(|| format!("{option}: not UTF-8"))?;
    read(text).map_err(|error| format!("{option}: {error}").into())
}

fn read(parser: &mut lexopt::Parser) -> Result<Command, lexopt::Error> {
    let mut options = Options::default();
    let mut is_check = false;
    while let Some(argument) = parser.next()? {
        match argument {
            Long("connect-to") => options.redirects.push(value(parser, "--connect-to", str::parse)?),
            Long("echo") => options.echo = Some(parser.optional_value().as_ref().map_or(Ok(0), port)?),
            Long("timeout") => options.timeout = Some(seconds(&parser.value()?)?),
            Long("uart") => options.uarts.push(value(parser, "--uart", str::parse)?),
            Long("data") => options.data = Some(folder("--data", parser.value()?)?),
            Long("erase") => options.erase = true,
            Long("lib") => {
                let lib = folder("--lib", parser.value()?)?;
                if !lib.is_dir() {
                    return Err(format!("--lib: a folder expected, got {lib:?}").into());
                }
                options.libs.push(lib);
            }
            Long("lib-version") => options.lib_version = Some(value(parser, "--lib-version", str::parse)?),
            Long("online") => options.online = true,
            Long("ours") => {
                let ours = value(parser, "--ours", |names| Ours::parse(names, lua::has_module))?;
                options.ours.add(&ours);
            }
            Long("modem") => options.modem.push(value(parser, "--modem", str::parse)?),
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
            Long("speed") => value(parser, "--speed", |text| options.pace.set_speed(text))?,
            Long("start") => value(parser, "--start", |text| options.pace.set_start(text))?,
            Long("color") => options.colour = Some(value(parser, "--color", str::parse)?),
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
