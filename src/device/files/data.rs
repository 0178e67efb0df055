//! The folder of this computer in which the device's files are.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{FileError, map::DevicePath};

/// Marks a folder as made by this program, and keeps it out of version control.
pub const MARKER: &str = ".gitignore";

/// The folder in which parts that are attached keep what they have. It is not the device's.
pub const PARTS: &str = ".parts";

/// What is in the [`MARKER`].
const MARKER_TEXT: &str = "# The files of a LuatOS-Air device, made by luatos. --erase removes them.\n*\n";

/// The data folder. It is made when something is written to it.
#[derive(Debug, Default)]
pub struct DataFolder {
    path: PathBuf,
}

impl DataFolder {
    /// The folder of this path.
    pub fn new(path: PathBuf) -> Self {
        DataFolder { path }
    }

    /// Its path, as it was given.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file of this computer.
    ///
    /// # Errors
    /// [`FileError::Missing`]: a link leads out of the folder, or nowhere.
    pub fn locate(&self, path: &DevicePath) -> Result<PathBuf, FileError> {
        let mut found = self.path.clone();
        let mut may_exist = true;
        for component in &path.components {
            found.push(super::host_path(component));
            may_exist = may_exist && self.is_within(&found)?;
        }
        if path.is_folder {
            // The system refuses a file whose name ends in `/`.
            found.push("");
        }
        Ok(found)
    }

    /// Whether there is something of this path; what is below it cannot be if not.
    fn is_within(&self, path: &Path) -> Result<bool, FileError> {
        match path.symlink_metadata() {
            Ok(metadata) if metadata.is_symlink() => {
                let real = |path: &Path| path.canonicalize().map_err(|_| FileError::Missing);
                if real(path)?.starts_with(real(&self.path)?) { Ok(true) } else { Err(FileError::Missing) }
            }
            Ok(_) => Ok(true),
            Err(_) => Ok(false),
        }
    }

    /// A path at which there is never a file: below a file.
    pub fn nowhere(&self) -> PathBuf {
        self.path.join(MARKER).join("nothing")
    }

    /// Makes the folder, if there is none, and puts the marker into it, if it is empty.
    ///
    /// # Errors
    /// Those of the system.
    pub fn make(&self) -> io::Result<()> {
        if self.path.join(MARKER).exists() {
            return Ok(());
        }
        fs::create_dir_all(&self.path)?;
        if fs::read_dir(&self.path)?.next().is_none() {
            fs::write(self.path.join(MARKER), MARKER_TEXT)?;
        }
        Ok(())
    }

    /// Removes everything but the marker.
    ///
    /// # Errors
    /// The folder was not made by this program, or a file cannot be removed; in words.
    pub fn erase(&self) -> Result<(), String> {
        let entries = match fs::read_dir(&self.path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(self.problem(&error)),
        };
        let mut paths = Vec::new();
        for entry in entries {
            paths.push(entry.map_err(|error| self.problem(&error))?.path());
        }
        let marker = self.path.join(MARKER);
        if !paths.is_empty() && fs::read_to_string(&marker).is_ok_and(|text| text == MARKER_TEXT) {
            let erased = paths.iter().filter(|path| **path != marker).try_for_each(|path| remove(path));
            return erased.map_err(|error| self.problem(&error));
        }
        if paths.is_empty() {
            return Ok(());
        }
        Err(format!("--erase: {} is not erased: luatos has not made it ({MARKER} is not its own)", self.path.display()))
    }

    fn problem(&self, error: &io::Error) -> String {
        format!("--erase: {}: {}", self.path.display(), crate::io_error::in_words(error))
    }
}

/// Removes a file, a link, or a folder with all that is in it; a link is not followed.
pub fn remove(path: &Path) -> io::Result<()> {
    if path.symlink_metadata()?.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::files::scratch::Scratch;

    fn path(text: &str) -> DevicePath {
        DevicePath { components: text.split('/').map(|part| part.as_bytes().to_owned()).collect(), is_folder: false }
    }

    #[test]
    fn it_is_made_with_a_marker_and_erased_down_to_it() {
        let folder = Scratch::with(&[]);
        let data = DataFolder::new(folder.path().join("deep/data"));
        data.erase().unwrap();
        data.make().unwrap();
        fs::create_dir(data.path().join("ldata")).unwrap();
        fs::write(data.path().join("ldata/a"), "").unwrap();
        fs::write(data.path().join("b"), "").unwrap();
        data.make().unwrap();
        data.erase().unwrap();
        let left: Vec<_> = fs::read_dir(data.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, [MARKER]);
    }

    #[test]
    fn a_folder_of_the_users_is_not_erased() {
        let folder = Scratch::with(&["photo"]);
        let data = DataFolder::new(folder.path().to_owned());
        data.make().unwrap();
        assert!(data.erase().unwrap_err().contains("is not erased"));
        fs::write(folder.path().join(MARKER), "target\n").unwrap();
        assert!(data.erase().is_err());
        assert!(folder.path().join("photo").exists());
    }

    #[cfg(unix)]
    #[test]
    fn links_do_not_lead_out() {
        use std::os::unix::fs::symlink;
        let folder = Scratch::with(&["data/inner/a", "outside/secret"]);
        let data = DataFolder::new(folder.path().join("data"));
        symlink("../outside", data.path().join("out")).unwrap();
        symlink("../outside/secret", data.path().join("file")).unwrap();
        symlink("../outside/new", data.path().join("dangling")).unwrap();
        symlink("inner", data.path().join("in")).unwrap();
        symlink("loop", data.path().join("loop")).unwrap();
        for refused in ["out", "out/secret", "out/new", "file", "dangling", "loop", "loop/x"] {
            assert_eq!(data.locate(&path(refused)), Err(FileError::Missing), "{refused}");
        }
        assert_eq!(data.locate(&path("in/a")), Ok(data.path().join("in/a")));
        assert_eq!(data.locate(&path("in/new/x")), Ok(data.path().join("in/new/x")));

        // The folder itself may be reached by a link.
        symlink("data", folder.path().join("link")).unwrap();
        let data = DataFolder::new(folder.path().join("link"));
        assert_eq!(data.locate(&path("in/a")), Ok(data.path().join("in/a")));
        assert_eq!(data.locate(&path("out/secret")), Err(FileError::Missing));
    }

    #[cfg(unix)]
    #[test]
    fn erasing_leaves_what_links_lead_to() {
        let folder = Scratch::with(&["outside/secret"]);
        let data = DataFolder::new(folder.path().join("data"));
        data.make().unwrap();
        std::os::unix::fs::symlink("../outside", data.path().join("out")).unwrap();
        data.erase().unwrap();
        assert!(folder.path().join("outside/secret").exists());
        assert!(!data.path().join("out").exists());
    }
}
