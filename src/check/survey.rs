//! Reads the files of a project, from the main script on through what each requires.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, VecDeque},
    path::{Path, PathBuf},
};

use super::{Machine, Subject, Surface};
use crate::{
    device::files::{
        declaration::is_declaration,
        folder_of,
        image::{Image, Origin},
    },
    dialect::{self, Content, Report, Way},
    io_error, spelling,
    vm::Vm,
};

/// Where `require` finds a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Copy {
    /// A file of the project.
    Project(PathBuf),
    /// A file of a folder of `--lib`.
    Library(PathBuf),
    /// One of our modules.
    Ours,
    /// A table of the firmware, or a library of Lua.
    Core,
    /// A file found by `package.path`.
    Path(PathBuf),
    /// Nowhere.
    Missing,
}

impl Copy {
    /// The file, if it is one.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Copy::Project(path) | Copy::Library(path) | Copy::Path(path) => Some(path),
            Copy::Ours | Copy::Core | Copy::Missing => None,
        }
    }
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, as messages show it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
}

/// A file that was read.
#[derive(Debug)]
pub struct Source {
    /// The file, as messages show it.
    pub file: String,
    /// Name of the module that it is.
    pub module: String,
    /// What is in it.
    pub report: Report,
}

/// A module that is required.
#[derive(Debug)]
pub struct Module {
    /// Where it is.
    pub copy: Copy,
    /// Its file, as messages show it; empty if it has none.
    pub shown: String,
    /// Where it is required.
    pub places: Vec<Place>,
    /// Of one that is nowhere: the module that was probably meant.
    pub meant: Option<String>,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Survey {
    /// The files, in the order in which they were reached.
    pub sources: Vec<Source>,
    /// The modules that they require, by name.
    pub modules: BTreeMap<String, Module>,
    /// Lines about files that cannot be read or have errors in their syntax.
    pub errors: Vec<String>,
    /// Files of the project that nothing requires by a literal name.
    pub unreached: Vec<String>,
    /// Modules that the flash image has, whether or not they are required.
    pub available: BTreeSet<String>,
}

impl Survey {
    /// Reads all that the main script reaches.
    ///
    /// # Errors
    /// The main script cannot be read.
    pub fn of(subject: &Subject, image: &Image, surface: &Surface, machine: &dyn Machine) -> Result<Self, String> {
        let mut reader = Reader { subject, image, surface, machine, survey: Survey::default() };
        let mut reached = BTreeSet::from([subject.main.clone()]);
        let mut waiting = VecDeque::from([subject.main.clone()]);
        while let Some(path) = waiting.pop_front() {
            let found = match reader.read(&path) {
                Ok(found) => found,
                Err(problem) if path == subject.main => return Err(problem),
                Err(problem) => {
                    reader.survey.errors.push(problem);
                    continue;
                }
            };
            waiting.extend(found.into_iter().filter(|path| reached.insert(path.clone())));
        }
        // The image names the main script with its folder, also where the command line does not.
        reached.extend(subject.main.file_name().map(|name| folder_of(&subject.main).join(name)));
        let is_unreached = |path: &Path| path.extension().is_some_and(|end| end == "lua") && !reached.contains(path);
        let project = image.iter().filter(|(_, path, origin)| *origin == Origin::Project && is_unreached(path));
        let mut unreached: Vec<_> = project.map(|(_, path, _)| subject.shown(path)).collect();
        unreached.sort();
        reader.survey.unreached = unreached;
        let names = image.iter().filter_map(|(name, ..)| std::str::from_utf8(name.strip_suffix(b".lua")?).ok());
        reader.survey.available = names.map(str::to_owned).collect();
        Ok(reader.survey)
    }
}

struct Reader<'a> {
    subject: &'a Subject,
    image: &'a Image,
    surface: &'a Surface,
    machine: &'a dyn Machine,
    survey: Survey,
}

impl Reader<'_> {
    /// Reads a file; returns the files that it requires.
    fn read(&mut self, path: &Path) -> Result<Vec<PathBuf>, String> {
        let file = self.subject.shown(path);
        let bytes = std::fs::read(path).map_err(|error| format!("{file}: {}", io_error::in_words(&error)))?;
        let Content::Source(text) = dialect::content(&bytes) else {
            return Err(format!("{file}: this file is compiled; only its source can be checked"));
        };
        let report = match self.analyse(text, &file) {
            Ok(report) => report,
            Err(problem) => {
                self.survey.errors.push(problem);
                return Ok(Vec::new());
            }
        };
        let file = self.subject.listed(path);
        let mut found = Vec::new();
        for required in &report.requirements {
            let name = String::from_utf8_lossy(&required.name);
            let place = Place { file: file.clone(), line: required.line };
            let required_file = if required.is_path { self.script_file(&name) } else { self.require(&name, place) };
            if required_file.as_deref() == Some(path) && !required.is_path && !report.is_module {
                self.survey.errors.push(self.requires_itself(&name, &file, required.line));
            }
            found.extend(required_file);
        }
        let module = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        self.survey.sources.push(Source { file, module, report });
        Ok(found)
    }

    /// Analyses a source, which Lua must accept as well.
    fn analyse(&self, text: &[u8], file: &str) -> Result<Report, String> {
        let report = dialect::analyse(text).map_err(|error| format!("{file}:{error}"))?;
        let translated = dialect::translate(text, Vm::OURS).map_or(Cow::Borrowed(text), |translation| translation.text);
        self.machine.compile(&translated, file)?;
        Ok(report)
    }

    fn require(&mut self, name: &str, place: Place) -> Option<PathBuf> {
        let copy = self.find(name);
        let path = copy.path().map(Path::to_owned);
        let known = self.surface.modules.iter().map(String::as_str);
        let meant = (copy == Copy::Missing).then(|| spelling::meant(name, known)).flatten();
        let module = self.survey.modules.entry(name.to_owned()).or_insert_with(|| Module {
            shown: path.as_deref().map(|path| self.subject.listed(path)).unwrap_or_default(),
            copy,
            places: Vec::new(),
            meant: meant.map(str::to_owned),
        });
        module.places.push(place);
        path
    }

    /// The error of a file that requires itself before it is a module: most often its author means one of ours.
    fn requires_itself(&self, name: &str, file: &str, line: usize) -> String {
        let how = if self.surface.modules.contains(name) {
            format!("; rename the file to reach the module {name} of LuatOS")
        } else {
            String::new()
        };
        format!("{file}:{line}: this file requires itself, which never ends{how}")
    }

    /// Where `require` finds a module, in its order.
    fn find(&self, name: &str) -> Copy {
        let is_table = self.surface.names.contains(name) && !self.surface.modules.contains(name);
        if is_table {
            return Copy::Core;
        }
        let is_ours = self.subject.ours.has(name) && self.surface.modules.contains(name);
        if !is_ours && let Some(copy) = self.find_file(name) {
            return copy;
        }
        if self.surface.modules.contains(name) {
            return Copy::Ours;
        }
        let templates = self.surface.package_path.split(';').map(str::trim);
        let mut paths = templates.map(|template| PathBuf::from(template.replace('?', &name.replace('.', "/"))));
        paths.find(|path| is_source(path)).map_or(Copy::Missing, Copy::Path)
    }

    fn find_file(&self, name: &str) -> Option<Copy> {
        let base_name = [format!("{name}.lua"), format!("{name}.luac")];
        let base_name = base_name.iter().find(|name| self.image.find(name.as_bytes()).is_some());
        if let Some(base_name) = base_name {
            let path = self.image.find(base_name.as_bytes())?.to_owned();
            let is_project = self.image.origin(base_name.as_bytes()) == Some(Origin::Project);
            return Some(if is_project { Copy::Project(path) } else { Copy::Library(path) });
        }
        let folder = folder_of(&self.subject.main);
        let path = folder.join(format!("{}.lua", name.replace('.', "/")));
        (self.subject.files.is_none() && is_source(&path)).then_some(Copy::Project(path))
    }

    /// The source that the script names by its path on the device.
    fn script_file(&self, path: &str) -> Option<PathBuf> {
        let name = path.strip_prefix("/lua/")?;
        self.image.find(name.as_bytes()).filter(|_| name.ends_with(".lua")).map(Path::to_owned)
    }
}

/// Whether a program can load the file at this path.
fn is_source(path: &Path) -> bool {
    path.is_file() && !is_declaration(path)
}

/// Names that the project gives a value.
#[derive(Debug, Default)]
pub struct Definitions {
    /// `name` and `table.field`, by any file.
    pub names: BTreeSet<String>,
    /// Modules whose fields are all known: files that call `module`.
    pub modules: BTreeSet<String>,
    /// Modules of the project of which fields may be unknown.
    pub opaque: BTreeSet<String>,
}

impl Definitions {
    /// Collects them.
    pub fn of(survey: &Survey) -> Self {
        let mut definitions = Definitions::default();
        for source in &survey.sources {
            let modules = if source.report.is_module { &mut definitions.modules } else { &mut definitions.opaque };
            modules.insert(source.module.clone());
            for mention in source.report.mentions.iter().filter(|mention| mention.way == Way::Assigned) {
                let name = String::from_utf8_lossy(&mention.name);
                let own = name.strip_prefix("_M.").or((!name.contains('.')).then_some(&*name));
                match own.filter(|_| source.report.is_module) {
                    Some(field) => definitions.names.insert(format!("{}.{field}", source.module)),
                    None => definitions.names.insert(name.into_owned()),
                };
            }
        }
        definitions
    }
}
