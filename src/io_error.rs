//! How errors of the system read in our messages.

use std::io;

/// An I/O error in words, without Rust's "(os error N)".
pub fn in_words(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}
