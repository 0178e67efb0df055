//! The flash image: the files of the project and its libraries by base name. The flashing tool puts all
//! of them flat into `/lua`, whatever folders they have on disk. Declarations for editors are no part of it.

use std::{
    cell::{OnceCell, RefCell},
    collections::VecDeque,
    path::{Path, PathBuf},
};

use rustc_hash::{FxHashMap, FxHashSet};

use super::declaration::is_declaration;

/// Most entries of folders that are looked at, in the project and its libraries together.
const MAX_ENTRIES: usize = 10_000;

/// Deepest folder below the main script's, or below a library's, that is looked into.
const MAX_DEPTH: usize = 8;

/// A folder of packages for other programs, often large.
const FOREIGN_PACKAGES: &str = "node_modules";

/// Where a file of the image comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The main script's folder, or one below it.
    Project,
    /// A folder of `--lib`, or one below it.
    Library,
}

/// The index, made at first use. The project's files come before those of the libraries, and these in
/// their order; within each the file nearest to the top wins.
#[derive(Debug, Default)]
pub struct Image {
    project: Option<PathBuf>,
    /// The project's files, where they are listed.
    listed: Option<Vec<PathBuf>>,
    libraries: Vec<PathBuf>,
    left_out: Option<PathBuf>,
    index: OnceCell<Index>,
    /// Names that have been warned about.
    warned: RefCell<FxHashSet<Vec<u8>>>,
}

#[derive(Debug, Default)]
struct Index {
    entries: FxHashMap<Vec<u8>, Entry>,
    /// Whether there are more entries than were looked at; those farthest from the top are left out.
    is_cut_short: bool,
}

#[derive(Debug)]
struct Entry {
    path: PathBuf,
    origin: Origin,
    depth: usize,
    /// Number of the tree: 0 the project, then the libraries.
    tree: usize,
    /// Another file of this name in the same tree and at the same depth.
    rival: Option<PathBuf>,
}

impl Image {
    /// The image of the files in `script_folder` and below, then of those in `libs`. Without a folder, as
    /// under a test runner, there are only the libraries.
    pub fn new(script_folder: impl Into<Option<PathBuf>>, libs: Vec<PathBuf>) -> Self {
        Image { project: script_folder.into(), libraries: libs, ..Image::default() }
    }

    /// Leaves a folder out, whose files are no part of the image: that of the device's data.
    pub fn without(self, folder: PathBuf) -> Self {
        Image { left_out: Some(folder), ..self }
    }

    /// The project consists of these files and not of all in its folder. Of two with one name the first counts.
    pub fn of(self, files: Vec<PathBuf>) -> Self {
        Image { listed: Some(files), index: OnceCell::new(), ..self }
    }

    /// Whether the project's files are listed.
    pub fn is_listed(&self) -> bool {
        self.listed.is_some()
    }

    /// The file of this name, such as `b"main.lua"`.
    pub fn find(&self, base_name: &[u8]) -> Option<&Path> {
        self.index().entries.get(base_name).map(|entry| entry.path.as_path())
    }

    /// Where the file of this name comes from.
    pub fn origin(&self, base_name: &[u8]) -> Option<Origin> {
        self.index().entries.get(base_name).map(|entry| entry.origin)
    }

    /// Every file: base name, path, origin; in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &Path, Origin)> {
        self.index().entries.iter().map(|(name, entry)| (name.as_slice(), entry.path.as_path(), entry.origin))
    }

    /// What has to be said when the file of this name is used, once per name: that another one at the same
    /// depth could be meant as well.
    pub fn take_warning(&self, base_name: &[u8]) -> Option<String> {
        let entry = self.index().entries.get(base_name)?;
        let rival = entry.rival.as_deref()?;
        self.warned.borrow_mut().insert(base_name.to_owned()).then(|| {
            format!(
                "two files are {} of the flash image: {} is used, {} is not",
                String::from_utf8_lossy(base_name),
                entry.path.display(),
                rival.display()
            )
        })
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| {
            let folder = self.project.iter().filter(|_| self.listed.is_none());
            let project = folder.map(|folder| (folder, Origin::Project));
            let libraries = self.libraries.iter().map(|folder| (folder, Origin::Library));
            let mut walk = Walk::new(self.left_out.as_deref());
            walk.list(self.listed.iter().flatten());
            for (tree, (folder, origin)) in project.chain(libraries).enumerate() {
                walk.tree(tree, folder, origin);
            }
            if walk.index.is_cut_short {
                log::warn!("the flash image is cut short: its folders have more than {MAX_ENTRIES} entries");
            }
            walk.index
        })
    }
}

/// One walk through all trees, breadth first.
struct Walk {
    index: Index,
    entries_left: usize,
    /// Real paths of the folders that were read, so that links make no cycle.
    seen: FxHashSet<PathBuf>,
}

/// A folder that is to be read.
struct Folder {
    path: PathBuf,
    real: PathBuf,
    depth: usize,
}

impl Walk {
    fn new(left_out: Option<&Path>) -> Self {
        let seen = left_out.and_then(|folder| folder.canonicalize().ok()).into_iter().collect();
        Walk { index: Index::default(), entries_left: MAX_ENTRIES, seen }
    }

    fn list<'a>(&mut self, files: impl Iterator<Item = &'a PathBuf>) {
        for path in files {
            let Some(name) = path.file_name() else { continue };
            let entry = Entry { path: path.clone(), origin: Origin::Project, depth: 0, tree: 0, rival: None };
            self.index.entries.entry(name.as_encoded_bytes().to_owned()).or_insert(entry);
        }
    }

    fn tree(&mut self, tree: usize, top: &Path, origin: Origin) {
        let Ok(real) = top.canonicalize() else { return };
        let mut folders = VecDeque::from([Folder { path: top.to_owned(), real, depth: 0 }]);
        while let Some(folder) = folders.pop_front() {
            // A library within the project is read twice, which costs little: its files are the project's.
            if !self.seen.insert(folder.real.clone()) {
                continue;
            }
            for (name, path, kind) in self.read(&folder.path) {
                match kind {
                    Kind::File if is_declaration(&path) => {}
                    Kind::File => self.add(name, path, origin, folder.depth, tree),
                    Kind::Folder if folder.depth < MAX_DEPTH => {
                        folders.push_back(Folder { real: folder.real.join(&name), path, depth: folder.depth + 1 });
                    }
                    Kind::Link(real) if folder.depth < MAX_DEPTH => {
                        folders.push_back(Folder { real, path, depth: folder.depth + 1 });
                    }
                    Kind::Folder | Kind::Link(_) => {}
                }
            }
        }
    }

    /// The entries of a folder, sorted by name so that every run chooses alike.
    fn read(&mut self, folder: &Path) -> Vec<(std::ffi::OsString, PathBuf, Kind)> {
        let Ok(entries) = folder.read_dir() else { return Vec::new() };
        let mut list = Vec::new();
        for entry in entries.flatten() {
            if self.entries_left == 0 {
                self.index.is_cut_short = true;
                break;
            }
            self.entries_left -= 1;
            let name = entry.file_name();
            let Ok(file_type) = entry.file_type() else { continue };
            if let Some(kind) = Kind::of(&entry.path(), file_type)
                && !(kind.is_folder() && is_passed_over(&name))
            {
                list.push((name, entry.path(), kind));
            }
        }
        list.sort_unstable_by(|(a, ..), (b, ..)| a.cmp(b));
        list
    }

    fn add(&mut self, name: std::ffi::OsString, path: PathBuf, origin: Origin, depth: usize, tree: usize) {
        let entry = Entry { path, origin, depth, tree, rival: None };
        match self.index.entries.entry(name.into_encoded_bytes()) {
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(entry);
            }
            std::collections::hash_map::Entry::Occupied(mut place) => {
                let first = place.get_mut();
                if (first.tree, first.depth) == (tree, depth) && first.rival.is_none() {
                    first.rival = Some(entry.path);
                }
            }
        }
    }
}

/// What an entry of a folder is.
enum Kind {
    File,
    Folder,
    /// A link to the folder of this real path.
    Link(PathBuf),
}

impl Kind {
    /// None for what is neither file nor folder, and for links to nothing.
    fn of(path: &Path, file_type: std::fs::FileType) -> Option<Kind> {
        if file_type.is_file() {
            Some(Kind::File)
        } else if file_type.is_dir() {
            Some(Kind::Folder)
        } else if file_type.is_symlink() {
            let real = path.canonicalize().ok()?;
            if real.is_dir() { Some(Kind::Link(real)) } else { real.is_file().then_some(Kind::File) }
        } else {
            None
        }
    }

    fn is_folder(&self) -> bool {
        !matches!(self, Kind::File)
    }
}

/// Hidden folders, such as those of version control, and packages of other programs.
fn is_passed_over(folder: &std::ffi::OsStr) -> bool {
    folder.as_encoded_bytes().starts_with(b".") || folder == FOREIGN_PACKAGES
}

#[cfg(test)]
mod tests;
