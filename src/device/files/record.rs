//! What a run notes for `luatos --watch`: which files of this computer it has loaded, and which it may have written to.

use std::{
    cell::RefCell,
    collections::BTreeSet,
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use super::folder_of;

/// What begins the line of a file that is loaded.
const LOADED: &str = "loaded ";
/// What begins that of a file that may be written to.
const WRITTEN: &str = "written ";

/// The file in which a run notes them, a line each, once.
#[derive(Debug)]
pub struct Record {
    path: PathBuf,
    noted: RefCell<BTreeSet<String>>,
}

impl Record {
    /// Notes into an existing file.
    pub fn new(path: PathBuf) -> Self {
        Record { path, noted: RefCell::default() }
    }

    /// The file is loaded as a source.
    pub fn loaded(&self, path: &Path) {
        self.note(LOADED, path);
    }

    /// The file may be written to.
    pub fn written(&self, path: &Path) {
        self.note(WRITTEN, path);
    }

    fn note(&self, what: &str, path: &Path) {
        if let (Ok(folder), Some(name)) = (folder_of(path).canonicalize(), path.file_name()) {
            let line = format!("{what}{}\n", folder.join(name).display());
            if self.noted.borrow_mut().insert(line.clone())
                && let Ok(mut record) = fs::OpenOptions::new().append(true).open(&self.path)
            {
                // Who reads it would miss a file, and no more.
                let _ = record.write_all(line.as_bytes());
            }
        }
    }
}

/// What has been noted: paths whose folders are as the system names them.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Noted {
    /// Files that have been loaded.
    pub loaded: BTreeSet<PathBuf>,
    /// Files that the script may have written to.
    pub written: BTreeSet<PathBuf>,
}

impl Noted {
    /// Reads a file of this kind; of one that cannot be read, nothing.
    pub fn read(record: &Path) -> Self {
        let text = fs::read_to_string(record).unwrap_or_default();
        let of = |what| text.lines().filter_map(|line| line.strip_prefix(what)).map(PathBuf::from).collect();
        Noted { loaded: of(LOADED), written: of(WRITTEN) }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::scratch::Scratch, *};

    #[test]
    fn files_are_noted_once_by_what_happens_to_them() {
        let folder = Scratch::with(&[]);
        let file = |name: &str| folder.path().canonicalize().unwrap().join(name);
        fs::write(file("record"), "").unwrap();
        let record = Record::new(file("record"));
        record.loaded(&folder.path().join("./a.lua"));
        record.loaded(&file("a.lua"));
        record.written(&file("b b"));
        record.written(Path::new("/nowhere/at/all"));
        assert_eq!(fs::read_to_string(file("record")).unwrap().lines().count(), 2);
        let noted = Noted { loaded: [file("a.lua")].into(), written: [file("b b")].into() };
        assert_eq!(Noted::read(&file("record")), noted);
        assert_eq!(Noted::read(&file("none")), Noted::default());
    }
}
