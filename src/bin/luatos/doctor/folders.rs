//! Where programs, and what shells and `man` read, are looked for.

use std::{
    env,
    path::{Path, PathBuf},
};

/// A program on `PATH`.
pub fn program(name: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// A file below one of the folders of shared data: the user's, those of `XDG_DATA_DIRS`, and that of this program.
pub fn shared(name: &str) -> Option<PathBuf> {
    let home = env::var_os("HOME").map(|home| Path::new(&home).join(".local/share"));
    let own = env::var_os("XDG_DATA_HOME").map(PathBuf::from).or(home);
    let all = env::var_os("XDG_DATA_DIRS").filter(|folders| !folders.is_empty());
    let all = all.unwrap_or_else(|| "/usr/local/share:/usr/share".into());
    let beside = env::current_exe().ok().and_then(|program| Some(program.parent()?.parent()?.join("share")));
    let folders = own.into_iter().chain(env::split_paths(&all)).chain(beside);
    folders.map(|folder| folder.join(name)).find(|path| path.is_file())
}
