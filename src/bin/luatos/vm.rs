//! `--vm`: where another Lua is asked for than this program has, the runner beside it that has that takes over.

use std::process::Command;

use websocket::lua::Vm;

use super::restart::replace_process;

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
    let problem = replace_process(Command::new(&other).args(std::env::args_os().skip(1)));
    Err(format!("--vm {wanted}: {} cannot be started: {problem}", other.display()))
}
