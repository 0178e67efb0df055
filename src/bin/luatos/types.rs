//! `luatos types`: declarations of all modules and core tables, for editors.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, ValueHint};

use super::report;

/// Write declarations of the modules and core tables, for editors
///
/// Lua language servers (LuaLS, EmmyLua) read the folder if .luarc.json names it; one that does is written, unless there is
/// one. Needed again with a new version of luatos.
#[derive(Args, Clone, Debug)]
#[command(override_usage = "luatos types [FOLDER]")]
pub struct Types {
    /// Where they go. In a project the name begins with a dot: otherwise they were modules of the project
    #[arg(value_name = "FOLDER", default_value = FOLDER, hide_default_value = true, value_hint = ValueHint::DirPath)]
    folder: PathBuf,
}

/// Where the declarations are in a project, as [`SETTINGS`] say.
pub const FOLDER: &str = ".luatos-types";

/// The file of settings of language servers, and its content.
pub const SETTINGS_FILE: &str = ".luarc.json";
pub const SETTINGS: &str = include_str!("../../../lua/types/luarc.json");

/// The declarations by their paths; see `build.rs`.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/types.rs"));

/// The second line of each file.
const MARK: &str = "-- Written by luatos";

impl Types {
    /// Writes the files and says where they are.
    ///
    /// # Errors
    /// A file cannot be written or removed.
    pub fn run(&self) -> Result<ExitCode, String> {
        let count = write(&self.folder)?;
        let mut text = format!("{}: {count} files\n", self.folder.display());
        if self.folder == Path::new(FOLDER) {
            match fs::File::create_new(SETTINGS_FILE) {
                Ok(mut file) => {
                    std::io::Write::write_all(&mut file, SETTINGS.as_bytes())
                        .map_err(failed(SETTINGS_FILE.as_ref()))?;
                    text += &format!("{SETTINGS_FILE}: names them for editors\n");
                }
                Err(_) => {
                    text += &format!("{SETTINGS_FILE} is there: its \"workspace.library\" has to name {FOLDER}\n");
                }
            }
        }
        report::answer(&text)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Writes all declarations below a folder, and removes those of an earlier version. Returns how many there are.
///
/// # Errors
/// A file cannot be written or removed.
pub fn write(folder: &Path) -> Result<usize, String> {
    for (name, text) in FILES {
        let path = folder.join(name);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent).and_then(|()| fs::write(&path, text)).map_err(failed(&path))?;
    }
    remove_earlier(folder)?;
    Ok(FILES.len())
}

fn remove_earlier(folder: &Path) -> Result<(), String> {
    for entry in fs::read_dir(folder).map_err(failed(folder))? {
        let path = entry.map_err(failed(folder))?.path();
        let is_current = FILES.iter().any(|(name, _)| path == folder.join(name));
        let is_ours = || {
            fs::read_to_string(&path).is_ok_and(|text| text.lines().nth(1).is_some_and(|line| line.starts_with(MARK)))
        };
        if !is_current && is_ours() {
            fs::remove_file(&path).map_err(failed(&path))?;
        }
    }
    Ok(())
}

fn failed(path: &Path) -> impl Fn(std::io::Error) -> String + '_ {
    move |error| format!("types: {}: {error}", path.display())
}
