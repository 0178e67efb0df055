//! Which file of this computer a path of the script means.

pub mod image;
#[cfg(test)]
mod scratch;

use std::path::{Path, PathBuf};

use image::Image;

/// Name of the folder of the device's files, beside the main script.
const DATA_FOLDER: &str = ".luatos";

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

/// Where the files of the device are.
#[derive(Debug, Default)]
pub struct Folders {
    /// Folder of the main script; none under a test runner, whose script is no project.
    pub script: Option<PathBuf>,
    /// Folder of the data; default: `.luatos` in that of the script, or else in the working directory.
    pub data: Option<PathBuf>,
    /// Further folders of the flash image.
    pub libraries: Vec<PathBuf>,
}

/// The files of the device.
#[derive(Debug, Default)]
pub struct Files {
    image: Image,
}

impl Files {
    /// The files in these folders.
    pub fn new(folders: Folders) -> Self {
        let data = folders.data.unwrap_or_else(|| match &folders.script {
            Some(folder) => folder.join(DATA_FOLDER),
            None => DATA_FOLDER.into(),
        });
        Files { image: Image::new(folders.script, folders.libraries).without(data) }
    }

    /// The flash image: what is in `/lua`.
    pub fn image(&self) -> &Image {
        &self.image
    }

    /// The file of this computer that `path` means; every path that a script passes to a native goes
    /// through here. Bytes, because sources may be in GBK.
    ///
    /// # Errors
    /// See [`FileError`].
    pub fn resolve(&self, path: &[u8], _access: Access) -> Result<PathBuf, FileError> {
        Ok(host_path(path))
    }
}

/// The folder of a script; the working directory for one without.
pub fn folder_of(script: &Path) -> PathBuf {
    match script.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => ".".into(),
    }
}

/// The bytes of a path as this computer has them.
pub fn host_path(path: &[u8]) -> PathBuf {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        std::ffi::OsStr::from_bytes(path).into()
    }
    #[cfg(not(unix))]
    String::from_utf8_lossy(path).into_owned().into()
}
