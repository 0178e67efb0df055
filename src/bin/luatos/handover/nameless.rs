//! A process that replaces itself hands an open file on, which has no name any more: it is gone with the process,
//! however that ends.

use std::{
    ffi::{OsStr, OsString},
    fs::File,
    io::{self, Read, Seek, Write},
    os::fd::{AsRawFd, FromRawFd, RawFd},
};

use rustix::io::{FdFlags, fcntl_setfd};

/// The open file.
pub struct Left(#[expect(dead_code, reason = "it stays open")] File);

/// Leaves a text. Returns also what tells of it: the process, which stays the same, and the descriptor.
pub fn leave(text: &str) -> io::Result<(Left, OsString)> {
    let mut file = create()?;
    file.write_all(text.as_bytes())?;
    fcntl_setfd(&file, FdFlags::empty())?;
    let word = format!("{}:{}", std::process::id(), file.as_raw_fd());
    Ok((Left(file), word.into()))
}

/// A file without a name.
#[cfg(target_os = "linux")]
fn create() -> io::Result<File> {
    Ok(rustix::fs::memfd_create("luatos", rustix::fs::MemfdFlags::CLOEXEC)?.into())
}

/// A file that loses its name at once.
#[cfg(not(target_os = "linux"))]
fn create() -> io::Result<File> {
    let (file, path) = super::create()?;
    std::fs::remove_file(path)?;
    Ok(file)
}

/// What was left for this process.
pub fn take(word: &OsStr) -> io::Result<Option<Vec<u8>>> {
    let Some(descriptor) = word.to_str().and_then(own_descriptor) else { return Ok(None) };
    // SAFETY: this process has it from before it was replaced, for this, and nothing else here knows of it.
    let mut file = unsafe { File::from_raw_fd(descriptor) };
    file.rewind()?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

/// The descriptor, if it is of this process, and not of one that has begun this.
fn own_descriptor(word: &str) -> Option<RawFd> {
    let (process, descriptor) = word.split_once(':')?;
    let is_ours = process.parse() == Ok(std::process::id());
    // Not one of the standard streams.
    descriptor.parse().ok().filter(|descriptor| is_ours && *descriptor > 2)
}
