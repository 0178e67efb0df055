//! `luatos check`: says what of a project is there, and runs nothing of it.

use std::process::ExitCode;

use websocket::{
    check::{self, Subject},
    lua::{self, Settings},
    project::Project,
};

use super::{MISUSE, command_line::Options, new_state, open_runtime, report, text};

/// Checks the project and prints the report. The status is 1 if something is absent or a file has errors.
///
/// # Errors
/// The project cannot be opened, or the Lua state cannot be made.
pub fn check(options: &Options) -> Result<ExitCode, String> {
    let project = Project::open(options.project.as_ref())?;
    let mut settings = Settings::from_environment()?;
    settings.libs.splice(0..0, options.libs.iter().cloned());
    settings.ours.add(&options.ours);
    if let Err(problem) = settings.add_configuration_beside(&project.main) {
        report::error(&problem);
        return Ok(ExitCode::from(MISUSE));
    }
    let subject = Subject {
        main: project.main,
        files: project.files,
        libs: std::mem::take(&mut settings.libs),
        data: options.data.clone().or(settings.data.take()),
        ours: std::mem::take(&mut settings.ours),
    };
    let lua = new_state();
    let stock = lua::names(&lua).map_err(text)?;
    lua::prepare(&lua, Settings::default()).map_err(text)?;
    open_runtime(&lua).map_err(text)?;
    let surface = lua::surface(&lua, stock).map_err(text)?;
    let verdict = check::check(&subject, &surface, &lua::Machine::new(lua))?;
    print!("{}", verdict.text);
    Ok(if verdict.is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
