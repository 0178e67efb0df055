//! How errors of the system read in our messages.

use std::io;

/// An I/O error in words, without Rust's "(os error N)".
pub fn in_words(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}

/// The number of an error of the system, as C has it; 0 for an error of our own.
pub fn number(error: &io::Error) -> i64 {
    error.raw_os_error().unwrap_or(0).into()
}

/// The error of an argument that the system cannot take.
pub fn invalid() -> io::Error {
    #[cfg(unix)]
    return io::Error::from_raw_os_error(libc::EINVAL);
    #[cfg(not(unix))]
    io::Error::new(io::ErrorKind::InvalidInput, "Invalid argument")
}
