//! What a display does.

use std::fmt;

use super::{Content, Panel};

/// The display does something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DisplayChange {
    /// It is initialised.
    Init(Panel),
    /// It is switched off.
    Close,
    /// It shows this.
    Show(Content),
    /// It sleeps (true) or wakes.
    Sleep(bool),
    /// The display of that name shows a new picture, and how many it has shown.
    Picture(String, u64),
    /// An image is to be put on it whose file, with this path of the device, does not exist.
    Missing(String),
    /// A file with this path of the device cannot be shown or used, and why.
    Unusable(String, String),
}

impl fmt::Display for DisplayChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DisplayChange::Init(Panel { width, height, bits }) => write!(f, "{width} x {height} pixels, {bits} bit"),
            DisplayChange::Close => f.write_str("closed"),
            DisplayChange::Show(content) => content.fmt(f),
            DisplayChange::Sleep(true) => f.write_str("sleeps"),
            DisplayChange::Sleep(false) => f.write_str("wakes"),
            DisplayChange::Picture(name, count) => write!(f, "{name} shows picture {count}"),
            DisplayChange::Unusable(path, why) => write!(f, "{path}: {why}"),
            DisplayChange::Missing(path) => write!(f, "{path}: no such file"),
        }
    }
}
