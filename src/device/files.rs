//! Which file of this computer a path of the script means.

use std::path::PathBuf;

/// What is done to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It must exist; nothing of it changes.
    Read,
    /// It is made, changed, renamed or removed.
    Write,
}

/// Why a path means no file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// Nothing is there, or the path leads out of the device.
    #[error("No such file or directory")]
    Missing,
    /// The flash image cannot be written to.
    #[error("Read-only file system")]
    ReadOnly,
}

/// The files of the device.
#[derive(Debug, Default)]
pub struct Files {}

impl Files {
    /// The file of this computer that `path` means; every path that a script passes to a native goes
    /// through here. Bytes, because sources may be in GBK.
    ///
    /// # Errors
    /// See [`FileError`].
    pub fn resolve(&self, path: &[u8], _access: Access) -> Result<PathBuf, FileError> {
        #[cfg(unix)]
        {
            use std::os::unix::ffi::OsStrExt;
            Ok(std::ffi::OsStr::from_bytes(path).into())
        }
        #[cfg(not(unix))]
        Ok(String::from_utf8_lossy(path).into_owned().into())
    }
}
