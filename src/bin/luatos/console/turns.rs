//! Whose turn it is: the reader's, or that of the input that it has put.

use std::io::{self, PipeReader, PipeWriter, Read, Write};

/// What ends the wait for an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The input has come to its end, or was left.
    Done,
    /// Ctrl-C was pressed, or the console is closed.
    Interrupted,
}

/// The byte of each, through the pipe.
const DONE: u8 = b'd';
/// Written by the handler of SIGINT.
pub const INTERRUPTED: u8 = b'i';

/// The reader's end.
pub struct Turns(PipeReader);

/// The other end: that of the script's thread, and of the handler of SIGINT.
pub struct Ender(PipeWriter);

/// Both ends: a pipe, because a signal handler can write to it.
///
/// # Errors
/// The system has no file descriptors left.
pub fn new() -> io::Result<(Turns, Ender)> {
    let (reader, writer) = io::pipe()?;
    Ok((Turns(reader), Ender(writer)))
}

impl Turns {
    /// Waits until the input has come to its end, or Ctrl-C is pressed.
    pub fn next(&mut self) -> Turn {
        let mut byte = [DONE];
        // Where the other end is gone, so is the script.
        let _ = self.0.read_exact(&mut byte);
        if byte == [INTERRUPTED] { Turn::Interrupted } else { Turn::Done }
    }
}

/// For the terminal alone, which only Unix has.
#[cfg(unix)]
impl Turns {
    /// Likewise, for a time at most.
    pub fn next_within(&mut self, limit: std::time::Duration) -> Option<Turn> {
        use rustix::event::{PollFd, PollFlags, poll};
        let limit = limit.try_into().ok();
        let ready = poll(&mut [PollFd::new(&self.0, PollFlags::IN)], limit.as_ref());
        // A signal ends this wait too, which is no harm.
        (ready == Ok(1)).then(|| self.next())
    }
}

impl Ender {
    /// The input has come to its end.
    pub fn done(&self) {
        let _ = (&self.0).write_all(&[DONE]);
    }

    /// Another such end.
    ///
    /// # Errors
    /// The system has no file descriptors left.
    #[cfg(unix)]
    pub fn try_clone(&self) -> io::Result<Self> {
        self.0.try_clone().map(Ender)
    }

    /// The file descriptor, for a signal handler, and for good.
    #[cfg(unix)]
    pub fn into_raw(self) -> std::os::fd::RawFd {
        std::os::fd::IntoRawFd::into_raw_fd(self.0)
    }
}
