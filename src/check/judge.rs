//! Judges each name that a project uses.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Found, Machine, Surface, simulated,
    survey::{Copy, Definitions, Place, Source, Survey},
};
use crate::{
    dialect::{Mention, Way},
    spelling,
};

/// What becomes of a call here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// It does what it does on the device.
    Runs,
    /// It answers as a board with nothing attached.
    Simulated,
    /// It is not there.
    Absent,
}

/// A core function that the project uses, or a name that is not there.
#[derive(Debug)]
pub struct Use {
    /// What becomes of it.
    pub status: Status,
    /// Where it is used.
    pub places: Vec<Place>,
    /// The name that was probably meant.
    pub meant: Option<String>,
}

/// The judgement of a project.
#[derive(Debug, Default)]
pub struct Judgement {
    /// Core functions and absent names, by name.
    pub uses: BTreeMap<String, Use>,
    /// Absent names that the project looks for before it uses them.
    pub optional: BTreeMap<String, Vec<Place>>,
    /// Our modules that the project uses as globals, although no file requires them.
    pub unrequired: BTreeMap<String, Vec<Place>>,
    /// Whether files have errors, or a module is missing.
    has_errors: bool,
}

impl Judgement {
    /// Whether nothing is absent and nothing has errors.
    pub fn is_good(&self) -> bool {
        !self.has_errors && self.uses.values().all(|used| used.status != Status::Absent)
    }
}

/// Judges what a survey has found.
pub fn judge(survey: &Survey, surface: &Surface, machine: &dyn Machine) -> Judgement {
    let definitions = Definitions::of(survey);
    let is_missing = survey.modules.values().any(|module| module.copy == Copy::Missing);
    let has_errors = !survey.errors.is_empty() || is_missing;
    let required = required(survey, surface);
    let judgement = Judgement { has_errors, ..Judgement::default() };
    let mut judge = Judge { surface, machine, definitions, survey, required, judgement };
    for source in &survey.sources {
        judge.source(source);
    }
    judge.judgement
}

struct Judge<'a> {
    surface: &'a Surface,
    machine: &'a dyn Machine,
    definitions: Definitions,
    survey: &'a Survey,
    /// Modules that the project requires, and what ours of them require.
    required: BTreeSet<&'a str>,
    judgement: Judgement,
}

impl Judge<'_> {
    fn source(&mut self, source: &Source) {
        let tested = source.report.mentions.iter().filter(|mention| mention.way == Way::Tested);
        let tested: BTreeSet<_> = tested.map(|mention| mention.name.as_slice()).collect();
        for mention in &source.report.mentions {
            let Ok(name) = std::str::from_utf8(&mention.name) else { continue };
            if mention.way == Way::Assigned || self.is_defined(name, source) {
                continue;
            }
            let place = Place { file: source.file.clone(), line: mention.line };
            let found = self.machine.find(name);
            self.look_for_requirement(name, found, &place);
            match found {
                Found::Function if self.is_core(name) => {
                    let status = if simulated::is_simulated(name) { Status::Simulated } else { Status::Runs };
                    self.note(name, status, place, None);
                }
                Found::Function | Found::Constant => {}
                Found::Nothing if tested.contains(name.as_bytes()) || tested.contains(table_of(name).as_bytes()) => {
                    self.optional(name, place);
                }
                Found::Nothing => self.absent(name, mention, place),
            }
        }
    }

    /// Notes a module of ours that is used as a global and that nothing has made one.
    fn look_for_requirement(&mut self, name: &str, found: Found, place: &Place) {
        let table = table_of(name);
        if found != Found::Nothing
            && name.contains('.')
            && self.surface.modules.contains(table)
            && !self.surface.stock.contains(table)
            && !self.required.contains(table)
        {
            self.judgement.unrequired.entry(table.to_owned()).or_default().push(place.clone());
        }
    }

    /// Whether the project itself gives the name a value.
    fn is_defined(&self, name: &str, source: &Source) -> bool {
        let names = &self.definitions.names;
        if names.contains(name) {
            return true;
        }
        let table = table_of(name);
        if source.report.is_module && names.contains(&format!("{}.{table}", source.module)) {
            return true;
        }
        if !name.contains('.') {
            return self.definitions.modules.contains(name) || self.definitions.opaque.contains(name);
        }
        table == "_M" || names.contains(table) || self.definitions.opaque.contains(table)
    }

    /// Whether a name belongs to the firmware rather than to Lua, to our modules or to the project's.
    fn is_core(&self, name: &str) -> bool {
        let table = table_of(name);
        name.contains('.')
            && !self.surface.stock.contains(name)
            && !self.surface.modules.contains(table)
            && !self.definitions.modules.contains(table)
    }

    /// Notes a core function that is not there, though that is no fault.
    fn optional(&mut self, name: &str, place: Place) {
        if name.contains('.') && self.is_core(name) {
            self.judgement.optional.entry(name.to_owned()).or_default().push(place);
        }
    }

    fn absent(&mut self, name: &str, mention: &Mention, place: Place) {
        match name.split_once('.') {
            None => self.absent_global(name, mention, place),
            Some((table, field)) => match self.fields_of(table) {
                None => self.absent_table(name, place),
                Some(fields) => {
                    let meant = spelling::meant(field, fields.iter().map(String::as_str));
                    let meant = meant.map(|field| format!("{table}.{field}"));
                    self.absent_field(name, mention, place, meant);
                }
            },
        }
    }

    fn absent_global(&mut self, name: &str, mention: &Mention, place: Place) {
        let known = self.surface.names.iter().chain(&self.definitions.names).chain(&self.definitions.modules);
        let known = known.map(String::as_str).filter(|known| !known.contains('.'));
        let meant = spelling::meant(name, known).map(str::to_owned);
        // A global that is only read may be meant to be nil.
        let is_other_case = meant.as_ref().is_some_and(|meant| meant.eq_ignore_ascii_case(name));
        if mention.way == Way::Called || is_other_case {
            self.note(name, Status::Absent, place, meant);
        }
    }

    /// A field of a table that is not there at all.
    fn absent_table(&mut self, name: &str, place: Place) {
        let (table, field) = name.split_once('.').unwrap_or((name, ""));
        // A library's file speaks of a module that this project does not load.
        if self.survey.available.contains(table) {
            return self.optional(name, place);
        }
        let tables: Vec<_> = self.tables().collect();
        let meant = spelling::meant(table, tables.into_iter()).map(|table| format!("{table}.{field}"));
        let meant = meant.filter(|meant| self.machine.find(meant) != Found::Nothing);
        self.note(name, Status::Absent, place, meant);
    }

    fn absent_field(&mut self, name: &str, mention: &Mention, place: Place, meant: Option<String>) {
        let table = table_of(name);
        // A module of the project may get further fields in ways that cannot be seen, and a field that is
        // only read may be meant to be nil.
        let may_be_meant = self.definitions.modules.contains(table)
            || mention.way == Way::Read && self.surface.modules.contains(table);
        if meant.is_some() || !may_be_meant {
            self.note(name, Status::Absent, place, meant);
        }
    }

    fn tables(&self) -> impl Iterator<Item = &str> {
        let required = self.survey.modules.keys();
        let known = self.surface.names.iter().chain(&self.definitions.modules).chain(required);
        known.map(String::as_str).filter(|known| !known.contains('.'))
    }

    /// The fields of a table that is known.
    fn fields_of(&self, table: &str) -> Option<Vec<String>> {
        let is_project = self.definitions.modules.contains(table);
        if !is_project && !self.surface.names.contains(table) {
            return None;
        }
        let names = if is_project { &self.definitions.names } else { &self.surface.names };
        let own = names.iter().chain(self.definitions.names.iter());
        Some(own.filter_map(|name| name.strip_prefix(table)?.strip_prefix('.').map(str::to_owned)).collect())
    }

    fn note(&mut self, name: &str, status: Status, place: Place, meant: Option<String>) {
        let used = self.judgement.uses.entry(name.to_owned());
        used.or_insert_with(|| Use { status, places: Vec::new(), meant }).places.push(place);
    }
}

/// The modules that the files require by literal names, and what our own among them require.
fn required<'a>(survey: &'a Survey, surface: &'a Surface) -> BTreeSet<&'a str> {
    let mut required = BTreeSet::new();
    let mut waiting: Vec<&str> = survey.modules.keys().map(String::as_str).collect();
    while let Some(name) = waiting.pop() {
        if required.insert(name) && survey.modules.get(name).is_none_or(|module| module.copy == Copy::Ours) {
            waiting.extend(surface.requirements.get(name).into_iter().flatten().map(String::as_str));
        }
    }
    required
}

/// The global that a name begins with.
fn table_of(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}
