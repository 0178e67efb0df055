//! `--vm`: where another Lua is asked for than this program has, the runner beside it that has that takes over.

use std::{io, path::PathBuf, process::Command};

use websocket::{folder_of, lua::Vm};

use super::restart::replace_process;

/// Which process has handed over already, and for which Lua: a file of that name which has another Lua would hand over to
/// itself without end.
const HANDED: &str = "LUATOS_HANDED";

/// What the file of the runner with that Lua is called.
pub fn file_name(vm: Vm) -> String {
    format!("{}{}", vm.executable(), std::env::consts::EXE_SUFFIX)
}

/// Where the runner with that Lua would be: beside this one.
///
/// # Errors
/// The system does not say where this one is.
pub fn runner(vm: Vm) -> io::Result<PathBuf> {
    Ok(std::env::current_exe()?.with_file_name(file_name(vm)))
}

/// Hands the command line to the runner with that Lua. Returns if that is this one.
///
/// # Errors
/// There is no such runner beside this one, or it cannot be started.
pub fn hand_over(wanted: Option<Vm>) -> Result<(), String> {
    let Some(wanted) = wanted.filter(|wanted| *wanted != Vm::OURS) else { return Ok(()) };
    let other = runner(wanted).map_err(|error| error.to_string())?;
    if !other.is_file() {
        return Err(format!(
            "--vm {wanted}: there is no {} in {}\n'make vm51' builds luatos-lua51 beside luatos; 'make install' \
             installs both.",
            file_name(wanted),
            folder_of(&other).display()
        ));
    }
    let word = format!("{}:{wanted}", std::process::id());
    if std::env::var(HANDED).is_ok_and(|handed| handed == word) {
        return Err(format!(
            "--vm {wanted}: {} has Lua {}; 'make install' installs both runners anew",
            other.display(),
            Vm::OURS
        ));
    }
    let problem = replace_process(Command::new(&other).args(std::env::args_os().skip(1)).env(HANDED, word));
    Err(format!("--vm {wanted}: {} cannot be started: {problem}", other.display()))
}
