//! What the device keeps over a restart goes from one process to the next in a file that only its owner can read; the
//! next one is told its name by an environment variable, and removes it once it has read it.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    process::Command,
};

use super::report;

/// The name of the file.
const HANDOVER: &str = "LUATOS_HANDOVER";

/// A file that is removed with this, where no other process has read it.
pub struct Handover(PathBuf);

impl Drop for Handover {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Leaves a text for the process that the command begins. If it cannot be written, that is reported.
pub fn give(text: &str, command: &mut Command) -> Option<Handover> {
    match write(text) {
        Ok(handover) => {
            command.env(HANDOVER, &handover.0);
            Some(handover)
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
    let handover = Handover(std::env::var_os(HANDOVER)?.into());
    match fs::read(&handover.0) {
        Ok(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => {
            report::say(&format!("[W]-[luatos] the device has forgotten all over the restart: {error}"));
            None
        }
    }
}

fn write(text: &str) -> io::Result<Handover> {
    // A name that nobody can guess, and no file that is there.
    let path = std::env::temp_dir().join(format!("luatos-{:032x}", rand::random::<u128>()));
    let mut file = create(&path)?;
    let handover = Handover(path);
    file.write_all(text.as_bytes())?;
    Ok(handover)
}

fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
