//! What is in a folder of the device.

use std::{fs, io, vec};

use super::{
    Access, Files,
    data::MARKER,
    map::{DevicePath, KEPT_FOLDERS, SYSTEM_FOLDERS, Target},
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
        entries.retain(|entry| entry.name != MARKER.as_bytes() && self.volumes.of(Some(&entry.name)).is_some());
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
