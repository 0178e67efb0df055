//! What is wrong with a JSON text, in lua-cjson's words.

use thiserror::Error;

/// Why a text cannot be decoded. Positions count bytes from 1.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum Error {
    /// Something else was expected at a position.
    #[error("Expected {expected} but found {found} at character {position}")]
    Unexpected {
        /// What the grammar allows there.
        expected: &'static str,
        /// The name of the token that is there, or what is wrong with it.
        found: &'static str,
        /// Of the token, or of the byte that is wrong in it.
        position: usize,
    },
    /// More containers are open than [`Settings::decode_max_depth`](super::Settings::decode_max_depth).
    #[error("Found too many nested data structures ({depth}) at character {position}")]
    TooDeep {
        /// How many would be open.
        depth: usize,
        /// Of the bracket that opens the last.
        position: usize,
    },
    /// One of the first two bytes is zero.
    #[error("JSON parser does not support UTF-16 or UTF-32")]
    WideText,
}
