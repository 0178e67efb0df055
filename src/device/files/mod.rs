//! The files of the device: which file of this computer a path of the script means, and what can be done
//! with it. A path is bytes, because sources may be in GBK.
//!
//! [`map`] reads paths, [`image`] is what is in `/lua`, [`data`] the folder that everything else is in,
//! [`volumes`] their sizes, and [`open_file`] a file that is open.

pub mod data;
pub mod declaration;
pub mod directory;
pub mod image;
pub mod map;
pub mod mode;
pub mod open_file;
pub mod record;
#[cfg(test)]
pub mod scratch;
pub mod volume;
pub mod volumes;

use std::{
    fs, io,
    path::{Path, PathBuf},
    rc::Rc,
};

use data::{DataFolder, MARKER, PARTS};
pub use directory::FileState;
use image::Image;
use map::{DevicePath, KEPT_FOLDERS, SYSTEM_FOLDERS, Scope, Target};
use mode::Mode;
use open_file::OpenFile;
use record::Record;
use volume::Volume;
use volumes::{Device, Medium, Sizes, Volumes};

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
    /// The folder of the device's files cannot be made on this computer.
    #[error("the data folder cannot be made: {0}; --data DIR puts it elsewhere")]
    NoData(io::ErrorKind),
}

impl From<FileError> for io::Error {
    fn from(error: FileError) -> Self {
        match error {
            #[cfg(unix)]
            FileError::Missing => io::Error::from_raw_os_error(libc::ENOENT),
            #[cfg(unix)]
            FileError::ReadOnly => io::Error::from_raw_os_error(libc::EROFS),
            #[cfg(not(unix))]
            FileError::Missing => io::Error::new(io::ErrorKind::NotFound, error),
            #[cfg(not(unix))]
            FileError::ReadOnly => io::Error::new(io::ErrorKind::ReadOnlyFilesystem, error),
            FileError::NoData(kind) => io::Error::new(kind, error),
        }
    }
}

/// Where the files of the device are.
#[derive(Clone, Debug, Default)]
pub struct Folders {
    /// Folder of the main script; none under a test runner, whose script is no project.
    pub script: Option<PathBuf>,
    /// Folder of the data; default: `.luatos` in that of the script, or else in the working directory.
    pub data: Option<PathBuf>,
    /// Further folders of the flash image.
    pub libraries: Vec<PathBuf>,
    /// The file for a [`Record`] of what is outside the device's files; none without `--watch`.
    pub record: Option<PathBuf>,
}

/// The files of the device. By default no path is the device's.
#[derive(Debug)]
pub struct Files {
    folders: Folders,
    scope: Scope,
    sizes: Sizes,
    image: Image,
    data: DataFolder,
    volumes: Volumes,
    record: Option<Record>,
}

impl Default for Files {
    fn default() -> Self {
        Files::new(Folders::default(), Scope::Nothing, Sizes::default())
    }
}

/// A file of this computer, and the file system of the device that it is on, if it is on one.
struct Place {
    path: PathBuf,
    volume: Option<Rc<Volume>>,
}

impl Files {
    /// The files in these folders.
    pub fn new(folders: Folders, scope: Scope, sizes: Sizes) -> Self {
        let data = folders.data.clone().unwrap_or_else(|| match &folders.script {
            Some(folder) => folder.join(DATA_FOLDER),
            None => DATA_FOLDER.into(),
        });
        Files {
            scope,
            sizes,
            image: Image::new(folders.script.clone(), folders.libraries.clone()).without(data.clone()),
            volumes: Volumes::new(&data, sizes, &[MARKER, PARTS]),
            data: DataFolder::new(data),
            record: folders.record.clone().map(Record::new),
            folders,
        }
    }

    /// The runtime is switched on in a program that is no device: from now on some paths are. `script` is the
    /// folder of the program's main script, if that is a project.
    pub fn enter_program(&mut self, script: Option<PathBuf>) {
        if self.scope == Scope::Nothing {
            *self = Files::new(Folders { script, ..self.folders.clone() }, Scope::Program, self.sizes);
        }
    }

    /// Which paths are the device's.
    pub fn scope(&self) -> Scope {
        self.scope
    }

    /// The project consists of these files and not of all in the main script's folder.
    pub fn list_project(&mut self, files: Vec<PathBuf>) {
        self.image = std::mem::take(&mut self.image).of(files);
    }

    /// The flash image: what is in `/lua`.
    pub fn image(&self) -> &Image {
        &self.image
    }

    /// The folder of everything else.
    pub fn data(&self) -> &DataFolder {
        &self.data
    }

    /// Whether a path is the device's; if not, it is one of this computer.
    pub fn is_device_path(&self, path: &[u8]) -> bool {
        !matches!(self.target(path), Ok(Target::Host))
    }

    /// The file of this computer that `path` means; every path that a script passes to a native goes
    /// through here. It need not exist.
    ///
    /// # Errors
    /// See [`FileError`].
    pub fn resolve(&self, path: &[u8], access: Access) -> Result<PathBuf, FileError> {
        Ok(self.locate(path, access)?.path)
    }

    /// What has to be said, once, when this path is used; see [`Image::take_warning`].
    pub fn take_warning(&self, path: &[u8]) -> Option<String> {
        match self.target(path) {
            Ok(Target::Image(name)) => self.image.take_warning(&name),
            _ => None,
        }
    }

    /// Opens a file.
    ///
    /// # Errors
    /// Those of [`FileError`] and [`OpenFile::open`].
    pub fn open(&self, path: &[u8], mode: Mode) -> io::Result<OpenFile> {
        let access = if mode.writes { Access::Write } else { Access::Read };
        if self.target(path) == Ok(Target::ImageFolder) {
            return Err(open_file::is_a_folder());
        }
        let place = self.locate(path, access)?;
        OpenFile::open(&place.path, mode, place.volume)
    }

    /// Removes a file or an empty folder.
    ///
    /// # Errors
    /// Those of [`FileError`] and of the system.
    pub fn remove(&self, path: &[u8]) -> io::Result<()> {
        self.refuse_system_folder(path)?;
        let place = self.locate(path, Access::Write)?;
        let is_folder = place.path.symlink_metadata()?.is_dir();
        let size = volume::size_of_file(&place.path);
        if is_folder { fs::remove_dir(&place.path) } else { fs::remove_file(&place.path) }?;
        if let Some(volume) = &place.volume {
            volume.release(size);
        }
        Ok(())
    }

    /// Renames a file or folder, within one file system. A file of the new name is replaced.
    ///
    /// # Errors
    /// Those of [`FileError`] and of the system;
    /// [`CrossesDevices`](io::ErrorKind::CrossesDevices) from one file system to another.
    pub fn rename(&self, from: &[u8], to: &[u8]) -> io::Result<()> {
        self.refuse_system_folder(from)?;
        self.refuse_system_folder(to)?;
        let (from, to) = (self.locate(from, Access::Write)?, self.locate(to, Access::Write)?);
        let is_on_one = match (&from.volume, &to.volume) {
            (Some(from), Some(to)) => Rc::ptr_eq(from, to),
            (None, None) => true,
            _ => false,
        };
        if !is_on_one {
            from.path.symlink_metadata()?;
            return Err(crosses_volumes());
        }
        fs::rename(&from.path, &to.path)?;
        to.forget();
        Ok(())
    }

    /// Makes a folder; one that is there already is as good.
    ///
    /// # Errors
    /// It is a folder of the firmware; those of [`FileError`] and of the system, such as for a parent that is
    /// not there.
    pub fn make_dir(&self, path: &[u8]) -> io::Result<()> {
        self.refuse_system_folder(path)?;
        let path = self.locate(path, Access::Write)?.path;
        if path.is_dir() { Ok(()) } else { fs::create_dir(path) }
    }

    /// Removes a folder with all that is in it.
    ///
    /// # Errors
    /// It is a folder of the firmware, or no folder; those of [`FileError`] and of the system.
    pub fn remove_dir(&self, path: &[u8]) -> io::Result<()> {
        self.refuse_system_folder(path)?;
        let place = self.locate(path, Access::Write)?;
        fs::remove_dir_all(&place.path)?;
        place.forget();
        Ok(())
    }

    /// Makes an empty file of a name that is not in use, in the root; its path.
    ///
    /// # Errors
    /// Those of the system.
    pub fn temporary(&self) -> io::Result<Vec<u8>> {
        let mode = Mode { reads: false, writes: true, appends: true, truncates: false };
        for number in 1_u32.. {
            let path = format!("/tmp_{number}").into_bytes();
            if self.resolve(&path, Access::Write)?.symlink_metadata().is_err() {
                return self.open(&path, mode).map(|_| path);
            }
        }
        Err(FileError::Missing.into())
    }

    /// Mounts a medium; see [`Volumes::mount`]. False also where its folder leads out of the data folder.
    pub fn mount(&self, medium: Medium) -> bool {
        let Some(folder) = self.folder_of_medium(&medium) else { return false };
        let is_ready = self.data.make().is_ok() && fs::create_dir_all(folder).is_ok();
        is_ready && self.volumes.mount(medium)
    }

    /// Ends what [`mount`](Self::mount) began. False if it is not mounted.
    pub fn unmount(&self, medium: &Medium) -> bool {
        self.volumes.unmount(medium)
    }

    /// Removes everything on a medium, mounted or not. False if its folder cannot be one or leads out of the data
    /// folder, or a file cannot be removed.
    pub fn format(&self, medium: &Medium) -> bool {
        let Some(folder) = self.folder_of_medium(medium) else { return false };
        let is_emptied = match fs::read_dir(folder) {
            Ok(entries) => entries.flatten().all(|entry| data::remove(&entry.path()).is_ok()),
            Err(_) => true,
        };
        self.volumes
            .mounted_folders()
            .iter()
            .filter_map(|folder| self.volumes.of(Some(folder)))
            .for_each(|v| v.forget());
        is_emptied
    }

    /// The folder of this computer that has a medium's files; none where there can be none in the data folder.
    fn folder_of_medium(&self, medium: &Medium) -> Option<PathBuf> {
        let path = DevicePath { components: vec![medium.folder().to_owned()], is_folder: false };
        medium.is_sound().then(|| self.data.locate(&path).ok()).flatten()
    }

    /// The file system of a device, if it is mounted.
    pub fn volume(&self, device: Device) -> Option<Rc<Volume>> {
        self.volumes.on(device)
    }

    fn target(&self, path: &[u8]) -> Result<Target, FileError> {
        let is_on_host = |name: &[u8]| Path::new("/").join(host_path(name)).symlink_metadata().is_ok();
        map::target(path, self.scope, is_on_host)
    }

    fn locate(&self, path: &[u8], access: Access) -> Result<Place, FileError> {
        match self.target(path)? {
            Target::Host => {
                let path = host_path(path);
                if let Some(record) = &self.record
                    && access == Access::Write
                {
                    record.written(&path);
                }
                Ok(Place { path, volume: None })
            }
            Target::Image(_) | Target::ImageFolder if access == Access::Write => Err(FileError::ReadOnly),
            Target::Image(name) => {
                let path = self.image.find(&name).ok_or(FileError::Missing)?;
                Ok(Place { path: path.to_owned(), volume: None })
            }
            Target::ImageFolder => Err(FileError::Missing),
            Target::Data(path) => self.locate_data(&path, access),
        }
    }

    /// Notes that a file of this computer has been loaded as a source, unless it is in the folder of the device's files:
    /// these the script itself writes.
    pub fn note_loaded(&self, path: &Path) {
        if let Some(record) = &self.record
            && !path.starts_with(self.data.path())
        {
            record.loaded(path);
        }
    }

    fn locate_data(&self, path: &DevicePath, access: Access) -> Result<Place, FileError> {
        let first = path.components.first().map(Vec::as_slice);
        if first == Some(MARKER.as_bytes()) || first == Some(PARTS.as_bytes()) {
            return Err(if access == Access::Read { FileError::Missing } else { FileError::ReadOnly });
        }
        let volume = self.volumes.of(first).ok_or(FileError::Missing)?;
        let found = self.data.locate(path)?;
        if access == Access::Write {
            self.data.make().map_err(|error| FileError::NoData(error.kind()))?;
            self.make_kept_folder(path);
        }
        Ok(Place { path: found, volume: Some(volume) })
    }

    /// Makes the folder of the firmware that the path begins with, if it is one that is kept.
    fn make_kept_folder(&self, path: &DevicePath) {
        if let [first, _, ..] = path.components.as_slice()
            && KEPT_FOLDERS.contains(&first.as_slice())
        {
            // What goes wrong here goes wrong again with the file itself, which says so.
            let _ = fs::create_dir_all(self.data.path().join(host_path(first)));
        }
    }

    /// The root and the folders of the firmware are neither made nor removed nor renamed.
    fn refuse_system_folder(&self, path: &[u8]) -> io::Result<()> {
        match self.target(path)? {
            Target::ImageFolder => Err(FileError::ReadOnly.into()),
            Target::Data(DevicePath { components, .. }) => match components.as_slice() {
                [] => Err(FileError::ReadOnly.into()),
                [name] if SYSTEM_FOLDERS.contains(&name.as_slice()) => Err(FileError::ReadOnly.into()),
                _ => Ok(()),
            },
            Target::Image(_) | Target::Host => Ok(()),
        }
    }
}

impl Place {
    /// Files may have come or gone.
    fn forget(&self) {
        if let Some(volume) = &self.volume {
            volume.forget();
        }
    }
}

/// The folder of a script; the working directory for one without.
pub fn folder_of(script: &Path) -> PathBuf {
    match script.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => ".".into(),
    }
}

/// The error of a file that cannot go from one file system to another by renaming.
fn crosses_volumes() -> io::Error {
    #[cfg(unix)]
    return io::Error::from_raw_os_error(libc::EXDEV);
    #[cfg(not(unix))]
    io::Error::new(io::ErrorKind::CrossesDevices, "Invalid cross-device link")
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

#[cfg(test)]
mod tests;
