//! `luatos new`: a folder with a project that runs, its test, and settings for editors.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, ValueHint};

use super::{
    command_line::{self, misuse},
    report, types,
};

/// Write a project that runs, with a test and settings for editors
///
/// The last part of PATH is its name: letters, digits, _ and -, with a letter first. The folder is made, or is there and
/// empty.
#[derive(Args, Clone, Debug)]
#[command(override_usage = "luatos new PATH")]
pub struct New {
    /// The folder of the project
    #[arg(value_name = "PATH", value_hint = ValueHint::DirPath)]
    path: Option<PathBuf>,
}

/// Longest name of a project.
const LONGEST: usize = 64;

/// The files of a project, by their paths in it. In their texts `{NAME}` stands for its name, and `{PROJECT}` for what the
/// script calls itself. Git would take a `.gitignore` among ours as its own.
const FILES: [(&str, &str); 11] = [
    ("main.lua", include_str!("project/main.lua")),
    ("lamp.lua", include_str!("project/lamp.lua")),
    ("spec/main_spec.lua", include_str!("project/spec/main_spec.lua")),
    ("luatos.toml", include_str!("project/luatos.toml")),
    ("README.md", include_str!("project/README.md")),
    (".gitignore", include_str!("project/gitignore")),
    (".luacheckrc", include_str!("project/.luacheckrc")),
    (types::SETTINGS_FILE, types::SETTINGS),
    (".vscode/launch.json", include_str!("project/.vscode/launch.json")),
    (".vscode/tasks.json", include_str!("project/.vscode/tasks.json")),
    (".vscode/extensions.json", include_str!("project/.vscode/extensions.json")),
];

impl New {
    /// Writes the project and says what to type next.
    ///
    /// # Errors
    /// The folder is in use, or cannot be written.
    pub fn run(&self) -> Result<ExitCode, String> {
        let name = match self.path.as_deref().map(|path| (path, name(path))) {
            Some((path, Ok(name))) => (path, name),
            Some((_, Err(problem))) => return Ok(misuse(&problem)),
            None => return Ok(misuse("new: which folder? For example: luatos new blinker")),
        };
        let (path, name) = name;
        make_empty(path)?;
        for (file, text) in FILES {
            write(&path.join(file), &text.replace("{NAME}", name).replace("{PROJECT}", &constant(name)))?;
        }
        types::write(&path.join(types::FOLDER))?;
        report::answer(&next_steps(path))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// The name of the project in a folder.
fn name(path: &Path) -> Result<&str, String> {
    let last = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let is_word = last.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    if is_word && last.starts_with(|first: char| first.is_ascii_alphabetic()) && last.len() <= LONGEST {
        return Ok(last);
    }
    Err(format!(
        "new: a name of letters, digits, _ and - expected, with a letter first and {LONGEST} at most, got {:?}",
        path.file_name().unwrap_or(path.as_os_str())
    ))
}

/// What a script calls itself, such as `SMS_FORWARDER`.
fn constant(name: &str) -> String {
    name.replace('-', "_").to_ascii_uppercase()
}

/// Makes the folder. One that is there has to be empty.
fn make_empty(path: &Path) -> Result<(), String> {
    fs::create_dir_all(path).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => format!("new: {} is a file; give another name", path.display()),
        _ => format!("new: {}: {error}", path.display()),
    })?;
    let mut entries = fs::read_dir(path).map_err(|error| format!("new: {}: {error}", path.display()))?;
    match entries.next() {
        None => Ok(()),
        Some(_) => {
            Err(format!("new: the folder {} is not empty, and nothing was written; give another name", path.display()))
        }
    }
}

/// Writes a file that is not there yet.
fn write(path: &Path, text: &str) -> Result<(), String> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)
        .and_then(|()| fs::File::create_new(path))
        .and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()))
        .map_err(|error| format!("new: {}: {error}", path.display()))
}

/// What to type now.
fn next_steps(path: &Path) -> String {
    let (folder, path) = (command_line::quoted(path.as_os_str()), path.display());
    format!(
        "{path}: a project that blinks a lamp. Now:\n\n    \
         cd {folder}\n    \
         luatos .             # runs it, until Ctrl-C\n    \
         luatos test          # runs its tests; busted has to be installed\n    \
         luatos check .       # what of it would run here\n    \
         code .               # F5 debugs it; README.md says what each file is\n"
    )
}
