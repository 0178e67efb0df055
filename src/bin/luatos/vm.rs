//! `--vm`: where another Lua is asked for than this program has, the runner beside it that has that takes over.

use std::process::Command;

use websocket::lua::Vm;

use super::restart::replace_process;

/// Which process has handed over already, and for which Lua: a file of that name which has another Lua would hand over to
/// itself without end.
const HANDED: &str = "LUATOS_HANDED";

/// Hands the command line to the runner with that Lua. Returns if that is this one.
///
/// # Errors
/// There is no such runner beside this one, or it cannot be started.
pub fn hand_over(wanted: Option<Vm>) -> Result<(), String> {
    let Some(wanted) = wanted.filter(|wanted| *wanted != Vm::OURS) else { return Ok(()) };
    let ours = std::env::current_exe().map_err(|error| error.to_string())?;
    let name = format!("{}{}", wanted.executable(), std::env::consts::EXE_SUFFIX);
    let other = ours.with_file_name(&name);
    if !other.is_file() {
        let folder = ours.parent().unwrap_or(&ours).display();
        return Err(format!(
            "--vm {wanted}: there is no {name} in {folder}\n'make vm51' builds luatos-lua51 beside luatos; 'make install' \
             installs both."
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
