//! Errors in the syntax.

/// An error in a source's syntax, worded as Lua words it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{line}: {message}")]
pub struct SyntaxError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, and near which word.
    pub message: String,
    /// Whether the source ends where more of it is expected.
    pub is_at_end: bool,
}
