//! What is wrong with a command line, in words that name the option, its value and what was expected.

use std::error::Error as _;

use clap::{
    Command,
    error::{ContextKind, ContextValue, ErrorKind},
};

use super::words::is_option;

/// The text of an error of the parser. `word` is the subcommand, where there is one.
pub fn text(error: &clap::Error, command: &Command, word: Option<&str>) -> String {
    let name = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(text)) => Some(text.split(['[', '=', ' ']).next().unwrap_or(text)),
        _ => None,
    };
    let help = word.map_or_else(|| "luatos --help".to_owned(), |word| format!("luatos {word} --help"));
    let problem = match (error.kind(), name, error.source()) {
        (ErrorKind::ValueValidation, Some(name), Some(source)) => format!("{name}: {source}"),
        (ErrorKind::UnknownArgument, Some(name), _) if name.starts_with('-') => unknown(error, command, name, word),
        _ => first_part(&error.render().to_string()),
    };
    format!("{problem}\nTry '{help}'.")
}

/// What is wrong with an option that is not there.
fn unknown(error: &clap::Error, command: &Command, name: &str, word: Option<&str>) -> String {
    match (error.get(ContextKind::SuggestedArg), word) {
        (_, Some(word)) if is_option(command, name.trim_start_matches('-').as_bytes()) => {
            format!("{name}: not for luatos {word}")
        }
        (Some(ContextValue::String(known)), _) => format!("{name}: there is no such option; did you mean {known}?"),
        (_, Some("test")) => format!("{name}: there is no such option; those of busted stand behind --"),
        _ => format!("{name}: there is no such option"),
    }
}

/// The message with its tips, without the word `error` and the usage.
fn first_part(message: &str) -> String {
    let message = message.strip_prefix("error: ").unwrap_or(message);
    let end = ["\nUsage:", "\nFor more information"].iter().filter_map(|text| message.find(text)).min();
    message[..end.unwrap_or(message.len())].trim_end().to_owned()
}
