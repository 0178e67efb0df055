//! `luatos check`: what a project uses, and what of it is there, without running it.

mod judge;
mod render;
mod simulated;
mod survey;

#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use crate::{
    device::files::{folder_of, image::Image},
    project::Ours,
};

pub use self::simulated::SIMULATED;

/// What a script finds in its Lua state.
#[derive(Clone, Debug, Default)]
pub struct Surface {
    /// Globals, and the fields of those that are tables: `print`, `uart`, `uart.setup`. Our modules are loaded.
    pub names: BTreeSet<String>,
    /// Those of them that every Lua 5.3 has.
    pub stock: BTreeSet<String>,
    /// Names of our modules, for `require`.
    pub modules: BTreeSet<String>,
    /// What they require themselves, which makes it a global too.
    pub requirements: BTreeMap<String, Vec<String>>,
    /// `package.path`
    pub package_path: String,
}

/// A project and what stands beside it.
#[derive(Debug)]
pub struct Subject {
    /// The main script.
    pub main: PathBuf,
    /// The files of the project, where they are listed.
    pub files: Option<Vec<PathBuf>>,
    /// `--lib`
    pub libs: Vec<PathBuf>,
    /// `--data`
    pub data: Option<PathBuf>,
    /// `--ours`
    pub ours: Ours,
}

/// The Lua that a project would run in.
pub trait Machine {
    /// Compiles a source of this chunk name and does not run it.
    ///
    /// # Errors
    /// Lua refuses it; the text is Lua's message.
    fn compile(&self, source: &[u8], name: &str) -> Result<(), String>;

    /// What a script finds under a name such as `print` or `uart.setup`.
    fn find(&self, name: &str) -> Found;
}

/// What a script finds under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// nil
    Nothing,
    /// Something that can be called or has fields.
    Function,
    /// Another value, such as a constant.
    Constant,
}

/// How a check ended.
#[derive(Debug)]
pub struct Verdict {
    /// The report, for people to read.
    pub text: String,
    /// Whether nothing is absent and every file is without errors in its syntax.
    pub is_good: bool,
}

/// Checks a project.
///
/// # Errors
/// The main script cannot be read.
pub fn check(subject: &Subject, surface: &Surface, machine: &dyn Machine) -> Result<Verdict, String> {
    let survey = survey::Survey::of(subject, &subject.image(), surface, machine)?;
    let judgement = judge::judge(&survey, surface, machine);
    Ok(Verdict { text: render::render(&survey, &judgement), is_good: judgement.is_good() })
}

impl Subject {
    fn image(&self) -> Image {
        let image = Image::new(folder_of(&self.main), self.libs.clone());
        let image = match &self.data {
            Some(data) => image.without(data.clone()),
            None => image,
        };
        match &self.files {
            Some(files) => image.of(files.clone()),
            None => image,
        }
    }

    /// A path as messages show it: from the main script's folder on, where it is in there.
    fn shown(&self, path: &Path) -> String {
        path.strip_prefix(folder_of(&self.main)).unwrap_or(path).display().to_string()
    }

    /// A path as the lists of the report show it: likewise, and below a folder of `--lib` from that folder's name on.
    fn listed(&self, path: &Path) -> String {
        let in_library = |lib: &PathBuf| {
            let rest = path.strip_prefix(lib).ok()?;
            Some(Path::new(lib.file_name()?).join(rest).display().to_string())
        };
        self.libs.iter().find_map(in_library).unwrap_or_else(|| self.shown(path))
    }
}
