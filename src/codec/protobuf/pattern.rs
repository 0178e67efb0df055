//! Some fields of a type, to be written or read together.

use prost_reflect::MessageDescriptor;

use super::{Error, Reader, Registry, Writer, field};

/// A type and some of its fields.
#[derive(Clone, Debug)]
pub struct Pattern {
    message: MessageDescriptor,
    fields: Vec<String>,
}

impl Pattern {
    /// A pattern from pbc's notation, `@field %d field %s`, whose formats do not matter here.
    ///
    /// # Errors
    /// There is no such type or field.
    pub fn new(registry: &Registry, message: &str, notation: &str) -> Result<Self, Error> {
        let message = registry.message(message)?;
        let words = notation.trim_start_matches('@').split_whitespace();
        let fields: Vec<_> = words.step_by(2).map(str::to_owned).collect();
        fields.iter().try_for_each(|name| field(&message, name).map(|_| ()))?;
        Ok(Pattern { message, fields })
    }

    /// Names of the fields.
    pub fn fields(&self) -> &[String] {
        &self.fields
    }

    /// An empty message of the type.
    pub fn writer(&self) -> Writer {
        Writer::new(self.message.clone())
    }

    /// A decoded message of the type.
    ///
    /// # Errors
    /// The bytes are no such message.
    pub fn reader(&self, bytes: &[u8]) -> Result<Reader, Error> {
        Reader::decode(self.message.clone(), bytes)
    }
}
