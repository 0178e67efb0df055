//! What is in a folder of the device.

use std::{fs, io, vec};

use serde::Serialize;

use super::{
    Access, Files,
    data::{MARKER, PARTS},
    map::{DevicePath, IMAGE_FOLDER, KEPT_FOLDERS, SYSTEM_FOLDERS, Target},
};

/// A file or folder in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: Vec<u8>,
    /// Whether it is a folder.
    pub is_folder: bool,
    /// Bytes in a file; 0 for a folder.
    pub size: u64,
}

/// A file as an observer of the device sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileState {
    /// Its path on the device.
    pub path: String,
    /// Its bytes.
    pub size: u64,
}

/// Most files that an observer is shown, and how deep folders are looked into.
const MOST_SHOWN: usize = 1000;
const MOST_DEPTH: usize = 8;

/// The entries of a folder that have not been read yet, in the order of their names.
pub type Listing = vec::IntoIter<Entry>;

impl Files {
    /// Reads a folder.
    ///
    /// # Errors
    /// Those of [`FileError`](super::FileError) and of the system.
    pub fn list(&self, path: &[u8]) -> io::Result<Listing> {
        let mut entries = match self.target(path)? {
            Target::ImageFolder => self.image_entries(),
            Target::Data(path) => self.data_entries(&path)?,
            Target::Image(_) | Target::Host => read(&self.resolve(path, Access::Read)?)?,
        };
        entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        Ok(entries.into_iter())
    }

    /// The files that can be written, those of mounted media too, in the order of their paths. The data folder is
    /// looked into even where the script's `/` is this computer's.
    #[must_use]
    pub fn states(&self) -> Vec<FileState> {
        let mut found = Vec::new();
        self.add_states(&DevicePath::default(), &mut found);
        found
    }

    fn add_states(&self, folder: &DevicePath, found: &mut Vec<FileState>) {
        let mut entries = self.data_entries(folder).unwrap_or_default();
        entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        for entry in entries {
            let mut path = folder.clone();
            path.components.push(entry.name);
            if found.len() == MOST_SHOWN || path.components == [IMAGE_FOLDER] {
                continue;
            } else if !entry.is_folder {
                let path = [b"/", path.components.join(&b'/').as_slice()].concat();
                found.push(FileState { path: String::from_utf8_lossy(&path).into_owned(), size: entry.size });
            } else if path.components.len() <= MOST_DEPTH {
                self.add_states(&path, found);
            }
        }
    }

    fn image_entries(&self) -> Vec<Entry> {
        let entry = |(name, path, _): (&[u8], &std::path::Path, _)| {
            let size = fs::metadata(path).map_or(0, |metadata| metadata.len());
            Entry { name: name.to_owned(), is_folder: false, size }
        };
        self.image.iter().map(entry).collect()
    }

    fn data_entries(&self, path: &DevicePath) -> io::Result<Vec<Entry>> {
        let found = self.locate_data(path, Access::Read)?.path;
        match path.components.as_slice() {
            [] => Ok(self.root_entries(read(&found).unwrap_or_default())),
            [name] if KEPT_FOLDERS.contains(&name.as_slice()) && !found.exists() => Ok(Vec::new()),
            _ => read(&found),
        }
    }

    /// What a script sees in the root: the folders of the firmware too, of the media those that are mounted.
    fn root_entries(&self, mut entries: Vec<Entry>) -> Vec<Entry> {
        entries.retain(|entry| ![MARKER, PARTS].map(str::as_bytes).contains(&entry.name.as_slice()));
        entries.retain(|entry| self.volumes.of(Some(&entry.name)).is_some());
        for name in SYSTEM_FOLDERS {
            entries.retain(|entry| entry.name != name);
            entries.push(Entry { name: name.to_owned(), is_folder: true, size: 0 });
        }
        entries
    }
}

fn read(folder: &std::path::Path) -> io::Result<Vec<Entry>> {
    let entry = |entry: fs::DirEntry| {
        let metadata = fs::metadata(entry.path()).ok()?;
        let (is_folder, size) = if metadata.is_dir() { (true, 0) } else { (false, metadata.len()) };
        Some(Entry { name: entry.file_name().into_encoded_bytes(), is_folder, size })
    };
    Ok(fs::read_dir(folder)?.flatten().filter_map(entry).collect())
}
