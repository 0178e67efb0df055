//! Options of ours behind the project: the script's arguments, though perhaps not meant so.

use std::ffi::{OsStr, OsString};

use clap::Command;

use super::words::{self, Shape};

/// What to say about options of ours among the arguments of a script, up to `--`; nothing if there are none. `before`
/// is what stands before the project.
pub fn warning(command: &Command, before: &[OsString], project: &OsString, arguments: &[OsString]) -> Option<String> {
    let (mut meant, mut left) = (Vec::new(), Vec::new());
    let mut first = None;
    let mut index = 0;
    while let Some(argument) = arguments.get(index) {
        match Shape::of(argument) {
            Shape::End => break,
            Shape::Option { name, has_value } if words::is_option(command, name) => {
                first = first.or(Some(argument));
                let count = if !has_value && words::takes_the_next(command, name) { 2 } else { 1 };
                meant.extend(arguments.iter().skip(index).take(count));
                index += count;
            }
            _ => {
                left.push(argument);
                index += 1;
            }
        }
    }
    left.extend(arguments.iter().skip(index));
    let first = first?.to_string_lossy();
    let line: Vec<_> = before
        .iter()
        .filter(|word| *word != "--")
        .chain(meant)
        .chain([project])
        .chain(left)
        .map(|word| quoted(word))
        .collect();
    let name = first.split('=').next().unwrap_or_default();
    Some(format!(
        "luatos: {name} stands behind {}, so that it is an argument of the script. If it is meant for luatos: luatos {}",
        quoted(project),
        line.join(" ")
    ))
}

/// The word as a shell reads it.
pub fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    let is_plain = |letter: char| letter.is_alphanumeric() || "-_=./:,@%+".contains(letter);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.into_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
