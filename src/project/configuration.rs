//! `luatos.toml` beside the main script: what a project always wants of the device and of the runner.

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::io_error::in_words;

/// What a file says. Keys mean nothing here; whoever reads them says with [`Configuration::problem`] what is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Configuration {
    path: PathBuf,
    /// In the order of the keys.
    pub entries: Vec<Entry>,
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// The value.
    pub value: Setting,
    /// Line of the key, from 1.
    line: usize,
}

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// A string, or a number, boolean or date as it is written.
    Text(String),
    /// A list of such.
    List(Vec<String>),
    /// A table of such.
    Table(Vec<(String, String)>),
    /// A list of tables of such, each with the line where it begins.
    Tables(Vec<(usize, Vec<(String, String)>)>),
}

impl Configuration {
    /// Name of the file.
    pub const NAME: &str = "luatos.toml";

    /// The file beside a main script, if there is one.
    ///
    /// # Errors
    /// It cannot be read, or is no TOML; the text has path and line.
    pub fn beside(main: &Path) -> Result<Option<Self>, String> {
        let path = main.with_file_name(Self::NAME);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(None),
            Err(error) => return Err(format!("{}: {}", path.display(), in_words(&error))),
        };
        let text = String::from_utf8(bytes).map_err(|_| format!("{}: not UTF-8", path.display()))?;
        // An editor on Windows may have marked the file.
        Self::parse(path, text.strip_prefix('\u{feff}').unwrap_or(&text)).map(Some)
    }

    fn parse(path: PathBuf, text: &str) -> Result<Self, String> {
        let at_offset = |offset: usize| 1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count();
        let at = |line: usize, problem: &str| format!("{}:{line}: {problem}", path.display());
        let table = DeTable::parse(text)
            .map_err(|error| at(error.span().map_or(1, |span| at_offset(span.start)), error.message()))?;
        let mut entries = Vec::new();
        for (key, value) in table.get_ref() {
            let (line, name) = (at_offset(key.span().start), key.get_ref());
            let value = setting(value, &at_offset).ok_or_else(|| {
                at(line, &format!("{name}: a string, a number, a boolean, or a list or table of these expected"))
            })?;
            entries.push(Entry { key: name.to_string(), value, line });
        }
        Ok(Configuration { path, entries })
    }

    /// The path that a relative one in the file means.
    pub fn locate(&self, path: &str) -> PathBuf {
        self.folder().join(path)
    }

    /// The folder that the file is in; an empty path for the working directory.
    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }

    /// A problem with an entry, with its place in the file.
    pub fn problem(&self, entry: &Entry, text: &str) -> String {
        self.problem_at(entry.line, text)
    }

    /// A problem at a line.
    pub fn problem_at(&self, line: usize, text: &str) -> String {
        format!("{}:{line}: {text}", self.path.display())
    }
}

impl Setting {
    /// As an error shows it.
    pub fn shown(&self) -> String {
        match self {
            Setting::Text(text) => format!("{text:?}"),
            Setting::List(_) => "a list".into(),
            Setting::Table(_) => "a table".into(),
            Setting::Tables(_) => "a list of tables".into(),
        }
    }
}

fn setting(value: &Spanned<DeValue<'_>>, line: &impl Fn(usize) -> usize) -> Option<Setting> {
    match value.get_ref() {
        DeValue::Array(values) => {
            let list = values.iter().map(text).collect::<Option<_>>().map(Setting::List);
            let with_line = |value: &Spanned<DeValue<'_>>| Some((line(value.span().start), table(value)?));
            list.or_else(|| values.iter().map(with_line).collect::<Option<_>>().map(Setting::Tables))
        }
        DeValue::Table(_) => table(value).map(Setting::Table),
        _ => text(value).map(Setting::Text),
    }
}

fn table(value: &Spanned<DeValue<'_>>) -> Option<Vec<(String, String)>> {
    let DeValue::Table(values) = value.get_ref() else { return None };
    values.iter().map(|(key, value)| Some((key.get_ref().to_string(), text(value)?))).collect()
}

fn text(value: &Spanned<DeValue<'_>>) -> Option<String> {
    match value.get_ref() {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Float(number) => Some(number.to_string()),
        DeValue::Boolean(flag) => Some(flag.to_string()),
        DeValue::Datetime(time) => Some(time.to_string()),
        DeValue::Array(_) | DeValue::Table(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Configuration, String> {
        Configuration::parse("p/luatos.toml".into(), text)
    }

    #[test]
    fn values_keep_their_texts_and_lines() {
        let configuration =
            parse("# device\nsignal = 20\nimei = \"1\"\nlib = [\"a\", \"b\"]\n\n[uart]\n1 = \"pty\"\n").unwrap();
        let entry = |key: &str| configuration.entries.iter().find(|entry| entry.key == key).unwrap();
        assert_eq!((entry("signal").value.clone(), entry("signal").line), (Setting::Text("20".into()), 2));
        assert_eq!(entry("lib").value, Setting::List(vec!["a".into(), "b".into()]));
        assert_eq!(
            (entry("uart").value.clone(), entry("uart").line),
            (Setting::Table(vec![("1".into(), "pty".into())]), 6)
        );
        assert_eq!(configuration.locate("lib"), Path::new("p/lib"));
        assert_eq!(configuration.locate("/lib"), Path::new("/lib"));
        let parts = parse("\n[[part]]\nmodel = \"a\"\n\n[[part]]\nmodel = \"b\"\n").unwrap();
        let Setting::Tables(parts) = &parts.entries[0].value else { panic!("tables expected") };
        assert_eq!(parts.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 5]);
        assert_eq!(configuration.problem(entry("imei"), "imei: short"), "p/luatos.toml:3: imei: short");
    }

    #[test]
    fn what_is_wrong_has_its_line() {
        assert!(parse("signal = 20\nimei = = 1\n").unwrap_err().starts_with("p/luatos.toml:2: "));
        assert!(parse("a = 1\na = 2\n").unwrap_err().starts_with("p/luatos.toml:2: "));
        assert_eq!(
            parse("x = [[1]]\n").unwrap_err(),
            "p/luatos.toml:1: x: a string, a number, a boolean, or a list or table of these expected"
        );
    }

    #[test]
    fn no_file_is_no_configuration() {
        assert_eq!(Configuration::beside(Path::new("no/such/main.lua")), Ok(None));
    }
}
