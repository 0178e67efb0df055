//! `luatos doctor`: what is there for running and testing projects, what is missing, and what to type.

mod checks;
mod folders;

use std::{ffi::OsString, process::ExitCode};

use clap::{Args, ValueHint};

use super::report;

/// Say what is there, what is missing, and what to type
///
/// Looks at what projects, tests, debuggers and the shell need of this computer. Status 1 if something is missing that every
/// project needs; what is needed for some purposes only is named with these.
#[derive(Args, Clone, Debug)]
#[command(override_usage = "luatos doctor [PROJECT]")]
pub struct Doctor {
    /// The project; without it that of the working directory
    #[arg(value_hint = ValueHint::FilePath)]
    project: Option<OsString>,
}

/// What a check has found.
pub enum Finding {
    /// It is there.
    There(String),
    /// Every project needs it.
    Missing {
        /// What is wrong.
        what: String,
        /// What to type or do.
        advice: String,
    },
    /// It is needed for one purpose, which the check names.
    Without {
        /// What is not there, and what it is for.
        what: String,
        /// What to type or do.
        advice: String,
    },
}

impl Doctor {
    /// Prints what is found.
    ///
    /// # Errors
    /// Standard output does not take it.
    pub fn run(&self) -> Result<ExitCode, String> {
        let (mut is_good, mut text) = (true, String::new());
        for (name, finding) in checks::all(self.project.as_deref()) {
            let (mark, what, advice) = match finding {
                Finding::There(what) => ("ok", what, None),
                Finding::Without { what, advice } => ("-", what, Some(advice)),
                Finding::Missing { what, advice } => {
                    is_good = false;
                    ("MISSING", what, Some(advice))
                }
            };
            text += &format!("{mark:<8}{name}: {what}\n");
            if let Some(advice) = advice {
                text += &format!("{:<8}  {advice}\n", "");
            }
        }
        report::answer(&text)?;
        Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
