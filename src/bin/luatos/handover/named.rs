//! A process that begins another one tells it the name of a file.

use std::{
    ffi::{OsStr, OsString},
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

/// A file that is removed with this, where no other process has read it.
pub struct Left(PathBuf);

impl Drop for Left {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Leaves a text. Returns also what tells of it: the name of the file.
pub fn leave(text: &str) -> io::Result<(Left, OsString)> {
    let (mut file, path) = super::create()?;
    let word = path.clone().into();
    let left = Left(path);
    file.write_all(text.as_bytes())?;
    Ok((left, word))
}

/// What was left for this process; the file is removed.
pub fn take(word: &OsStr) -> io::Result<Option<Vec<u8>>> {
    let path = Path::new(word);
    match fs::read(path) {
        Ok(bytes) => {
            fs::remove_file(path)?;
            Ok(Some(bytes))
        }
        // A process before this one has read it.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
