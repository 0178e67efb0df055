//! How values of options are read. Each error says what was expected and what was given instead.

use std::{
    ffi::{OsStr, OsString},
    fmt::Display,
    path::PathBuf,
    str::FromStr,
    time::Duration,
};

use clap::builder::{OsStringValueParser, PossibleValue, TypedValueParser};
use clap::{Arg, Command};
use websocket::project;

/// A value that `read` understands.
pub fn text<T: Clone + Send + Sync + 'static>(
    read: impl Fn(&str) -> Result<T, String> + Clone + Send + Sync + 'static,
) -> impl TypedValueParser<Value = T> {
    OsStringValueParser::new().try_map(move |value| match value.to_str() {
        Some(value) => read(value),
        None => Err(format!("UTF-8 expected, got {value:?}")),
    })
}

/// A value of a type that is read from text.
pub fn parsed<T: FromStr<Err: Display> + Clone + Send + Sync + 'static>() -> impl TypedValueParser<Value = T> {
    text(|value| value.parse().map_err(|error: T::Err| error.to_string()))
}

/// A value of a type that is read from text, and the names of all there are, which shells complete.
pub fn one_of<T: FromStr<Err: Display> + Clone + Send + Sync + 'static>(
    names: &'static [&'static str],
) -> impl TypedValueParser<Value = T> {
    Named { parser: parsed::<T>(), names }
}

/// A parser whose values are known by names.
#[derive(Clone)]
struct Named<P> {
    parser: P,
    names: &'static [&'static str],
}

impl<P: TypedValueParser> TypedValueParser for Named<P> {
    type Value = P::Value;

    fn parse_ref(&self, command: &Command, option: Option<&Arg>, value: &OsStr) -> Result<P::Value, clap::Error> {
        self.parser.parse_ref(command, option, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.names.iter().map(|name| PossibleValue::new(*name))))
    }
}

/// The path of a folder that need not exist.
pub fn folder() -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new().try_map(to_folder)
}

/// The path of a folder that exists.
pub fn existing_folder() -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new().try_map(|value| project::existing_folder(to_folder(value)?))
}

fn to_folder(value: OsString) -> Result<PathBuf, String> {
    let path = PathBuf::from(value);
    if path.as_os_str().is_empty() || path.is_file() {
        return Err(format!("a folder expected, got {path:?}"));
    }
    Ok(path)
}

/// A port of TCP, 0 for any free one.
pub fn port(value: &str) -> Result<u16, String> {
    value.parse().map_err(|_| format!("port 0 to 65535 expected, got {value:?}"))
}

/// A duration above 0 in seconds.
pub fn seconds(value: &str) -> Result<Duration, String> {
    let duration = value.parse().ok().filter(|number: &f64| *number > 0.0);
    let duration = duration.and_then(|number| Duration::try_from_secs_f64(number).ok());
    duration.ok_or_else(|| format!("seconds above 0 expected, got {value:?}"))
}
