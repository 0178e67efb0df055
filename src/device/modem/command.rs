//! What is between `AT` and the end of the line (3GPP TS 27.007 section 4).

use std::time::Instant;

use super::Modem;

/// One command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Command<'a> {
    /// With its sign, such as `+CSQ`; of a basic command without one the letters only, such as `E` or `D`.
    pub name: &'a str,
    /// What is asked for.
    pub form: Form<'a>,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form<'a> {
    /// `AT+X`; of a basic command also what follows its letters.
    Execute(&'a str),
    /// `AT+X?`
    Read,
    /// `AT+X=…`; `=?` asks which values there are.
    Set(&'a str),
}

/// What the modem says to a command.
#[derive(Debug)]
pub(super) enum Answer {
    /// These lines, then `OK`.
    Lines(Vec<String>),
    /// `ERROR`; details come only after `AT+CMEE`, which LuatOS-Air turns off.
    Error,
    /// An error that has a line of its own, such as `+CMS ERROR: 304`.
    Failure(String),
    /// The prompt for a text.
    Prompt,
}

impl Answer {
    /// `OK` alone.
    pub const OK: Answer = Answer::Lines(Vec::new());

    /// One line, then `OK`.
    pub fn line(text: impl Into<String>) -> Self {
        Answer::Lines(vec![text.into()])
    }
}

/// Answers one command. What it says unasked comes after the answer ([`Modem::say`]).
pub(super) type Handler = fn(&mut Modem, Form<'_>, Instant) -> Answer;

/// Commands by their names.
pub(super) type Commands = &'static [(&'static str, Handler)];

impl<'a> Command<'a> {
    /// Reads the text after `AT`. None if it is not well formed: a name is letters and digits after an optional
    /// sign, such as `E0`, `+CSQ`, `^HEAPINFO` or `*BAND`.
    pub fn parse(text: &'a str) -> Option<Self> {
        let name_at = text.len() - text.trim_start_matches(['+', '^', '*', '&', '$']).len();
        if name_at == 0 {
            return Self::parse_basic(text);
        }
        let end = text.find(['=', '?']).unwrap_or(text.len());
        let (name, rest) = text.split_at(end);
        let is_named = name.len() > name_at && name[name_at..].bytes().all(|byte| byte.is_ascii_alphanumeric());
        let form = match rest.strip_prefix('=') {
            Some(value) => Form::Set(value),
            None if rest.is_empty() => Form::Execute(""),
            None => Form::Read,
        };
        is_named.then_some(Command { name, form })
    }

    /// A command without a sign: letters and what follows them, such as `E0`. What follows a `D` may begin with letters
    /// too, which say how to dial, such as `DT10086;` (ITU-T V.250 section 6.3.1).
    fn parse_basic(text: &'a str) -> Option<Self> {
        let letters = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
        let end = if text.starts_with(['D', 'd']) { 1 } else { letters };
        let (name, rest) = text.split_at(end);
        let is_known_kind = text.is_empty() || (!name.is_empty() && rest.is_ascii());
        is_known_kind.then_some(Command { name, form: Form::Execute(rest) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_forms() {
        for (text, name, form) in [
            ("", "", Form::Execute("")),
            ("E0", "E", Form::Execute("0")),
            ("D+8610086;", "D", Form::Execute("+8610086;")),
            ("DT10086;", "D", Form::Execute("T10086;")),
            ("S7=60", "S", Form::Execute("7=60")),
            ("+CSQ", "+CSQ", Form::Execute("")),
            ("+CREG?", "+CREG", Form::Read),
            ("*SIMAUTO=1", "*SIMAUTO", Form::Set("1")),
            ("+CFUN=?", "+CFUN", Form::Set("?")),
        ] {
            assert_eq!(Command::parse(text), Some(Command { name, form }), "{text}");
        }
    }

    #[test]
    fn what_is_no_command() {
        for text in ["+", "+ü", "+C Q", "é", "1"] {
            assert_eq!(Command::parse(text), None, "{text}");
        }
    }
}
