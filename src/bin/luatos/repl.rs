//! `luatos repl`: a prompt at a device without a project.

use std::process::ExitCode;

use clap::Args;

use super::{
    command_line::{Run, RunOptions, Script},
    console, report, restart, run,
};

/// Read Lua at a prompt, on a device without a project
///
/// A device without a project: sys runs, the table device plays the outside, the core tables are there, and modules come by
/// require, as in a script. luatos.toml is read, and its libraries are found. Inputs are those of --console. Without
/// a terminal they are read from standard input, and the run ends when nothing can ever happen again.
#[derive(Args, Clone, Debug)]
#[command(override_usage = "luatos [OPTION]... repl")]
pub struct Repl {
    #[command(flatten)]
    options: RunOptions,
}

/// What a terminal shows first.
const GREETING: &str = concat!(
    "luatos ",
    env!("CARGO_PKG_VERSION"),
    ": sys, device and the core tables are there, modules by require. Tab completes; Ctrl-D ends.\n"
);

impl Repl {
    /// Runs the prompt.
    ///
    /// # Errors
    /// Something that the run needs cannot be had.
    pub fn run(self) -> Result<ExitCode, String> {
        if console::has_prompt() && restart::count() == 0 {
            report::answer(GREETING)?;
        }
        let options = RunOptions { console: true, ..self.options };
        run::run(Run { script: Script::Prompt, options, ..Run::default() })
    }
}
