//! The report as text.

use std::fmt::Write;

use super::{
    judge::{Judgement, Status, Use},
    survey::{Copy, Module, Place, Survey},
};
use crate::project::library;

/// Most places that are listed of one name.
const MAX_PLACES: usize = 4;

/// The report: modules, core functions, errors, and what the device would refuse.
pub fn render(survey: &Survey, judgement: &Judgement) -> String {
    let mut text = String::new();
    modules(&mut text, survey);
    functions(&mut text, survey, judgement);
    section(&mut text, "Errors", survey.errors.iter().cloned());
    let optional = judgement.optional.iter();
    let optional = optional.map(|(name, places)| format!("{name:28} {}", listed(places)));
    section(
        &mut text,
        "Not here, but the project looks for it first, or has a module of that name that nothing requires",
        optional,
    );
    let unrequired = judgement.unrequired.iter();
    let unrequired = unrequired.map(|(name, places)| format!("{name:28} {}; add: require \"{name}\"", listed(places)));
    section(&mut text, "Hints: used, but no file of the project requires it by a literal name", unrequired);
    let findings = survey.sources.iter().flat_map(|source| {
        source.report.findings.iter().map(|finding| format!("{}:{}: {}", source.file, finding.line, finding.what))
    });
    section(&mut text, "Works here but not on the device", findings);
    if !survey.unreached.is_empty() {
        section(
            &mut text,
            "Not required by a literal name, so not checked",
            std::iter::once(survey.unreached.join(", ")),
        );
    }
    summary(&mut text, survey, judgement);
    text
}

fn section(text: &mut String, title: &str, lines: impl Iterator<Item = String>) {
    let mut lines = lines.peekable();
    if lines.peek().is_some() {
        let _ = writeln!(text, "{title}:");
        for line in lines {
            let _ = writeln!(text, "  {line}");
        }
        text.push('\n');
    }
}

fn modules(text: &mut String, survey: &Survey) {
    let lines = survey.modules.iter().map(|(name, module)| {
        let status = if module.copy == Copy::Missing { "absent" } else { "runs" };
        let hint = match &module.meant {
            Some(meant) => format!("; did you mean {meant}?"),
            None if module.copy == Copy::Missing && !library::has(name) => {
                "; a library's folder is given by --lib".into()
            }
            None => String::new(),
        };
        format!("{status:9} {name:18} {:30} {}{hint}", shown(name, module), listed(&module.places))
    });
    section(text, "Modules", lines);
}

fn shown(name: &str, module: &Module) -> String {
    match module.copy {
        Copy::Project(_) => format!("project: {}", module.shown),
        Copy::Library(_) => format!("library: {}", module.shown),
        Copy::Path(_) => format!("package.path: {}", module.shown),
        Copy::Ours => "built in".into(),
        Copy::Core => "core".into(),
        Copy::Missing if library::has(name) => "of LuatOS-Air's library".into(),
        Copy::Missing => "no file".into(),
    }
}

fn functions(text: &mut String, survey: &Survey, judgement: &Judgement) {
    let lines = judgement.uses.iter().map(|(name, used)| {
        let status = match used.status {
            Status::Runs => "runs",
            Status::Simulated => "simulated",
            Status::Absent => "absent",
        };
        let table = name.split('.').next().unwrap_or(name);
        let is_ours = survey.modules.get(table).is_some_and(|module| module.copy == Copy::Ours);
        let hint = match &used.meant {
            Some(meant) => format!("; did you mean {meant}?"),
            None if used.status == Status::Absent && is_ours => {
                format!("; not in the built-in {table}; a library's folder is given by --lib")
            }
            None => String::new(),
        };
        format!("{status:9} {name:28} {}{hint}", listed(&used.places))
    });
    section(text, "Core functions", lines);
}

fn listed(places: &[Place]) -> String {
    let mut shown: Vec<_> = places.iter().map(|place| format!("{}:{}", place.file, place.line)).collect();
    shown.dedup();
    let more = shown.len().saturating_sub(MAX_PLACES);
    shown.truncate(MAX_PLACES);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    shown.join(", ") + &more
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn summary(text: &mut String, survey: &Survey, judgement: &Judgement) {
    let count = |status: Status| judgement.uses.values().filter(|used: &&Use| used.status == status).count();
    let missing = survey.modules.values().filter(|module| module.copy == Copy::Missing).count();
    let _ = writeln!(
        text,
        "{}, {} ({missing} absent); of the core {} run, {} simulated, {} absent; {}",
        counted(survey.sources.len(), "file"),
        counted(survey.modules.len(), "module"),
        count(Status::Runs),
        count(Status::Simulated),
        count(Status::Absent),
        counted(survey.errors.len(), "error")
    );
    let of_the_library: Vec<_> = survey
        .modules
        .iter()
        .filter(|(name, module)| module.copy == Copy::Missing && library::has(name))
        .map(|(name, _)| name.as_str())
        .collect();
    if !of_the_library.is_empty() {
        let how = library::HOW_TO_GIVE;
        let _ = writeln!(text, "Only LuatOS-Air's own library has {}: {how}", of_the_library.join(", "));
    }
}
