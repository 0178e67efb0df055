//! What the device keeps over a restart goes from one process to the next in a file, of which an environment variable
//! tells. Only its owner can read it, and nothing is left of it.

#[cfg_attr(unix, path = "handover/nameless.rs")]
#[cfg_attr(not(unix), path = "handover/named.rs")]
mod file;

use std::process::Command;

use super::report;

/// What tells the next process which file it is.
const HANDOVER: &str = "LUATOS_HANDOVER";

/// Leaves a text for the process that the command begins, which takes it as long as the result lives. If it cannot be
/// written, that is reported.
pub fn give(text: &str, command: &mut Command) -> Option<file::Left> {
    match file::leave(text) {
        Ok((left, word)) => {
            command.env(HANDOVER, word);
            Some(left)
        }
        Err(error) => {
            report::say(&format!("[W]-[luatos] the device forgets all over the restart: {error}"));
            // That of the restart before.
            command.env_remove(HANDOVER);
            None
        }
    }
}

/// The text that the process before has left. There is none at the first start, nor in a program that a script
/// starts, which has the same environment.
pub fn take() -> Option<String> {
    let word = std::env::var_os(HANDOVER)?;
    match file::take(&word) {
        Ok(bytes) => bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
        Err(error) => {
            report::say(&format!("[W]-[luatos] the device has forgotten all over the restart: {error}"));
            None
        }
    }
}

/// A new file of a name that nobody can guess.
#[cfg(not(target_os = "linux"))]
fn create() -> std::io::Result<(std::fs::File, std::path::PathBuf)> {
    let path = std::env::temp_dir().join(format!("luatos-{:032x}", rand::random::<u128>()));
    let mut options = std::fs::OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    Ok((options.open(&path)?, path))
}
