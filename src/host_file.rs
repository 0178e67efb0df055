//! Files of this computer that the device is given whole: pictures, sounds, tracks, contents of memories; and what is
//! no file.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::Path,
};

/// Reads a file of at most so many bytes. It has to be a regular one: a pipe would have the device wait, and some devices
/// of the system never end.
///
/// # Errors
/// The system's; it is something else, or larger.
pub fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let about = fs::metadata(path)?;
    if !about.is_file() && !about.is_dir() {
        return Err(io::Error::other("a file expected"));
    }
    let mut content = Vec::new();
    File::open(path)?.take(most + 1).read_to_end(&mut content)?;
    if content.len() as u64 > most {
        return Err(io::Error::other(format!("at most {} MiB expected, got more", most >> 20)));
    }
    Ok(content)
}

/// Whether this is a named pipe, which would have the device wait for its other end.
pub fn is_pipe(path: &Path) -> bool {
    #[cfg(unix)]
    return fs::metadata(path).is_ok_and(|about| std::os::unix::fs::FileTypeExt::is_fifo(&about.file_type()));
    #[cfg(not(unix))]
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_file_or_too_large_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, [7; 10]).unwrap();
        let problem = |path: &Path, most| read(path, most).unwrap_err();
        assert_eq!(read(&path, 10).unwrap(), [7; 10]);
        assert_eq!(problem(&path, 9).to_string(), "at most 0 MiB expected, got more");
        assert_eq!(problem(&folder.path().join("none"), 9).kind(), io::ErrorKind::NotFound);
        assert!(read(folder.path(), 9).is_err());
        #[cfg(unix)]
        assert_eq!(problem(Path::new("/dev/zero"), 9).to_string(), "a file expected");
    }
}
