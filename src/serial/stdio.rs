//! A port on standard input and output. Standard output then carries the bytes of the wire alone: what the program prints
//! goes to standard error.
//!
//! # Design
//! The two are shared with other programs, such as the shell, which do not expect them to be non-blocking. So they stay as
//! they are, and each read and write asks first whether it would wait.

use std::{
    io::{self, ErrorKind},
    os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd},
    sync::Mutex,
};

use mio::unix::SourceFd;
use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    pipe::PIPE_BUF,
};

use super::{
    Line,
    wire::{Wire, Written, written},
};
use crate::reactor::Context;

/// What standard output was, if a port has taken it.
static TAKEN: Mutex<Option<OwnedFd>> = Mutex::new(None);

/// Gives standard output back, before another program takes the place of this one.
pub fn give_back() {
    if let Ok(taken) = TAKEN.lock()
        && let Some(output) = &*taken
    {
        // Should it fail, there is nobody to tell.
        let _ = rustix::stdio::dup2_stdout(output);
    }
}

/// See the module.
pub struct Stdio {
    /// What standard output was.
    output: OwnedFd,
    is_watched: bool,
}

impl Stdio {
    /// Takes standard output from the program.
    ///
    /// # Errors
    /// The program has no standard output, or too many open files.
    pub fn open() -> io::Result<Self> {
        // What was printed before goes where it was meant to go.
        // SAFETY: a null pointer means all streams of C, and Lua prints by them.
        unsafe { libc::fflush(std::ptr::null_mut()) };
        let output = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdout(), 3)?;
        rustix::stdio::dup2_stdout(rustix::stdio::stderr())?;
        if let Ok(mut taken) = TAKEN.lock() {
            *taken = Some(output.try_clone()?);
        }
        Ok(Stdio { output, is_watched: false })
    }
}

/// Whether a read or write would not wait.
fn is_ready(what: BorrowedFd<'_>, flags: PollFlags) -> io::Result<bool> {
    let mut fds = [PollFd::from_borrowed_fd(what, flags)];
    Ok(poll(&mut fds, Some(&Timespec::default()))? > 0)
}

/// Watches what can be watched: a file is always ready.
fn watch(what: BorrowedFd<'_>, context: &Context<'_>) -> io::Result<()> {
    match context.watch(&mut SourceFd(&what.as_raw_fd())) {
        Err(error) if error.kind() == ErrorKind::PermissionDenied => Ok(()),
        other => other,
    }
}

impl Wire for Stdio {
    fn set_up(&mut self, _: Line, context: &Context<'_>) -> io::Result<()> {
        if !self.is_watched {
            watch(rustix::stdio::stdin(), context)?;
            watch(self.output.as_fd(), context)?;
            self.is_watched = true;
        }
        Ok(())
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let input = rustix::stdio::stdin();
        if !is_ready(input, PollFlags::IN)? {
            return Err(ErrorKind::WouldBlock.into());
        }
        Ok(rustix::io::read(input, buffer)?)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<Written> {
        if !is_ready(self.output.as_fd(), PollFlags::OUT)? {
            return Ok(Written::Blocked);
        }
        // A pipe that is ready takes so many without waiting.
        let count = bytes.len().min(PIPE_BUF);
        written(rustix::io::write(&self.output, &bytes[..count]).map_err(io::Error::from))
    }
}
