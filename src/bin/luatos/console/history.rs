//! Where the inputs of earlier runs are kept.

use std::path::PathBuf;

/// The file, in a folder that exists: `luatos/history` in `$XDG_STATE_HOME`, or in `~/.local/state`. None where there can
/// be none.
pub fn file() -> Option<PathBuf> {
    let variable = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    // XDG Base Directory Specification: a relative path is to be ignored.
    let state = variable("XDG_STATE_HOME").or_else(|| Some(variable("HOME")?.join(".local/state")))?;
    let folder = state.join("luatos");
    std::fs::create_dir_all(&folder).ok()?;
    Some(folder.join("history"))
}
