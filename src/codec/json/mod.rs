//! JSON as the firmware's `json` table has it, which is lua-cjson 2.1: what it accepts, what it writes
//! and the texts of its errors.
//!
//! Decoding has two steps. [`Tape::read`] checks the whole text and lists its values; the caller
//! then makes its own values of the list, whose containers know their sizes. Encoding is left to
//! the caller, who walks its own values and writes each with [`mod@write`].
//!
//! Where this differs from RFC 8259, as lua-cjson does: bytes of strings pass unchecked, both ways;
//! numbers may be hexadecimal, infinite, `nan`, and have a plus sign or leading zeros, unless
//! [`Settings::decode_invalid_numbers`] is off; a zero byte outside a string ends the text.

mod error;
mod number;
mod scanner;
mod settings;
mod string;
mod tape;

pub use self::{
    scanner::Text,
    settings::{InvalidNumbers, Settings},
    tape::{Op, Tape},
};

/// Writing values.
pub mod write {
    pub use super::{number::write as number, string::write as string};
}
