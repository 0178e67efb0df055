//! Which files count as the project's.

use std::{
    collections::BTreeSet,
    ffi::OsStr,
    path::{Path, PathBuf},
};

/// How deep folders are searched, as for the flash image.
const DEPTH: usize = 8;

/// How many folders are watched at most.
const MOST_FOLDERS: usize = 10_000;

/// Folders of what is made, and of other people's files.
const PASSED_OVER: [&str; 2] = ["target", "node_modules"];

/// Where the files of a project are.
#[derive(Debug, Default)]
pub struct Roots {
    /// Folders, with those below.
    pub folders: Vec<PathBuf>,
    /// Files elsewhere, such as the scenario.
    pub files: Vec<PathBuf>,
    /// Files and folders that a run writes, such as the device's.
    pub without: Vec<PathBuf>,
}

/// Likewise, as the system names them.
pub struct Places {
    roots: Roots,
}

impl Places {
    /// Finds out what the paths are called without links.
    pub fn of(roots: Roots) -> Self {
        let real = |paths: Vec<PathBuf>| paths.iter().filter_map(|path| real(path)).collect();
        Places { roots: Roots { folders: real(roots.folders), files: real(roots.files), without: real(roots.without) } }
    }

    /// The folders in which something may change.
    pub fn folders(&self) -> BTreeSet<PathBuf> {
        let mut folders = BTreeSet::new();
        for root in &self.roots.folders {
            if root.is_dir() {
                self.add(root, 0, &mut folders);
            } else if let Some(folder) = root.ancestors().find(|folder| folder.is_dir()) {
                // There it comes back.
                folders.insert(folder.to_owned());
            }
        }
        // Behind the others: a folder that is there already is not searched.
        folders.extend(self.roots.files.iter().filter_map(|file| file.parent()).map(Path::to_owned));
        folders
    }

    /// A folder and those below in which something may change.
    pub fn folders_below(&self, folder: &Path) -> BTreeSet<PathBuf> {
        let mut folders = BTreeSet::new();
        if self.counts(folder) {
            self.add(folder, 0, &mut folders);
        }
        folders
    }

    fn add(&self, folder: &Path, depth: usize, folders: &mut BTreeSet<PathBuf>) {
        if depth > DEPTH || folders.len() >= MOST_FOLDERS || !folders.insert(folder.to_owned()) {
            return;
        }
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) && self.counts(&path) {
                self.add(&path, depth + 1, folders);
            }
        }
    }

    /// Whether a change of this path is one of the project.
    pub fn counts(&self, path: &Path) -> bool {
        if self.roots.files.iter().any(|file| file == path) {
            return true;
        }
        let is_without = self.roots.without.iter().any(|without| path.starts_with(without));
        !is_without && self.roots.folders.iter().filter_map(|root| path.strip_prefix(root).ok()).any(is_plain)
    }

    /// What to call the files: one by its name, and how many others there are.
    pub fn named(&self, paths: &BTreeSet<PathBuf>) -> String {
        let first = paths.first().map_or_else(String::new, |path| {
            let short = self.roots.folders.iter().find_map(|root| path.strip_prefix(root).ok());
            short.or_else(|| path.file_name().map(Path::new)).unwrap_or(path).display().to_string()
        });
        match paths.len() {
            0 | 1 => format!("{first} has"),
            2 => format!("{first} and another file have"),
            count => format!("{first} and {} other files have", count - 1),
        }
    }
}

/// Whether no part of the path is hidden or of a kind that is passed over, such as what editors leave.
fn is_plain(path: &Path) -> bool {
    path.iter().all(|part| !PASSED_OVER.iter().any(|name| part == *name) && !is_odd(part))
}

/// Hidden, or made by an editor while it saves.
fn is_odd(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    let ends = ["~", ".swp", ".swx", ".tmp", ".bak"];
    // vim tries by this name whether it may write to a folder.
    name == "4913" || name.starts_with(['.', '#']) || ends.iter().any(|end| name.ends_with(end))
}

/// The path without links; of one that is not there, that of its folder with the name.
fn real(path: &Path) -> Option<PathBuf> {
    path.canonicalize().ok().or_else(|| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Some(folder.canonicalize().ok()?.join(path.file_name()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_files_what_is_made_and_what_editors_leave_do_not_count() {
        let folders = vec![PathBuf::from("/p")];
        let places =
            Places { roots: Roots { folders, files: vec!["/q/play.lua".into()], without: vec!["/p/data".into()] } };
        for path in ["/p/main.lua", "/p/a/b.json", "/q/play.lua"] {
            assert!(places.counts(Path::new(path)), "{path}");
        }
        for path in ["/p/.luatos/x", "/p/.git/index", "/p/target/x", "/p/data/x", "/p/main.lua~", "/p/4913", "/q/x.lua"]
        {
            assert!(!places.counts(Path::new(path)), "{path}");
        }
    }
}
