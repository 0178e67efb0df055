//! What the command line calls a project: a script, a folder with `main.lua`, or a project file of LuaTools.

mod configuration;
pub mod library;
mod luatools;
mod ours;

use std::path::{Path, PathBuf};

use crate::spelling;

pub use self::{
    configuration::{Configuration, Entry, Setting},
    ours::Ours,
};

/// Name of the script that begins a project.
const MAIN: &str = "main.lua";

/// A project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// Its main script.
    pub main: PathBuf,
    /// The files that make it up, where a project file lists them; else all in the main script's folder and
    /// below count.
    pub files: Option<Vec<PathBuf>>,
}

impl Project {
    /// Finds the main script of the project at this path. The script itself need not exist.
    ///
    /// # Errors
    /// The folder has no `main.lua`, or the project file cannot be used; the text names the path.
    pub fn open(path: &Path) -> Result<Self, String> {
        if path.is_dir() {
            return Self::in_folder(path);
        }
        if path.extension().is_some_and(|end| end.eq_ignore_ascii_case("ini")) {
            let problem = |problem: String| format!("{}: {problem}", path.display());
            let text = std::fs::read(path).map_err(|error| problem(crate::io_error::in_words(&error)))?;
            let folder = crate::device::files::folder_of(path);
            return luatools::project(&text, &folder).map_err(problem);
        }
        Ok(Project { main: path.to_owned(), files: None })
    }

    fn in_folder(folder: &Path) -> Result<Self, String> {
        let main = folder.join(MAIN);
        if main.is_file() {
            return Ok(Project { main, files: None });
        }
        let mut below: Vec<_> = std::fs::read_dir(folder)
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .filter(|path| path.join(MAIN).is_file())
            .collect();
        below.sort();
        let hint = match below.first().cloned().or_else(|| near(&folder.join(MAIN))) {
            Some(path) => format!("; did you mean {}?", path.display()),
            None => "; 'luatos new NAME' makes a folder with one".to_owned(),
        };
        Err(format!("{}: this folder has no {MAIN}{hint}", folder.display()))
    }
}

/// A file or folder beside whose name is nearly that of this one.
pub fn near(path: &Path) -> Option<PathBuf> {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let entries = std::fs::read_dir(folder.unwrap_or(Path::new("."))).ok()?;
    let mut names: Vec<_> = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    let meant = spelling::meant(path.file_name()?.to_str()?, names.iter().map(String::as_str))?;
    Some(path.with_file_name(meant))
}

/// A folder that has to be there.
///
/// # Errors
/// It is not; the text quotes it.
pub fn existing_folder(path: PathBuf) -> Result<PathBuf, String> {
    if path.is_dir() { Ok(path) } else { Err(format!("a folder expected, got {path:?}, which is not there")) }
}

/// What to say of a main script that is not there: the path, and what may be meant.
pub fn missing(main: &Path) -> Option<String> {
    if main.exists() {
        return None;
    }
    let hint = match near(main) {
        Some(path) => format!("did you mean {}?", path.display()),
        None => "a script, a folder with main.lua or a project file (.ini) expected; 'luatos new NAME' makes a project"
            .into(),
    };
    Some(format!("{}: No such file or directory; {hint}", main.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_its_own_project() {
        let project = Project::open(Path::new("no/such/script.lua")).unwrap();
        assert_eq!(project, Project { main: "no/such/script.lua".into(), files: None });
    }

    #[test]
    fn a_folder_needs_a_main_script() {
        let problem = Project::open(Path::new("examples")).unwrap_err();
        assert!(problem.starts_with("examples: this folder has no main.lua; did you mean examples"), "{problem}");
        let project = Project::open(Path::new("examples/websocket")).unwrap();
        assert_eq!(project.main, Path::new("examples/websocket/main.lua"));
    }
}
