//! `luatos check`: says what of a project is there, and runs nothing of it.

use std::{ffi::OsString, process::ExitCode};

use clap::{Args, ValueHint};
use websocket::{
    check::{self, Subject},
    lua::{self, Settings},
    project::{Project, missing},
};

use super::{
    command_line::{RunOptions, misuse},
    report,
    state::{new_state, open_runtime, text},
    vm,
};

/// Say what of a project runs here, and run nothing
///
/// Lists the modules and core functions that the project uses, with file, line and whether each runs here, is simulated
/// or absent. Status 1 if something is absent or a file has errors.
#[derive(Args, Clone, Debug)]
#[command(override_usage = "luatos [OPTION]... check PROJECT")]
pub struct Check {
    #[command(flatten)]
    options: RunOptions,
    /// The project: a script, a folder with main.lua, or a project file of LuaTools (.ini)
    #[arg(value_hint = ValueHint::FilePath)]
    project: Option<OsString>,
}

/// The options that make a difference; the others are taken as well, so that those of a run can stay where they are.
pub const OPTIONS: [&str; 4] = ["lib", "ours", "data", "vm"];

impl Check {
    /// Checks the project and prints the report.
    ///
    /// # Errors
    /// The project cannot be opened, or the Lua state cannot be made.
    pub fn run(&self) -> Result<ExitCode, String> {
        let Some(project) = &self.project else {
            return Ok(misuse(
                "which project? For example: luatos check main.lua (a script named check: luatos ./check)",
            ));
        };
        let project = Project::open(project.as_ref())?;
        if let Some(problem) = missing(&project.main) {
            return Err(problem);
        }
        let settings = self.options.settings().and_then(|mut settings| {
            settings.add_configuration_beside(&project.main)?;
            Ok(settings)
        });
        let mut settings = match settings {
            Ok(settings) => settings,
            Err(problem) => return Ok(misuse(&problem)),
        };
        vm::hand_over(settings.vm)?;
        let subject = Subject {
            main: project.main,
            files: project.files,
            libs: std::mem::take(&mut settings.libs),
            data: settings.data.take(),
            ours: std::mem::take(&mut settings.ours),
        };
        let lua = new_state();
        let stock = lua::names(&lua).map_err(text)?;
        lua::prepare(&lua, Settings::default()).map_err(text)?;
        open_runtime(&lua).map_err(text)?;
        let surface = lua::surface(&lua, stock).map_err(text)?;
        let verdict = check::check(&subject, &surface, &lua::Machine::new(lua))?;
        report::answer(&verdict.text)?;
        Ok(if verdict.is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
