//! Where the first word stands that is no option: the project, or the name of a subcommand.

use std::ffi::OsString;

use clap::{Arg, Command};

/// The index of the first word that is neither an option nor an option's value. What follows `--` is none of these.
pub fn first(command: &Command, arguments: &[OsString]) -> Option<usize> {
    let mut index = 1;
    while let Some(argument) = arguments.get(index) {
        match Shape::of(argument) {
            Shape::Word => return Some(index),
            Shape::End => return None,
            Shape::Option { name, has_value } if !has_value && takes_the_next(command, name) => index += 2,
            Shape::Option { .. } => index += 1,
        }
    }
    None
}

/// Puts the subcommand's name in front of the options that stand before it, which are then the subcommand's own.
pub fn name_first(command: &Command, mut arguments: Vec<OsString>) -> Vec<OsString> {
    if let Some(index) = first(command, &arguments)
        && command.find_subcommand(&arguments[index]).is_some()
    {
        arguments[1..=index].rotate_right(1);
    }
    arguments
}

/// What an argument looks like.
pub enum Shape<'a> {
    /// `--`
    End,
    /// `--name`, `--name=value` or `-n`.
    Option { name: &'a [u8], has_value: bool },
    /// Anything else, `-` too.
    Word,
}

impl<'a> Shape<'a> {
    pub fn of(argument: &'a OsString) -> Self {
        let bytes = argument.as_encoded_bytes();
        match bytes.strip_prefix(b"--") {
            Some(b"") => Shape::End,
            Some(text) => {
                let end = text.iter().position(|byte| *byte == b'=');
                Shape::Option { name: &text[..end.unwrap_or(text.len())], has_value: end.is_some() }
            }
            // None of the short options has a value.
            None if bytes.len() > 1 && bytes[0] == b'-' => Shape::Option { name: b"", has_value: true },
            None => Shape::Word,
        }
    }
}

/// Whether the value of the option is the next argument.
pub fn takes_the_next(command: &Command, name: &[u8]) -> bool {
    let option = command.get_arguments().find(|option| has_name(option, name));
    option.is_some_and(|option| option.get_action().takes_values() && !option.is_require_equals_set())
}

/// Whether runs have the option.
pub fn is_option(command: &Command, name: &[u8]) -> bool {
    command.get_arguments().any(|option| has_name(option, name))
}

fn has_name(option: &Arg, name: &[u8]) -> bool {
    option.get_long().is_some_and(|long| long.as_bytes() == name)
}
