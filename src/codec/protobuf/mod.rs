//! Protocol Buffers with types that are known only at run time, as the firmware's `protobuf.c` has them.
//!
//! A [`Registry`] learns types from the descriptors that `protoc` compiles. A [`Writer`] collects the fields of a
//! message and encodes it; a [`Reader`] decodes one and is asked for its fields. Fields have names, and values are
//! integers of up to 64 bits, floating-point numbers, bytes (also for `string`: no text is checked), names of enum
//! values, or messages.

mod pattern;
mod plain;
mod reader;
mod registry;
mod writer;

use prost_reflect::{FieldDescriptor, MessageDescriptor};
use thiserror::Error;

pub use self::{
    pattern::Pattern,
    reader::{Element, Reader},
    registry::{FieldType, Registry},
    writer::Writer,
};

/// What cannot be done.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Error {
    /// The descriptors.
    #[error("register fail: {0}")]
    Descriptors(String),
    /// No type has that name.
    #[error("Proto not found: {0}")]
    NoMessage(String),
    /// The bytes are no message of the type.
    #[error("decode context error: {0}")]
    Bytes(String),
    /// The message has no such field.
    #[error("{message} has no field {field}")]
    NoField {
        /// Name of the type.
        message: String,
        /// What was asked for.
        field: String,
    },
    /// The field is of another type.
    #[error("field {0} is of another type")]
    Type(String),
    /// The enum has no value of that name.
    #[error("field {field} has no value {value}")]
    EnumValue {
        /// Name of the field.
        field: String,
        /// What was given.
        value: String,
    },
    /// Messages within messages, more than a decoder accepts.
    #[error("more than 100 messages within each other")]
    TooDeep,
}

/// A field by its name.
fn field(message: &MessageDescriptor, name: &str) -> Result<FieldDescriptor, Error> {
    message
        .get_field_by_name(name)
        .ok_or_else(|| Error::NoField { message: message.full_name().to_owned(), field: name.to_owned() })
}
