//! A file system of the device, with the size that it has there.

use std::{
    cell::{Cell, RefCell},
    fs, io,
    path::{Path, PathBuf},
};

/// A file system: the flash, the memory card, the USB disk, or another flash. Its files are in one folder of
/// this computer.
#[derive(Debug)]
pub struct Volume {
    folder: PathBuf,
    /// Entries of the folder that belong to other volumes, or to none.
    others: RefCell<Vec<PathBuf>>,
    capacity: u64,
    /// Bytes in the files, as far as they are known.
    used: Cell<Option<u64>>,
    /// Bytes by which files will grow once what was written to them reaches this computer.
    pending: Cell<u64>,
}

impl Volume {
    /// The file system of `capacity` bytes whose files are in `folder`, which need not exist.
    pub fn new(folder: PathBuf, capacity: u64) -> Self {
        Volume { folder, others: RefCell::default(), capacity, used: Cell::default(), pending: Cell::default() }
    }

    /// Leaves a path in the folder out of account.
    pub fn exclude(&self, path: PathBuf) {
        self.others.borrow_mut().push(path);
        self.forget();
    }

    /// Bytes that all files together may have.
    pub fn capacity(&self) -> u64 {
        self.capacity
    }

    /// Bytes that can still be written.
    pub fn free(&self) -> u64 {
        self.capacity.saturating_sub(self.used() + self.pending.get())
    }

    /// Takes `bytes` for a file that is going to grow.
    ///
    /// # Errors
    /// [`StorageFull`](io::ErrorKind::StorageFull): less is free; nothing is taken.
    pub fn reserve(&self, bytes: u64) -> io::Result<()> {
        if bytes > self.free() {
            // Another program may have removed files.
            self.forget();
            if bytes > self.free() {
                return Err(full());
            }
        }
        self.pending.set(self.pending.get() + bytes);
        Ok(())
    }

    /// What was taken is in a file now, or will never be.
    pub fn settle(&self, bytes: u64, is_written: bool) {
        self.pending.set(self.pending.get().saturating_sub(bytes));
        if is_written {
            self.used.set(self.used.get().map(|used| used + bytes));
        } else {
            self.forget();
        }
    }

    /// A file of this size, by [`size_of_file`], has been removed or emptied.
    pub fn release(&self, bytes: Option<u64>) {
        match bytes {
            Some(bytes) => self.used.set(self.used.get().map(|used| used.saturating_sub(bytes))),
            None => self.forget(),
        }
    }

    /// Files have been removed or renamed: they are counted anew when that is needed.
    pub fn forget(&self) {
        self.used.set(None);
    }

    fn used(&self) -> u64 {
        if let Some(used) = self.used.get() {
            return used;
        }
        let used = size_of_files(&self.folder, &self.others.borrow());
        self.used.set(Some(used));
        used
    }
}

/// The error of a full file system.
pub fn full() -> io::Error {
    #[cfg(unix)]
    return io::Error::from_raw_os_error(libc::ENOSPC);
    #[cfg(not(unix))]
    io::Error::new(io::ErrorKind::StorageFull, "No space left on device")
}

/// Bytes in a file, 0 where there is none; `None` for a link or a folder, whose bytes are those of other files.
pub fn size_of_file(path: &Path) -> Option<u64> {
    match path.symlink_metadata() {
        Ok(metadata) => metadata.is_file().then_some(metadata.len()),
        Err(error) => (error.kind() == io::ErrorKind::NotFound).then_some(0),
    }
}

/// Bytes in all files of a folder. Links count as nothing.
fn size_of_files(folder: &Path, others: &[PathBuf]) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    let size = |entry: fs::DirEntry| {
        let path = entry.path();
        match entry.metadata() {
            _ if others.contains(&path) => 0,
            Ok(metadata) if metadata.is_dir() => size_of_files(&path, &[]),
            Ok(metadata) if metadata.is_file() => metadata.len(),
            _ => 0,
        }
    };
    entries.flatten().map(size).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::files::scratch::Scratch;

    #[test]
    fn files_count_and_those_of_others_do_not() {
        let folder = Scratch::with(&["a/b", "card/c"]);
        fs::write(folder.path().join("a/b"), [0; 10]).unwrap();
        fs::write(folder.path().join("card/c"), [0; 100]).unwrap();
        let volume = Volume::new(folder.path().to_owned(), 1000);
        volume.exclude(folder.path().join("card"));
        assert_eq!(volume.free(), 990);
        fs::remove_file(folder.path().join("a/b")).unwrap();
        volume.forget();
        assert_eq!(volume.free(), 1000);
    }

    #[test]
    fn no_more_is_reserved_than_there_is() {
        let folder = Scratch::with(&["old"]);
        fs::write(folder.path().join("old"), [0; 60]).unwrap();
        let volume = Volume::new(folder.path().to_owned(), 100);
        volume.reserve(30).unwrap();
        assert_eq!(volume.reserve(11).unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert_eq!(volume.free(), 10);
        volume.settle(30, false);
        assert_eq!(volume.free(), 40);
        // What another program removes is found when it is needed.
        fs::remove_file(folder.path().join("old")).unwrap();
        volume.reserve(100).unwrap();
        assert_eq!(volume.free(), 0);
    }

    #[test]
    fn what_is_released_need_not_be_counted_anew() {
        let folder = Scratch::with(&["old"]);
        let old = folder.path().join("old");
        fs::write(&old, [0; 60]).unwrap();
        let volume = Volume::new(folder.path().to_owned(), 100);
        assert_eq!(volume.free(), 40);
        assert_eq!(size_of_file(&old), Some(60));
        volume.release(size_of_file(&old));
        // The file is still there: it was not counted.
        assert_eq!(volume.free(), 100);
        volume.release(size_of_file(&folder.path().join("none")));
        assert_eq!(volume.free(), 100);
        assert_eq!(size_of_file(folder.path()), None);
        volume.release(None);
        assert_eq!(volume.free(), 40);
    }
}
