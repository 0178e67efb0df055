//! The command line of the runner.

mod options;
mod problem;
mod stray;
mod values;
mod words;

#[cfg(test)]
mod tests;

use std::{ffi::OsString, process::ExitCode, time::Duration};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, ValueHint};
use websocket::{Place, lua::Vm};

pub use options::{Debugger, DeviceOptions, RunOptions};
pub use stray::quoted;

use super::{
    MISUSE,
    check::{self, Check},
    completion::Completion,
    doctor::Doctor,
    man::Manual,
    new::New,
    repl::Repl,
    report,
    testing::Test,
    types::Types,
};

/// What the command line asks for.
#[derive(Debug)]
pub enum Command {
    /// Run a project.
    Run(Box<Run>),
    /// Do what a command does.
    Word(Word),
    /// Run the echo server alone.
    Echo {
        /// Where it listens; 0: any free port.
        port: u16,
        /// `--timeout`
        timeout: Option<Duration>,
    },
    /// Print a text: the help or the version.
    Print(String),
}

/// A project to run.
#[derive(Clone, Debug, Default)]
pub struct Run {
    pub script: Script,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    pub options: RunOptions,
    /// What to say of options among the arguments.
    pub warning: Option<String>,
}

/// What is run.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Script {
    /// The script or project at the path.
    File(OsString),
    /// The text that standard input has.
    StandardInput,
    /// Nothing but a prompt.
    #[default]
    Prompt,
}

/// What the program is for.
pub const ABOUT: &str = "Runs a LuatOS-Air (Air724UG) project on this computer.";

const VERSION: &str = match Vm::OURS {
    Vm::Lua51 => concat!(env!("CARGO_PKG_VERSION"), " with Lua 5.1"),
    Vm::Lua53 => env!("CARGO_PKG_VERSION"),
};

/// How it is called, and what a project is.
pub const USAGE: &str = "luatos [OPTION]... PROJECT [ARGUMENT]...
       luatos [OPTION]... COMMAND ...
       luatos --echo[=PORT]

PROJECT is a script, a folder with main.lua, or a project file of LuaTools
(.ini); - is a script from standard input. One that is called like a command is
reached as ./NAME.";

const AFTER_HELP: &str = "'luatos --help' says more, and 'luatos COMMAND --help' what a command has.";

/// What stands below the options.
pub const AFTER_LONG_HELP: &str = include_str!("after_help.txt");

/// Options, and what is done.
#[derive(Debug, Parser)]
#[command(name = "luatos", version = VERSION, about = ABOUT, override_usage = USAGE, after_help = AFTER_HELP,
    after_long_help = AFTER_LONG_HELP, args_override_self = true, max_term_width = 100)]
pub struct Line {
    #[command(subcommand)]
    word: Option<Word>,
    #[command(flatten)]
    options: RunOptions,
    /// The project and its arguments, whatever they look like
    #[arg(value_name = "PROJECT", trailing_var_arg = true, hide = true, value_hint = ValueHint::FilePath)]
    project: Vec<OsString>,
}

/// The commands, each of which is a file of the runner.
#[derive(Debug, Subcommand)]
pub enum Word {
    New(New),
    Check(Box<Check>),
    Test(Box<Test>),
    Repl(Box<Repl>),
    Types(Types),
    Doctor(Doctor),
    Completion(Completion),
    #[command(name = "man")]
    Manual(Manual),
}

/// The command line as the parser knows it.
pub fn line() -> clap::Command {
    Line::command().mut_subcommand("check", |check| {
        let matters = |option: &clap::Arg| {
            option.is_positional() || option.get_long().is_some_and(|name| check::OPTIONS.contains(&name))
        };
        check.mut_args(|option| if matters(&option) { option } else { option.hide(true) })
    })
}

/// Reads the command line.
///
/// # Errors
/// A text that names the option or value and what was expected.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, String> {
    let mut command = line();
    let arguments = words::name_first(&command, arguments.into_iter().collect());
    let word = arguments.get(1).and_then(|word| word.to_str()).filter(|word| command.find_subcommand(word).is_some());
    let word = word.map(str::to_owned);
    let matches = command.try_get_matches_from_mut(&arguments);
    match matches.and_then(|mut matches| Line::from_arg_matches_mut(&mut matches)) {
        Ok(line) => {
            let mut meaning = line.meaning()?;
            if let Command::Run(run) = &mut meaning
                && let Some((before, _)) = arguments.split_at_checked(arguments.len() - run.arguments.len() - 1)
            {
                run.warning = stray::warning(&command, &before[1..], &arguments[before.len()], &run.arguments);
            }
            Ok(meaning)
        }
        Err(shown) if !shown.use_stderr() => Ok(Command::Print(shown.render().to_string())),
        Err(error) => Err(problem::text(&error, &command, word.as_deref())),
    }
}

impl Word {
    /// Does what the command does. Returns the status.
    ///
    /// # Errors
    /// Why it cannot.
    pub fn run(self) -> Result<ExitCode, String> {
        match self {
            Word::New(new) => new.run(),
            Word::Check(check) => check.run(),
            Word::Test(test) => test.run(),
            Word::Repl(repl) => repl.run(),
            Word::Types(types) => types.run(),
            Word::Doctor(doctor) => doctor.run(),
            Word::Completion(completion) => completion.run(),
            Word::Manual(manual) => manual.run(),
        }
    }
}

impl Line {
    fn meaning(self) -> Result<Command, String> {
        if let Some(word) = self.word {
            return Ok(Command::Word(word));
        }
        let mut words = self.project.into_iter();
        // An empty word is a variable of a shell without a value.
        match (words.next().filter(|project| !project.is_empty()), self.options.echo) {
            (Some(project), _) => {
                let script = if project == "-" { Script::StandardInput } else { Script::File(project) };
                let run = Run { script, arguments: words.collect(), options: self.options, warning: None };
                run.check_standard_input()?;
                Ok(Command::Run(Box::new(run)))
            }
            (None, Some(port)) => Ok(Command::Echo { port, timeout: self.options.timeout }),
            (None, None) => Err("which script? Give its path or that of a project's folder, for example: luatos main.lua (- for standard input)\nTry 'luatos --help'.".into()),
        }
    }
}

/// What to say of a project that is not there and whose name is nearly that of a command.
pub fn meant_command(project: &OsString) -> Option<String> {
    let project = project.to_str()?;
    let line = line();
    let names: Vec<_> = line.get_subcommands().map(clap::Command::get_name).collect();
    let meant = websocket::meant(project, names.iter().copied())?;
    Some(format!("there is no such project or command; did you mean luatos {meant}?"))
}

/// The arguments of this program without `--watch`, and for a start that is not the first without `--erase`.
pub fn without_watch(is_again: bool) -> Vec<OsString> {
    let command = line();
    let mut arguments: Vec<_> = std::env::args_os().collect();
    let first = words::first(&command, &arguments).unwrap_or(arguments.len());
    // Behind a project everything is the script's, behind a command's name nothing is but what stands behind `--`.
    let end = match arguments.get(first) {
        Some(word) if command.find_subcommand(word).is_none() => first,
        _ => arguments.iter().position(|argument| argument == "--").unwrap_or(arguments.len()),
    };
    let rest = arguments.split_off(end);
    arguments.retain(|argument| argument != "--watch" && !(is_again && argument == "--erase"));
    arguments.extend(rest);
    arguments.split_off(1)
}

/// Says what is wrong with the command line. Returns the status.
pub fn misuse(problem: &str) -> ExitCode {
    report::error(problem);
    ExitCode::from(MISUSE)
}

/// What is wrong with a command line that wants standard input for both.
pub const CONSOLE_OR_STDIO: &str = "--console: standard input is a serial port (--uart N=stdio)";

impl Run {
    /// Standard input serves one purpose.
    fn check_standard_input(&self) -> Result<(), String> {
        if self.options.console && self.script == Script::StandardInput {
            return Err("--console: the script comes from standard input; give it as a file".into());
        }
        if self.options.device.watch && self.script == Script::StandardInput {
            return Err("--watch: the script comes from standard input; give it as a file".into());
        }
        if self.options.console && self.options.device.uarts.iter().any(|uart| uart.place == Place::Stdio) {
            return Err(CONSOLE_OR_STDIO.into());
        }
        Ok(())
    }
}
